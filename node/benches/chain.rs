//! Measures blocks of inference, without a network: an author builds them, another node imports them.
//!
//! Usage: chain MODELS [--growth N], where MODELS is a folder with small.onnx, medium.onnx, large.onnx.
//!
//! Prints one JSON object; `scripts/bench chain` makes tables of it. Times are wall times of this
//! machine in milliseconds; weights are in milliseconds of `ref_time`.

#[path = "../tests/chain/mod.rs"]
mod chain;

use chain::{host, Hash, Node};
use codec::Decode;
use opg_engine_abi::{hash::chunk_hashes, Tensor, CHUNK_BYTES};
use opg_node::service::{Block, HostFunctions};
use opg_runtime::{
	configs::{consensus::SessionPeriod, system::RuntimeBlockWeights},
	fees::MaxInferenceRefTime,
	Runtime,
};
use pallet_inference::runtime_api::InferenceApi;
use pallet_model_registry::{cost, Manifest, ModelId};
use polkadot_sdk::{
	frame_support::{dispatch::PerDispatchClass, storage::storage_prefix, weights::Weight},
	sc_client_api::StorageProvider,
	sp_api::ProvideRuntimeApi,
	sp_blockchain::HeaderBackend,
	sp_core::{storage::StorageKey, Get},
	sp_runtime::{traits::Block as _, OpaqueExtrinsic},
};
use serde_json::{json, Value};
use std::{
	path::Path,
	time::{Duration, Instant},
};

/// Measured blocks of one kind; the middle one of the times is told.
const BLOCKS: usize = 5;
/// Pairs of blocks, of a chain with one model and of one with many; the middle ratio is told. A ratio of
/// two times differs by a tenth from the next; their middle by a hundredth.
const PAIRS: usize = 61;
/// Distinct models for the block in which each is called once.
const DISTINCT: u32 = 256;
/// Picoseconds in a millisecond.
const PS_PER_MS: f64 = 1e9;

type Client = Node<HostFunctions>;

struct Bench {
	author: Client,
	importer: Client,
	nonce: u32,
	next_model: ModelId,
}

/// One measured block.
struct Measured {
	calls: usize,
	author_ms: f64,
	import_ms: f64,
	weight_ms: f64,
}

fn main() {
	let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
	let folder = args.next().expect("the folder of the models");
	let growth = match (args.next().as_deref(), args.next()) {
		(Some("--growth"), Some(n)) => n.parse().expect("a number of models"),
		(None, _) => 10_000,
		_ => panic!("usage: chain MODELS [--growth N]"),
	};
	let cache = tempfile::tempdir().expect("a temporary folder");
	let mut bench = Bench::new(cache.path());
	let model = |name: &str| {
		let path = Path::new(&folder).join(format!("{name}.onnx"));
		std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
	};

	let mut sizes = Vec::new();
	for name in ["small", "medium", "large"] {
		eprintln!("{name} model");
		let file = model(name);
		let id = bench.publish(&file);
		let inputs = bench.inputs(id);
		let cold = bench.full_block(|_| (id, inputs.clone()), false);
		let warm = bench.median(|bench| bench.full_block(|_| (id, inputs.clone()), false));
		sizes.push(json!({
			"model": name, "bytes": file.len(), "cold": cold.json(), "warm": warm.json(),
		}));
	}

	let small = model("small");
	eprintln!("{DISTINCT} distinct models");
	let first = bench.next_model;
	for _ in 0..DISTINCT {
		bench.publish_later(&small);
	}
	let inputs = bench.inputs(first);
	let distinct = bench.full_block(|n| (first + n as u32 % DISTINCT, inputs.clone()), true);

	// The machine's speed changes while models are registered: a chain with one model is measured in turn
	// with the growing one.
	let mut one = Bench::new(cache.path());
	let only = one.publish(&small);
	let mut steps = Vec::new();
	let mut models = 1usize;
	let before = bench.state_size();
	let start = bench.next_model;
	while models <= growth {
		while ((bench.next_model - start) as usize) < models {
			bench.publish_later(&small);
		}
		bench.flush(Vec::new());
		wait_for_database();
		eprintln!("{models} models");
		let mut pairs: Vec<_> = (0..PAIRS)
			.map(|pair| {
				let mut one = || one.full_block(|_| (only, inputs.clone()), false);
				let mut many = || bench.full_block(|_| (start, inputs.clone()), false);
				// In turns, because the second of two finds warmer caches.
				if pair % 2 == 0 {
					let one = one();
					(one, many())
				} else {
					let many = many();
					(one(), many)
				}
			})
			.collect();
		pairs.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
		let middle = pairs.swap_remove(PAIRS / 2);
		steps.push(json!({
			"models": models,
			"one": middle.0.json(),
			"block": middle.1.json(),
			"ratio": ratio(&middle),
		}));
		models *= 10;
	}
	let after = bench.state_size();
	let registered = f64::from(bench.next_model - start);

	let out = json!({
		"blockMs": max_block().ref_time() as f64 / PS_PER_MS,
		"sizes": sizes,
		"distinct": distinct.json(),
		"growth": steps,
		"stateBytesPerModel": (after - before) as f64 / registered,
		"modelBytes": small.len(),
	});
	println!("{out:#}");
}

/// The most that ordinary extrinsics of a block may weigh.
fn max_block() -> Weight {
	let weights = RuntimeBlockWeights::get();
	weights
		.get(polkadot_sdk::frame_support::dispatch::DispatchClass::Normal)
		.max_total
		.unwrap_or(weights.max_block)
}

/// Import of the second block over that of the first.
fn ratio((one, many): &(Measured, Measured)) -> f64 {
	many.import_ms / one.import_ms
}

/// Returns when this process has nothing left to do in the background: ParityDB goes on writing for a
/// while after what a node has imported.
fn wait_for_database() {
	// Fields 14 and 15 of proc(5)'s stat, in ticks of 10 ms; the second field, in parentheses, is the name.
	let ticks = || {
		let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells");
		let after = stat.rsplit(')').next().expect("a string has an end");
		let fields = after.split_whitespace().skip(11).take(2);
		fields.map(|field| field.parse::<u64>().expect("a number")).sum::<u64>()
	};
	let mut before = ticks();
	loop {
		std::thread::sleep(Duration::from_secs(2));
		let now = ticks();
		if now - before <= 2 {
			return;
		}
		before = now;
	}
}

impl Measured {
	fn json(&self) -> Value {
		json!({
			"calls": self.calls,
			"authorMs": self.author_ms,
			"importMs": self.import_ms,
			"weightMs": self.weight_ms,
		})
	}
}

impl Bench {
	/// Two nodes at genesis; their compiled engines are in `cache`.
	fn new(cache: &Path) -> Self {
		let node = || Node::new(host(cache));
		Self { author: node(), importer: node(), nonce: 0, next_model: 1 }
	}

	/// The next extrinsic of Alice's.
	fn signed(&mut self, call: impl Into<opg_runtime::RuntimeCall>) -> OpaqueExtrinsic {
		let extrinsic = self.author.signed(call, self.nonce);
		self.nonce += 1;
		extrinsic
	}

	/// Begins a session when it is time: that block weighs all that a block may (pallet-session), and
	/// holds no transactions.
	fn pass_session(&self) {
		let next = self.author.client.info().best_number + 1;
		if next % SessionPeriod::get() == 0 {
			let block = self.author.author(Vec::new());
			self.importer.import_foreign(&block).expect("the block is valid");
		}
	}

	/// Makes a block and imports it.
	fn flush(&mut self, extrinsics: Vec<OpaqueExtrinsic>) {
		self.pass_session();
		let block = self.author.author(extrinsics);
		self.importer.import_foreign(&block).expect("the block is valid");
	}

	/// Registers and activates a model, in blocks of its own.
	fn publish(&mut self, file: &[u8]) -> ModelId {
		let id = self.next_model;
		for call in self.publication(file) {
			let extrinsic = self.signed(call);
			self.flush(vec![extrinsic]);
		}
		id
	}

	/// The same in one block.
	fn publish_later(&mut self, file: &[u8]) {
		let calls = self.publication(file);
		let extrinsics = calls.into_iter().map(|call| self.signed(call)).collect();
		self.flush(extrinsics);
	}

	fn publication(&mut self, file: &[u8]) -> Vec<opg_runtime::RuntimeCall> {
		type Call = pallet_model_registry::Call<Runtime>;
		let model = self.next_model;
		self.next_model += 1;
		let hashes = chunk_hashes(file).into_iter().map(Into::into).collect::<Vec<_>>();
		let manifest = Manifest {
			length: file.len() as u32,
			chunk_hashes: hashes.try_into().expect("few chunks"),
			engine: 1,
			name: Default::default(),
			card_uri: Default::default(),
			card_hash: None,
		};
		let mut calls = vec![Call::create { manifest }];
		for (index, bytes) in (0u32..).zip(file.chunks(CHUNK_BYTES as usize)) {
			calls.push(Call::upload_chunk { model, index, bytes: bytes.to_vec() });
		}
		let max_fuel = cost::fuel_within(MaxInferenceRefTime::get());
		calls.push(Call::activate { model, run_limit: 0, canaries: Default::default(), max_fuel });
		calls.into_iter().map(Into::into).collect()
	}

	/// Inputs of a model: zeros.
	fn inputs(&self, model: ModelId) -> Vec<Tensor> {
		let at = self.author.best();
		let signature = self.author.client.runtime_api().signature(at, model).expect("it answers");
		let signature = signature.expect("the model is active");
		let tensor = |spec: &opg_engine_abi::TensorSpec| {
			let bytes = spec.byte_len().expect("it is bounded") as usize;
			Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data: vec![0; bytes] }
		};
		signature.inputs.iter().map(tensor).collect()
	}

	/// A block with as many calls as fit. With `forget`, the importer has no prepared model.
	fn full_block(
		&mut self,
		mut call: impl FnMut(usize) -> (ModelId, Vec<Tensor>),
		forget: bool,
	) -> Measured {
		self.pass_session();
		let first = self.nonce;
		let at = self.author.best();
		let author = &self.author;
		let mut fuel = std::collections::BTreeMap::new();
		let start = Instant::now();
		let (block, calls) = author.author_full(|n| {
			let (model, inputs) = call(n);
			let max_fuel = *fuel.entry(model).or_insert_with(|| {
				let quote = author.client.runtime_api().quote(at, model).expect("it answers");
				quote.expect("the model can be called").max_fuel
			});
			let call =
				pallet_inference::Call::infer { model, inputs, max_price: u128::MAX, max_fuel };
			author.signed(call, first + n as u32)
		});
		let author_ms = start.elapsed().as_secs_f64() * 1e3;
		self.nonce += calls as u32;
		assert_eq!(self.author.inferences(block.hash()), calls, "every call succeeds");
		if forget {
			self.importer.host.clear_images();
		}
		let start = Instant::now();
		self.importer.import_foreign(&block).expect("the block is valid");
		let import_ms = start.elapsed().as_secs_f64() * 1e3;
		Measured { calls, author_ms, import_ms, weight_ms: self.weight_ms(&block) }
	}

	fn median(&mut self, mut measure: impl FnMut(&mut Self) -> Measured) -> Measured {
		let mut all: Vec<_> = (0..BLOCKS).map(|_| measure(self)).collect();
		all.sort_by(|a, b| a.import_ms.total_cmp(&b.import_ms));
		all.swap_remove(BLOCKS / 2)
	}

	/// What the block weighs, as the chain counts.
	fn weight_ms(&self, block: &Block) -> f64 {
		let key = StorageKey(storage_prefix(b"System", b"BlockWeight").to_vec());
		let stored = self.author.client.storage(block.hash(), &key).expect("the state is there");
		let stored = stored.expect("a block has a weight");
		let weights = PerDispatchClass::<Weight>::decode(&mut &stored.0[..]).expect("it decodes");
		weights.total().ref_time() as f64 / PS_PER_MS
	}

	/// Bytes of keys and values of the state.
	fn state_size(&self) -> usize {
		let at: Hash = self.author.best();
		let pairs = self.author.client.storage_pairs(at, None, None).expect("the state is there");
		pairs.map(|(key, value)| key.0.len() + value.0.len()).sum()
	}
}
