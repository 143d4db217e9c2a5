//! What state holds is verified on every call: a cache never hides that it is missing or other.

mod common;

use common::{host, load, model_ref, run_from, toy, Engine};
use opg_engine_abi::{
	EngineError, ErrorCode, ImageFuel, Limits, LoadReport, RunReport, CHUNK_BYTES,
};
use opg_engine_host::{ContentSource, Detailed, EngineHost, Lane, MemorySource};

/// A content of which one chunk can be taken away or changed.
struct State<'a> {
	inner: MemorySource<'a>,
	missing: Option<u32>,
	other: Option<(u32, Vec<u8>)>,
}

impl<'a> State<'a> {
	fn of(bytes: &'a [u8]) -> Self {
		Self { inner: MemorySource::new(bytes), missing: None, other: None }
	}

	fn without(bytes: &'a [u8], chunk: u32) -> Self {
		Self { missing: Some(chunk), ..Self::of(bytes) }
	}

	fn with(bytes: &'a [u8], chunk: u32, other: Vec<u8>) -> Self {
		Self { other: Some((chunk, other)), ..Self::of(bytes) }
	}
}

impl ContentSource for State<'_> {
	fn chunk(&mut self, index: u32) -> Option<Vec<u8>> {
		match &self.other {
			Some((chunk, bytes)) if *chunk == index => Some(bytes.clone()),
			_ if self.missing == Some(index) => None,
			_ => self.inner.chunk(index),
		}
	}

	fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]> {
		self.chunk(index).map(|chunk| opg_engine_abi::hash::keccak256(&chunk))
	}
}

/// A model of three chunks.
fn model() -> Vec<u8> {
	let mut bytes = vec![toy::FINE; 2 * CHUNK_BYTES as usize + 100];
	bytes[CHUNK_BYTES as usize + 7] = 9;
	bytes
}

struct World {
	toy: Engine,
	model: Vec<u8>,
	loaded: LoadReport,
}

/// The toy with memory for the model; loaded once, elsewhere.
fn world() -> World {
	let mut parts = toy::Parts::new();
	parts.memories = wasm_encoder::MemorySection::new();
	parts.memories.memory(toy::memory(64, Some(64)));
	let (toy, model) = (Engine::new(&parts.wasm()), model());
	let loaded = load(&host(), &toy, &model);
	World { toy, model, loaded }
}

impl World {
	fn run(
		&self,
		host: &EngineHost,
		engine: &mut State<'_>,
		model: &mut State<'_>,
	) -> Result<RunReport, Detailed> {
		let reference = model_ref(&self.model);
		run_from(
			host,
			Lane::Consensus,
			&self.toy,
			engine,
			&reference,
			model,
			&self.loaded,
			&[toy::FINE],
			1_000_000,
		)
		.expect("no failure")
	}

	fn fine(&self, host: &EngineHost) {
		let report = self.run(host, &mut State::of(&self.toy.stored), &mut State::of(&self.model));
		assert_eq!(report.expect("runs").outputs.last(), Some(&1));
	}
}

fn fault(code: ErrorCode, chunk: u64) -> Detailed {
	Detailed::free(code, &[chunk])
}

#[test]
fn what_is_missing_or_other_is_told_alike_on_a_hit_and_on_a_miss() {
	let w = world();
	let (warm, full) = (host(), CHUNK_BYTES as usize);
	w.fine(&warm);
	let engine_chunks = u64::from(w.toy.engine.chunks());
	let engine = || State::of(&w.toy.stored);
	let model = || State::of(&w.model);
	// Engine, model, and the fault that both must give.
	type Case<'a> = (State<'a>, State<'a>, Detailed);
	let cases: [fn(&World) -> Case<'_>; 7] = [
		|w| (State::of(&w.toy.stored), State::without(&w.model, 0), missing(0)),
		|w| (State::of(&w.toy.stored), State::without(&w.model, 2), missing(2)),
		|w| {
			let short = vec![toy::FINE; CHUNK_BYTES as usize - 1];
			(State::of(&w.toy.stored), State::with(&w.model, 1, short), other(1))
		},
		|w| {
			let forged = vec![toy::FINE; CHUNK_BYTES as usize];
			(State::of(&w.toy.stored), State::with(&w.model, 1, forged), other(3))
		},
		|w| {
			let long = vec![toy::FINE; 101];
			(State::of(&w.toy.stored), State::with(&w.model, 2, long), other(2))
		},
		|w| (State::without(&w.toy.stored, 0), State::of(&w.model), missing(0)),
		|w| {
			let mut forged = w.toy.stored.clone();
			*forged.last_mut().expect("not empty") ^= 1;
			let chunks = u64::from(w.toy.engine.chunks());
			(State::with(&w.toy.stored, 0, forged), State::of(&w.model), other(chunks))
		},
	];
	for case in cases {
		for host in [&warm, &host()] {
			let (mut engine, mut model, expected) = case(&w);
			assert_eq!(w.run(host, &mut engine, &mut model), Err(expected));
		}
		// And nothing of it stayed.
		w.fine(&warm);
	}
	assert_eq!(engine_chunks, 1);
	assert_eq!(full, w.model.len() / 2 - 50);
	assert!(w.run(&warm, &mut engine(), &mut model()).is_ok());
}

fn missing(chunk: u64) -> Detailed {
	fault(ErrorCode::StateMissing, chunk)
}

fn other(chunk: u64) -> Detailed {
	fault(ErrorCode::StateMismatch, chunk)
}

#[test]
fn forged_chunks_leave_nothing_in_a_cache() {
	let w = world();
	let host = host();
	let forged = vec![toy::PANIC; CHUNK_BYTES as usize];
	let fault =
		w.run(&host, &mut State::of(&w.toy.stored), &mut State::with(&w.model, 0, forged.clone()));
	assert_eq!(fault.expect_err("is forged").fault.error.code, ErrorCode::StateMismatch);
	assert_eq!(host.images_held(), (0, 0));
	let result = host.load(
		Lane::Consensus,
		&w.toy.engine,
		&mut w.toy.source(),
		&model_ref(&w.model),
		&mut State::with(&w.model, 0, forged),
		&Limits::V1,
		u64::MAX,
		ImageFuel::default(),
	);
	let error = result.expect("no failure").expect_err("is forged").fault.error;
	assert_eq!(error, EngineError::new(ErrorCode::StateMismatch, &[3]));
	assert_eq!(host.images_held(), (0, 0));
	w.fine(&host);
	assert_eq!(host.images_held().0, 1);
}

#[test]
fn a_hit_reads_no_chunk() {
	struct Digests<'a>(MemorySource<'a>);
	impl ContentSource for Digests<'_> {
		fn chunk(&mut self, _: u32) -> Option<Vec<u8>> {
			panic!("was read");
		}
		fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]> {
			self.0.chunk_digest(index)
		}
	}
	let w = world();
	let host = host();
	w.fine(&host);
	let report = run_from(
		&host,
		Lane::Consensus,
		&w.toy,
		&mut Digests(w.toy.source()),
		&model_ref(&w.model),
		&mut Digests(MemorySource::new(&w.model)),
		&w.loaded,
		&[toy::FINE],
		1_000_000,
	);
	assert!(report.expect("no failure").is_ok());
	assert_eq!(host.metrics().image_hits, 1);
}

#[test]
fn an_engine_of_another_length_is_other() {
	let w = world();
	let host = host();
	w.fine(&host);
	for warm in [true, false] {
		if !warm {
			host.forget_engines(false);
		}
		let mut toy = w.toy.clone();
		toy.engine.raw_len -= 1;
		let fault = common::load_in(&host, Lane::Consensus, &toy, &w.model);
		let error = fault.expect("no failure").expect_err("is other").fault.error;
		assert_eq!(error, EngineError::new(ErrorCode::StateMismatch, &[1]));
	}
}
