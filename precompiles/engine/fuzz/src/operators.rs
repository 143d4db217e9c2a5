//! How operators are used: `operators.txt`.
//!
//! | letter | an input |
//! |---|---|
//! | `x` | a value, of floats if there is one |
//! | `e` | any value |
//! | `y` | a value or constant like the first input |
//! | `B`, `U`, `M`, `W`, `V` | booleans; 8-bit integers; a matrix; a matrix or kernel of 3 or 4 axes; a list of numbers |
//! | `I`, `A`, `D`, `N` | constant integers: indices, axes or places, lengths, one number |
//! | `S`, `F`, `f`, `u` | one number like the first input; scales; a positive number or list; a zero point |
//! | `0` | none: the name is empty |
//!
//! | kind | an attribute |
//! |---|---|
//! | `int`, `count`, `bool`, `axis`, `dtype` | an integer |
//! | `ints`, `axes`, `window`, `pads`, `perm`, `ids`, `tree`, `order` | integers |
//! | `float`, `floats`, `tensor`, `str:A/B`, `strs:A/B` | as named; one of the texts |
//! | `branch`, `body` | a graph |
//!
//! An attribute with `!` is always there, the others half of the time.

use opg_engine_guest::opset::Domain;
use std::sync::OnceLock;

/// An operator's line.
#[derive(Debug)]
pub struct Operator {
	/// Its domain.
	pub domain: Domain,
	/// Its name.
	pub name: &'static str,
	/// Inputs in order.
	pub inputs: Vec<Input>,
	/// Attributes.
	pub attributes: Vec<Attribute>,
}

/// An input of an operator.
#[derive(Clone, Copy, Debug)]
pub struct Input {
	/// The letter.
	pub letter: u8,
	/// `?`
	pub optional: bool,
	/// `*`
	pub repeated: bool,
}

/// An attribute of an operator.
#[derive(Debug)]
pub struct Attribute {
	/// Its name.
	pub name: &'static str,
	/// Its kind.
	pub kind: &'static str,
	/// Texts to choose from.
	pub choices: Vec<&'static str>,
	/// `!`
	pub required: bool,
}

/// Prefix of the names of classic machine learning.
const ML: &str = "ai.onnx.ml.";

/// All operators, in the order of the file.
pub fn all() -> &'static [Operator] {
	static ALL: OnceLock<Vec<Operator>> = OnceLock::new();
	ALL.get_or_init(|| {
		let lines = include_str!("../operators.txt").lines();
		lines.filter(|line| !line.starts_with('#')).map(operator).collect()
	})
}

/// An operator by its name.
pub fn find(domain: Domain, name: &str) -> Option<&'static Operator> {
	all().iter().find(|operator| operator.domain == domain && operator.name == name)
}

fn operator(line: &'static str) -> Operator {
	let mut parts = line.split('|').map(str::trim);
	let mut next = || parts.next().unwrap_or_default();
	let (name, inputs, attributes) = (next(), next(), next());
	let (domain, name) = match name.strip_prefix(ML) {
		Some(name) => (Domain::Ml, name),
		None => (Domain::Onnx, name),
	};
	let inputs = inputs.split_whitespace().map(|text| Input {
		letter: text.as_bytes()[0],
		optional: text.ends_with('?'),
		repeated: text.ends_with('*'),
	});
	let attributes = attributes.split_whitespace().map(|text| {
		let (name, rest) = text.split_once('=').expect("an attribute has a kind");
		let (kind, choices) = rest.split_once(':').unwrap_or((rest, ""));
		Attribute {
			name,
			kind: kind.trim_end_matches('!'),
			choices: choices.split('/').filter(|text| !text.is_empty()).collect(),
			required: kind.ends_with('!'),
		}
	});
	Operator { domain, name, inputs: inputs.collect(), attributes: attributes.collect() }
}
