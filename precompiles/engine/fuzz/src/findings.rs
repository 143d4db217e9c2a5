//! What a fuzzing run finds: each thing once, with its input in a file.

use std::{
	collections::BTreeMap,
	fs,
	path::PathBuf,
	sync::{Mutex, PoisonError},
};

/// Where findings go: `OPG_FUZZ_FINDINGS`, set by scripts/fuzz. Without it a finding is a panic,
/// which fails a test.
const FOLDER: &str = "OPG_FUZZ_FINDINGS";

/// What stays: one a line, a part of the finding's name that ends with a word. The head of the file
/// says why.
const KNOWN: &str = include_str!("../known.txt");

/// Findings of this process, and how often each came.
static SEEN: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// Whether a finding is one of those that stay.
pub fn is_known(name: &str) -> bool {
	let name = format!("{name} ");
	KNOWN
		.lines()
		.map(str::trim)
		.filter(|line| !line.is_empty() && !line.starts_with('#'))
		.any(|line| name.contains(&format!("{line} ")))
}

/// Records a finding: `name` says what it is, without anything that changes from input to input.
///
/// # Panics
///
/// Outside of scripts/fuzz, unless it is a known one.
pub fn record(name: &str, details: &str, input: &[u8]) {
	let known = is_known(name);
	let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
		assert!(known, "{name}\n{details}");
		return;
	};
	let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
	let count = seen.entry(name.to_string()).or_default();
	*count = count.saturating_add(1);
	if *count > 1 {
		return;
	}
	let folder = if known { folder.join("known") } else { folder };
	let path = folder.join(file_name(name));
	// The shortest input of all runs stays.
	if fs::metadata(&path).is_ok_and(|there| there.len() <= input.len() as u64) {
		return;
	}
	let text = path.with_extension("txt");
	let written = fs::create_dir_all(&folder)
		.and_then(|()| fs::write(&path, input))
		.and_then(|()| fs::write(&text, format!("{name}\n\n{details}\n")));
	match written {
		Ok(()) => eprintln!("finding: {name}"),
		Err(error) => panic!("{}: {error}", path.display()),
	}
}

fn file_name(name: &str) -> String {
	let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' };
	let short: String = name.chars().map(plain).take(140).collect();
	format!("{short}.bin")
}
