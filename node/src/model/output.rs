//! How commands print: aligned rows for people.

use std::{fmt::Display, io::Write, path::PathBuf};

/// Rows of a label and a value, printed in two columns.
#[derive(Clone, Debug, Default)]
pub struct Rows(Vec<(String, String)>);

impl Rows {
	/// Adds a row. A value of several lines continues in its own column.
	pub fn add(&mut self, label: impl ToString, value: impl ToString) -> &mut Self {
		self.0.push((label.to_string(), value.to_string()));
		self
	}

	/// The text, without a last line break.
	pub fn to_text(&self) -> String {
		let width = self.0.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
		let mut lines = Vec::new();
		for (label, value) in &self.0 {
			for (i, line) in value.split('\n').enumerate() {
				let label = if i == 0 { label.as_str() } else { "" };
				lines.push(format!("{label:<width$}  {line}").trim_end().to_string());
			}
		}
		lines.join("\n")
	}

	/// Prints the rows on standard output.
	pub fn print(&self) {
		emit(self.to_text());
	}
}

/// Prints on standard output. When nobody reads it any more (a closed pipe) the process ends with
/// status 1, without the panic of `println!`.
pub fn emit(text: impl Display) {
	if writeln!(std::io::stdout(), "{text}").is_err() {
		std::process::exit(1);
	}
}

/// Prints on standard error. It may be closed; the exit status tells how a command ended.
pub fn note(text: impl Display) {
	writeln!(std::io::stderr(), "{text}").unwrap_or_default();
}

/// Text from a model or a node as a terminal may show it: control characters could move the cursor
/// and forge what was printed.
pub fn printable(text: &str) -> String {
	text.chars().map(|c| if c.is_control() { '�' } else { c }).collect()
}

/// Paths as text, for JSON.
pub fn path_texts(paths: &[PathBuf]) -> Vec<String> {
	paths.iter().map(|path| path.display().to_string()).collect()
}

/// A table with left-aligned columns, as lines.
pub fn table(rows: &[Vec<String>]) -> String {
	let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
	let widths: Vec<usize> = (0..columns)
		.map(|i| rows.iter().filter_map(|r| r.get(i)).map(|c| c.chars().count()).max().unwrap_or(0))
		.collect();
	let lines: Vec<String> = rows
		.iter()
		.map(|row| {
			let cells: Vec<String> =
				row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
			cells.join("  ").trim_end().to_string()
		})
		.collect();
	lines.join("\n")
}

/// `0x` and hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn control_characters_are_not_printed() {
		assert_eq!(printable("a\u{1b}[2Jb\nc é"), "a�[2Jb�c é");
	}

	#[test]
	fn columns_are_aligned() {
		let mut rows = Rows::default();
		rows.add("a", "1").add("longer", "2\n3").add("b", "");
		assert_eq!(rows.to_text(), "a       1\nlonger  2\n        3\nb");
		let cells = [vec!["ab".into(), "c".into()], vec!["d".into(), "e".into()]];
		assert_eq!(table(&cells), "ab  c\nd   e");
	}
}
