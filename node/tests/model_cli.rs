//! The commands without a chain, through the built binary.

mod common;

use common::{adder, floats, model, node, text, Folder};
use opg_engine_abi::hash::{content_root_of, tensors_hash, ResultParts};
use opg_engine_host::npy;

#[test]
fn the_engine_is_compiled_once() {
	let first = node(&["engine", "prepare", "--json"]).ok();
	let second = node(&["engine", "prepare", "--json"]).ok();
	assert_eq!(second["from"], "disk");
	assert_eq!(first["hash"], second["hash"]);
	let info = node(&["engine", "info", "--json"]).ok();
	assert_eq!(info["hash"], first["hash"]);
	assert_eq!(info["version"], 1);
}

#[test]
fn a_model_is_inspected() {
	let folder = Folder::new();
	let file = adder(&["2", "3"]);
	let path = folder.file("adder.onnx", &file);
	let report = node(&["model", "inspect", &path, "--json"]).ok();
	assert_eq!(report["supported"], true);
	assert_eq!(report["contentRoot"], format!("0x{}", hex::encode(content_root_of(&file))));
	assert_eq!(report["inputs"][0]["name"], "x");
	assert_eq!(report["inputs"][0]["dtype"], "float32");
	assert_eq!(report["inputs"][0]["shape"], serde_json::json!([2, 3]));
	assert_eq!(report["operators"][0]["name"], "Add");
	assert_eq!(report["fitsTransaction"], true);
	for number in ["loadFuel", "runFuel", "maxFuel", "imagePages", "memoryPages"] {
		assert!(report[number].as_u64().is_some_and(|n| n > 0), "{number}: {report}");
	}

	let shown = node(&["model", "inspect", &path]);
	assert_eq!(shown.status, Some(0));
	for part in ["x: float32 [2, 3]", "Add", "Load fuel", "OPG", "Fits a transaction  yes"] {
		assert!(shown.stdout.contains(part), "{part} in\n{}", shown.stdout);
	}
}

#[test]
fn what_is_unsupported_is_shown_and_refused() {
	let folder = Folder::new();
	for (domain, operator, code) in [
		("com.example", "Add", "ForeignDomain"),
		("", "RandomNormalLike", "RandomOperator"),
		("", "NoSuchOperator", "OperatorUnsupported"),
	] {
		let path = folder.file("model.onnx", &model(domain, operator, &["3"]));
		let ran = node(&["model", "inspect", &path, "--json"]);
		assert_eq!(ran.code(), code);
		let report = ran.json();
		assert_eq!(report["supported"], false);
		assert_eq!(report["operators"][0]["supported"], false);
		assert_eq!(report["operators"][0]["name"], operator);

		let shown = node(&["model", "inspect", &path]);
		assert_eq!(shown.status, Some(1));
		assert!(shown.stdout.contains("NOT SUPPORTED"), "{}", shown.stdout);
		assert!(shown.stderr.contains(code) && shown.stderr.contains("hint:"), "{}", shown.stderr);
	}
}

#[test]
fn hostile_files_are_refused() {
	let folder = Folder::new();
	let whole = adder(&["3"]);
	let huge = folder.path("huge.onnx");
	let sparse = std::fs::File::create(&huge).expect("a file can be made");
	sparse.set_len(64 * 1024 * 1024 + 1).expect("a file can be sparse");
	// A graph that claims a length near 2⁶⁴.
	let lying = [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
	// Zeros are no field; 64 MiB of them only cost reading.
	let zeros = vec![0u8; 32 * 1024 * 1024];
	for (path, code) in [
		(folder.file("empty.onnx", &[]), "NotOnnx"),
		(folder.file("text.onnx", b"this is no model"), "NotOnnx"),
		(folder.file("cut.onnx", &whole[..whole.len() / 2]), "NotOnnx"),
		(folder.file("lying.onnx", &lying), "NotOnnx"),
		(folder.file("zeros.onnx", &zeros), "NotOnnx"),
		(text(&huge), "ModelTooLarge"),
		(text(&folder.path("missing.onnx")), "File"),
		(text(&folder.path("")), "File"),
	] {
		assert_eq!(node(&["model", "inspect", &path, "--json"]).code(), code, "{path}");
		let prepared = folder.path("prepared.onnx");
		let prepare = ["model", "prepare", &path, "--out", &text(&prepared), "--json"];
		assert_eq!(node(&prepare).code(), code, "{path}");
		assert_eq!(node(&["model", "run", &path, "--json"]).code(), code, "{path}");
	}
}

#[test]
fn symbolic_dimensions_are_fixed_by_prepare() {
	let folder = Folder::new();
	let path = folder.file("open.onnx", &adder(&["batch", ""]));
	assert_eq!(node(&["model", "inspect", &path, "--json"]).code(), "SymbolicDimension");

	let out = text(&folder.path("fixed.onnx"));
	let prepare = |dims: &[&str]| {
		let mut arguments = vec!["model", "prepare", &path, "--out", &out, "--json"];
		for dim in dims {
			arguments.extend(["--dim", dim]);
		}
		node(&arguments)
	};
	let some = prepare(&["batch=2"]);
	assert_eq!(some.code(), "SymbolicDimension");
	assert!(some.json()["error"]["message"].as_str().is_some_and(|m| m.contains("x:1")));
	assert!(!folder.path("fixed.onnx").exists());
	assert_eq!(prepare(&["bach=2"]).code(), "UnknownDimension");
	assert_eq!(prepare(&["batch=2", "batch=3"]).code(), "DimensionConflict");

	// The output's second axis has no name either; the engine infers it.
	let prepared = prepare(&["batch=2", "x:1=3"]).ok();
	let report = node(&["model", "inspect", &out, "--json"]).ok();
	assert_eq!(report["contentRoot"], prepared["contentRoot"]);
	assert_eq!(report["inputs"][0]["shape"], serde_json::json!([2, 3]));
	assert_eq!(report["outputs"][0]["shape"], serde_json::json!([2, 3]));
}

#[test]
fn a_model_is_run_and_its_result_recomputed() {
	let folder = Folder::new();
	let open = folder.file("open.onnx", &adder(&["batch", "3"]));
	let fixed_file = adder(&["2", "3"]);
	let fixed = folder.file("fixed.onnx", &fixed_file);
	let values = [1.0, 2.0, 3.0, 4.0, 5.0, f32::NAN];
	let input = folder.floats("input.npy", &[2, 3], &values);
	let out = text(&folder.path("results"));

	let ran = node(&["model", "run", &open, "--input", &input, "--out-dir", &out, "--json"]).ok();
	let result = npy::read(&std::fs::read(folder.path("results/y.npy")).expect("y is written"))
		.expect("y is an array");
	// The engine makes every NaN the same one.
	let canonical = f32::from_bits(0x7fc0_0000);
	let expected = floats(&[2, 3], &[11.0, 22.0, 33.0, 14.0, 25.0, canonical]);
	assert_eq!(result, expected);
	assert_eq!(ran["outputs"][0]["name"], "y");
	assert_eq!(ran["outputs"][0]["data"], format!("0x{}", hex::encode(&expected.data)));

	// The id follows from the parts that anybody has.
	let bytes32 = |value: &serde_json::Value| -> [u8; 32] {
		let digits = value.as_str().and_then(|s| s.strip_prefix("0x")).expect("0x…");
		hex::decode(digits).expect("hexadecimal").try_into().expect("32 bytes")
	};
	let parts = ResultParts {
		engine_hash: bytes32(&ran["engineHash"]),
		profile: 1,
		model_root: content_root_of(&fixed_file),
		input_hash: tensors_hash(&[floats(&[2, 3], &values)]),
		output_hash: tensors_hash(&[expected]),
	};
	assert_eq!(bytes32(&ran["resultId"]), parts.id());

	// The model that is fixed beforehand is the same model, with the same fuel.
	let named = format!("x={input}");
	let again = node(&["model", "run", &fixed, "--input", &named, "--json"]).ok();
	for key in ["resultId", "modelRoot", "runFuel", "loadFuel"] {
		assert_eq!(again[key], ran[key], "{key}");
	}
	let shown = node(&["model", "run", &fixed, "--input", &named]);
	assert!(shown.stdout.contains("y: float32 [2, 3]"), "{}", shown.stdout);
	assert!(shown.stdout.contains("[11, 22, 33, 14, 25, NaN]"), "{}", shown.stdout);
}

#[test]
fn wrong_inputs_are_refused() {
	let folder = Folder::new();
	let path = folder.file("adder.onnx", &adder(&["2", "3"]));
	let good = folder.floats("good.npy", &[2, 3], &[0.0; 6]);
	let flat = folder.floats("flat.npy", &[6], &[0.0; 6]);
	let large = folder.floats("large.npy", &[3, 3], &[0.0; 9]);
	let mut doubles = floats(&[2, 3], &[0.0; 6]);
	doubles.dtype = opg_engine_abi::DType::Float64;
	doubles.data = vec![0; 48];
	let doubles = folder.file("doubles.npy", &npy::write(&doubles));
	let text = folder.file("text.npy", b"no array");
	let code = |inputs: &[&str]| {
		let mut arguments = vec!["model", "run", &path, "--json"];
		for input in inputs {
			arguments.extend(["--input", input]);
		}
		node(&arguments).code()
	};
	assert_eq!(code(&[]), "WrongInputCount");
	assert_eq!(code(&[&good, &good]), "Usage");
	assert_eq!(code(&[&format!("z={good}")]), "UnknownInput");
	assert_eq!(code(&[&flat]), "WrongShape");
	assert_eq!(code(&[&large]), "WrongShape");
	assert_eq!(code(&[&doubles]), "WrongDtype");
	assert_eq!(code(&[&text]), "Npy");
	assert_eq!(code(&["/nowhere.npy"]), "File");
	let starved = ["model", "run", &path, "--input", &good, "--run-limit", "10", "--json"];
	assert_eq!(node(&starved).code(), "OutOfFuel");
}

#[test]
fn a_chain_that_is_not_there_is_said() {
	let folder = Folder::new();
	let path = folder.file("adder.onnx", &adder(&["2", "3"]));
	// Port 1 is reserved and closed.
	let chain = ["--url", "ws://127.0.0.1:1", "--suri", "//Alice", "--json"];
	let call = [&["model", "call", "1"][..], &chain].concat();
	assert_eq!(node(&call).code(), "Unreachable");
	let publish = [&["model", "publish", &path][..], &chain].concat();
	assert_eq!(node(&publish).code(), "Unreachable");
	let account = "0x00112233445566778899aabbccddeeff00112233";
	let whole = format!("{account}=100%");
	let secret = "not a secret phrase";
	for command in [
		&["model", "migrate", "1"][..],
		&["model", "beneficiaries", "1", &whole],
		&["credit", "deposit", "1", "--to", account],
		&["credit", "withdraw", "all"],
		&["credit", "revoke", account],
		&["credit", "channel", "close", "1"],
		&["schedule", "cancel", "1"],
	] {
		assert_eq!(node(&[command, &chain].concat()).code(), "Unreachable", "{command:?}");
		let ran = node(&[command, &["--suri", secret, "--json"]].concat());
		assert_eq!(ran.code(), "Key", "{command:?}");
		assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret));
	}
	for command in
		[&["credit", "show", account][..], &["schedule", "show", "1"], &["schedule", "list"]]
	{
		let ran = node(&[command, &["--url", "ws://127.0.0.1:1", "--json"]].concat());
		assert_eq!(ran.code(), "Unreachable", "{command:?}");
	}
	let ran = node(&["model", "call", "1", "--suri", secret, "--json"]);
	assert_eq!(ran.code(), "Key");
	assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret));
}

#[test]
fn a_wrong_command_line_is_refused() {
	let account = "0x00112233445566778899aabbccddeeff00112233";
	for wrong in [
		&["credit", "deposit", "1e18", "--suri", "//Alice"][..],
		&["credit", "deposit", "1", "--to", "nobody", "--suri", "//Alice"],
		&["credit", "withdraw", "everything", "--suri", "//Alice"],
		&["credit", "show", "0x12"],
		// No end, and two of them.
		&["credit", "sponsor", account, "--per-call", "1", "--total", "1", "--suri", "//Alice"],
		&[
			"credit",
			"sponsor",
			account,
			"--per-call",
			"1",
			"--total",
			"1",
			"--blocks",
			"1",
			"--expires",
			"1",
			"--suri",
			"//Alice",
		],
		&[
			"credit", "channel", "open", account, "1", "--signer", "0x1", "--blocks", "1",
			"--suri", "//Alice",
		],
		&["credit", "voucher", "redeem", "--suri", "//Alice"],
		&["schedule", "create", "1", "--every", "0x10", "--runs", "1", "--suri", "//Alice"],
		&["schedule", "show", "-1"],
		&["schedule", "list", "--limit", "101"],
		&["model", "beneficiaries", "1", "--suri", "//Alice"],
		&["model", "migrate", "one", "--suri", "//Alice"],
	] {
		let ran = node(wrong);
		assert_eq!(ran.status, Some(2), "{wrong:?}: {}", ran.stdout);
		assert!(ran.stderr.contains("error:"), "{}", ran.stderr);
	}
}

#[test]
fn a_voucher_is_signed_without_a_chain() {
	// The first key of "test test … junk", as Hardhat prints it.
	let key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
	let sign = |chain_id: &str, key: &str| {
		node(&[
			"credit",
			"voucher",
			"sign",
			"--channel",
			"3",
			"--cumulative",
			"0.5",
			"--valid-until",
			"9",
			"--chain-id",
			chain_id,
			"--key",
			key,
			"--json",
		])
	};
	let voucher = sign("5197895", key).ok();
	assert_eq!(voucher["signer"], "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
	assert_eq!(voucher["cumulative"], "500000000000000000");
	assert_eq!(voucher["validUntilBlock"], 9);
	assert_ne!(sign("1", key).ok()["signature"], voucher["signature"]);
	let secret = "0xdeadbeef";
	let ran = sign("1", secret);
	assert_eq!(ran.code(), "Key");
	assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret));
}
