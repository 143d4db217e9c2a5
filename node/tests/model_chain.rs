//! `model publish` and `model call` against a development node, through the built binary.

mod common;

use common::{adder, node, text, Folder};
use opg_engine_host::npy;
use opg_node::client::{key::Suri, registry, transaction::Sender, Chain};
use opg_node::model::{price, wire::put_bytes};
use std::{
	net::TcpListener,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

/// A development node that ends with the test.
struct DevNode {
	child: Child,
	url: String,
}

impl Drop for DevNode {
	fn drop(&mut self) {
		// It may have ended already.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}

impl DevNode {
	fn start() -> Self {
		let port = TcpListener::bind("127.0.0.1:0")
			.and_then(|listener| listener.local_addr())
			.expect("a port is free")
			.port();
		let child = Command::new(env!("CARGO_BIN_EXE_opg-node"))
			.args(["--dev", "--no-prometheus", "--port", "0", "--rpc-port", &port.to_string()])
			.stdout(Stdio::null())
			.stderr(Stdio::null())
			.spawn()
			.expect("the binary starts");
		let dev = Self { child, url: format!("ws://127.0.0.1:{port}") };
		let start = Instant::now();
		while dev.run(&["call", "999"]).code() == "Unreachable" {
			assert!(start.elapsed() < Duration::from_secs(300), "the node doesn't answer");
			std::thread::sleep(Duration::from_millis(500));
		}
		dev
	}

	/// A model command with this node and Alice.
	fn run(&self, arguments: &[&str]) -> common::Ran {
		let mut all = vec!["model"];
		all.extend(arguments);
		all.extend(["--url", &self.url, "--suri", "//Alice", "--json"]);
		node(&all)
	}
}

#[test]
fn a_model_is_published_and_called() {
	let dev = DevNode::start();
	let folder = Folder::new();
	let file = folder.file("adder.onnx", &adder(&["2", "3"]));
	let input = folder.floats("x.npy", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
	let canary = format!("x={input}");

	let arguments = ["publish", &file, "--price", "0.5", "--canary", &canary, "--name", "adder"];
	let published = dev.run(&arguments).ok();
	assert_eq!(published["model"], 1);
	assert_eq!(published["name"], "adder");
	assert_eq!(published["address"], price::model_address(1));
	assert_eq!(published["quote"]["price"], "500000000000000000");

	// The chain's result is the one of this machine, and what it took is within the quote.
	let local = node(&["model", "run", &file, "--input", &input, "--json"]).ok();
	let out = text(&folder.path("out"));
	let called = dev.run(&["call", "1", "--input", &input, "--out-dir", &out]).ok();
	assert_eq!(called["resultId"], local["resultId"]);
	assert_eq!(called["runFuel"], local["runFuel"]);
	assert_eq!(called["outputs"], local["outputs"]);
	assert_eq!(called["price"], "500000000000000000");
	let written = std::fs::read(folder.path("out/y.npy")).expect("y is written");
	let y = npy::read(&written).expect("y is an array");
	assert_eq!(format!("0x{}", hex::encode(y.data)), called["outputs"][0]["data"]);

	// The receipt is verified: by its proof, and by a run with what the chain has.
	let receipt = called["receipt"].as_str().expect("a receipt has an id");
	let ask = |more: &[&str]| {
		let all =
			[&["receipt"][..], &more[..1], &[receipt, "--url", &dev.url, "--json"][..], &more[1..]];
		node(&all.concat())
	};
	let shown = ask(&["show"]).ok();
	assert_eq!(shown["resultId"], called["resultId"]);
	assert_eq!(shown["blockHash"], called["blockHash"]);
	let verified = ask(&["verify"]).ok();
	assert_eq!(verified["verified"], true);
	assert_eq!(verified["outputs"], called["outputs"]);
	assert_eq!(verified["checks"].as_array().map(Vec::len), Some(10));
	assert_eq!(ask(&["verify", "--input", &input]).ok()["verified"], true);
	// Other inputs, a receipt that isn't there, and an id that is none.
	let other = folder.floats("other.npy", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 7.0]);
	let wrong = ask(&["verify", "--input", &other]);
	assert_eq!(wrong.status, Some(1));
	assert_eq!(wrong.json()["verified"], false);
	let unknown = format!("0x{}", "ab".repeat(32));
	let asked = node(&["receipt", "verify", &unknown, "--url", &dev.url, "--json"]);
	assert_eq!(asked.code(), "UnknownReceipt");
	assert_eq!(node(&["receipt", "verify", "0x12"]).status, Some(2));

	// Refusals.
	assert_eq!(dev.run(&["call", "2", "--input", &input]).code(), "UnknownModel");
	let cheap = ["call", "1", "--input", &input, "--max-price", "0.4"];
	assert_eq!(dev.run(&cheap).code(), "PriceAboveMax");
	let flat = folder.floats("flat.npy", &[6], &[0.0; 6]);
	assert_eq!(dev.run(&["call", "1", "--input", &flat]).code(), "WrongShape");
	let poor = ["model", "call", "1", "--input", &input, "--url", &dev.url, "--suri", "//Nobody"];
	assert_eq!(node(&[&poor[..], &["--json"]].concat()).code(), "TransactionInvalid");
}

#[test]
fn a_large_output_is_fetched_and_an_upload_resumed() {
	let dev = DevNode::start();
	let folder = Folder::new();
	// Outputs of 12 KB don't fit the event. With 3 MiB of documentation the file has more chunks
	// than are on their way at a time.
	let mut model = adder(&["1000", "3"]);
	put_bytes(&mut model, 6, &vec![b'd'; 3 * 1024 * 1024]);
	let file = folder.file("large.onnx", &model);

	// A draft as an interrupted `publish` leaves it.
	let draft = tokio::runtime::Runtime::new().expect("a runtime starts").block_on(async {
		let key = "//Alice".parse::<Suri>().expect("infallible").key().expect("a key");
		let chain = Chain::connect(&dev.url).await.expect("connects");
		let mut sender =
			Sender::new(&chain, &key, Duration::from_secs(60)).await.expect("has a nonce");
		let manifest = price::manifest(&model, 1, "draft").expect("is small");
		registry::create(&mut sender, manifest).await.expect("is created").0
	});
	let published = dev.run(&["publish", &file]).ok();
	assert_eq!(published["model"], draft);
	assert_eq!(published["name"], "draft");

	let values: Vec<f32> = (0..3000u16).map(f32::from).collect();
	let input = folder.floats("x.npy", &[1000, 3], &values);
	let local = node(&["model", "run", &file, "--input", &input, "--json"]).ok();
	let called = dev.run(&["call", &draft.to_string(), "--input", &input]).ok();
	assert_eq!(called["outputs"], local["outputs"]);
	assert_eq!(called["resultId"], local["resultId"]);
}
