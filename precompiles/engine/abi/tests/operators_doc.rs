//! `docs/reference/operators.md` says what the guest's allow-list says. `UPDATE_DOCS=1` writes it.
//!
//! The guest is a workspace of its own, which ordinary builds don't compile, so its table is read as
//! text. That the page names every operator of ONNX is checked by `scripts/test conformance`, which
//! has ONNX's own list.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

/// Operators that aren't supported, by reason. Those of the last group leave it by appearing in the
/// guest's table; one of another group that does contradicts its reason.
const REFUSED: &[(&str, &[&str])] = &[
	(
		RANDOM,
		&[
			"Bernoulli",
			"Multinomial",
			"RandomNormal",
			"RandomNormalLike",
			"RandomUniform",
			"RandomUniformLike",
		],
	),
	(
		"works on strings, and no tensor here holds any",
		&[
			"RegexFullMatch",
			"StringConcat",
			"StringNormalizer",
			"StringSplit",
			"ai.onnx.ml.CategoryMapper",
		],
	),
	(
		"works on sequences; use tensors",
		&[
			"ConcatFromSequence",
			"SequenceAt",
			"SequenceConstruct",
			"SequenceEmpty",
			"SequenceErase",
			"SequenceInsert",
			"SequenceLength",
			"SequenceMap",
			"SplitToSequence",
		],
	),
	(
		"works on optional values; use tensors",
		&["Optional", "OptionalGetElement", "OptionalHasElement"],
	),
	("works on dictionaries; export with `zipmap=False`", &["ai.onnx.ml.ZipMap"]),
	("works on dictionaries; use tensors", &["ai.onnx.ml.CastMap", "ai.onnx.ml.DictVectorizer"]),
	("decodes picture files; pass the pixels", &["ImageDecoder"]),
	(NOT_IMPLEMENTED, &["Loop", "MaxRoiPool", "TfIdfVectorizer"]),
];
const RANDOM: &str = "random: validators could not agree on the result";
const NOT_IMPLEMENTED: &str = "not implemented";
const ML: &str = "ai.onnx.ml.";

fn root() -> std::path::PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The guest's table: first and last opset by operator, those of `ai.onnx.ml` with their domain.
struct Table {
	rows: BTreeMap<String, (String, String)>,
	onnx: (String, String),
	ml: (String, String),
	random: Vec<String>,
}

impl Table {
	fn read() -> Self {
		let path = root().join("precompiles/engine/guest/src/opset.rs");
		let text = fs::read_to_string(path).expect("the guest's table is there");
		let (onnx, ml) = (range(&text, "ONNX"), range(&text, "ML"));
		let mut rows = BTreeMap::new();
		for (name, prefix, newest) in [("ONNX", "", &onnx.1), ("ML", ML, &ml.1)] {
			let table = between(&text, &format!("const {name}: &[Row] = &["), "\n];");
			let lines: Vec<&str> = table.lines().filter(|line| line.trim() != "").collect();
			assert!(!lines.is_empty(), "the table {name} has rows");
			for line in lines {
				let row = line.trim().trim_start_matches('(');
				let mut words = row.split(',').map(str::trim);
				let mut word =
					|| words.next().expect("a row has a name and two opsets").to_string();
				let (operator, first, last) = (word(), word(), word());
				let operator = format!("{prefix}{}", operator.trim_matches('"'));
				let last = if last == format!("{name}_MAX") { newest.clone() } else { last };
				for opset in [&first, &last] {
					assert!(opset.parse::<u32>().is_ok(), "{line}");
				}
				assert!(rows.insert(operator, (first, last)).is_none(), "{line}");
			}
		}
		let random = between(&text, "const RANDOM: &[&str] = &[", "];").split(',');
		let random = random.map(|name| name.trim().trim_matches('"').to_string());
		Self { rows, onnx, ml, random: random.filter(|name| !name.is_empty()).collect() }
	}
}

/// The opsets of a domain: `NAME_OPSETS` begins with a number and ends with `NAME_MAX`.
fn range(text: &str, name: &str) -> (String, String) {
	let first = between(text, &format!("const {name}_OPSETS: RangeInclusive<i64> = "), "..=");
	let last = between(text, &format!("const {name}_MAX: i64 = "), ";");
	(first.to_string(), last.to_string())
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
	let rest = text.split_once(start).unwrap_or_else(|| panic!("`{start}` is in the table")).1;
	rest.split_once(end).unwrap_or_else(|| panic!("`{end}` is after `{start}`")).0
}

/// Opsets and state by operator.
fn states(table: &Table) -> BTreeMap<String, (String, String)> {
	let mut states = BTreeMap::new();
	for (operator, (first, last)) in &table.rows {
		states.insert(operator.clone(), (format!("{first} to {last}"), "supported".to_string()));
	}
	for (reason, operators) in REFUSED {
		for operator in *operators {
			let random = table.random.iter().any(|name| name == operator);
			assert_eq!(*reason == RANDOM, random, "{operator}: random here and in the guest");
			if *reason != NOT_IMPLEMENTED {
				assert!(
					!states.contains_key(*operator),
					"{operator} is supported, so not: {reason}"
				);
			}
			let refused = ("–".to_string(), format!("refused: {reason}"));
			states.entry(operator.to_string()).or_insert(refused);
		}
	}
	states
}

fn page() -> String {
	let table = Table::read();
	let states = states(&table);
	let mut page = format!(
		"# Operators\n\n\
		<!-- Generated by precompiles/engine/abi/tests/operators_doc.rs; UPDATE_DOCS=1 writes it. -->\n\n\
		What engine version 1 runs, by domain, operator and opset (the version of the domain that the\n\
		model imports): `ai.onnx` {} to {}, `ai.onnx.ml` {} to {}. Everything else is refused when a\n\
		model is activated, with `OperatorUnsupported`, `RandomOperator` or, for another domain,\n\
		`ForeignDomain`.\n\n\
		A supported operator may still refuse a use of it (a dtype, an attribute, a shape that depends\n\
		on data), with a typed error that names the node. Which cases of ONNX's own suite are refused\n\
		is listed in `scripts/conformance/expected.txt`.\n",
		table.onnx.0, table.onnx.1, table.ml.0, table.ml.1
	);
	for (domain, ml) in [("ai.onnx", false), ("ai.onnx.ml", true)] {
		let rows: Vec<_> = states.iter().filter(|(name, _)| name.starts_with(ML) == ml).collect();
		let supported = rows.iter().filter(|(_, (_, state))| state == "supported").count();
		write!(
			page,
			"\n## {domain}\n\n{supported} of {} operators are supported.\n\n\
			| Operator | Opsets | State |\n|---|---|---|\n",
			rows.len()
		)
		.expect("a string takes any text");
		for (name, (opsets, state)) in rows {
			let name = name.trim_start_matches(ML);
			writeln!(page, "| `{name}` | {opsets} | {state} |").expect("a string takes any text");
		}
	}
	page
}

#[test]
fn the_page_is_current() {
	let path = root().join("docs/reference/operators.md");
	if std::env::var_os("UPDATE_DOCS").is_some() {
		fs::write(&path, page()).expect("docs can be written");
	}
	assert_eq!(fs::read_to_string(&path).expect("the page is there"), page());
}
