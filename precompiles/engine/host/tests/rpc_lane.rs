//! The RPC lane: never compiles, never queues, leaves nothing that consensus reads.

mod common;

use common::{config, host, load, load_in, model_ref, run_from, toy};
use opg_engine_host::{ContentSource, EngineHost, HostConfig, HostFailure, Lane, MemorySource};
use std::sync::mpsc::{channel, Receiver, Sender};

#[test]
fn it_never_compiles() {
	let (host, toy) = (host(), toy::engine());
	let failure = load_in(&host, Lane::Rpc, &toy, &[toy::FINE]);
	assert_eq!(failure, Err(HostFailure::NotPrepared(hex::encode(toy.engine.hash))));
	assert!(!host.is_prepared(&toy.engine.hash));
	assert!(host.prepare_engine(&toy.engine, &mut toy.source()).expect("prepares").compiled);
	assert!(host.is_prepared(&toy.engine.hash));
	assert!(load_in(&host, Lane::Rpc, &toy, &[toy::FINE]).expect("no failure").is_ok());
}

#[test]
fn what_it_runs_enters_no_cache_that_consensus_reads() {
	// Room for one image in each lane.
	let toy = toy::engine();
	let probe = host();
	let loaded = load(&probe, &toy, &[toy::FINE]);
	let (_, size) = probe.images_held();
	let config = HostConfig { image_cache_bytes: 4 * size, ..config() };
	let host = EngineHost::new(config).expect("supported");
	load(&host, &toy, &[toy::FINE]);
	assert_eq!(host.images_held(), (1, size));
	let run = |lane, model: &[u8]| {
		let loaded = load(&probe, &toy, model);
		run_from(
			&host,
			lane,
			&toy,
			&mut toy.source(),
			&model_ref(model),
			&mut MemorySource::new(model),
			&loaded,
			&[toy::FINE],
			10_000,
		)
		.expect("no failure")
		.expect("runs")
	};
	for n in 0..20 {
		let model = [toy::FINE, n];
		load_in(&host, Lane::Rpc, &toy, &model).expect("no failure").expect("loads");
		run(Lane::Rpc, &model);
		assert_eq!(host.images_held(), (1, size));
	}
	let misses = host.metrics().image_misses;
	// It may use what consensus prepared, and gets the same.
	assert_eq!(run(Lane::Rpc, &[toy::FINE]), run(Lane::Consensus, &[toy::FINE]));
	assert_eq!(host.metrics().image_misses, misses);
	// Consensus doesn't find what RPC prepared.
	run(Lane::Consensus, &[toy::FINE, 19]);
	assert_eq!(host.metrics().image_misses, misses + 1);
	assert_eq!(host.images_held().0, 2);
	assert_eq!(loaded, load(&host, &toy, &[toy::FINE]));
}

/// A source that says when it is asked and waits before it answers.
struct Slow<'a> {
	inner: MemorySource<'a>,
	asked: Sender<()>,
	go: Receiver<()>,
}

impl ContentSource for Slow<'_> {
	fn chunk(&mut self, index: u32) -> Option<Vec<u8>> {
		self.inner.chunk(index)
	}

	fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]> {
		self.asked.send(()).expect("the test listens");
		self.go.recv().expect("the test answers");
		self.inner.chunk_digest(index)
	}
}

#[test]
fn it_fails_at_once_when_all_permits_are_taken() {
	let (host, toy) = (host(), toy::engine());
	let model = [toy::FINE];
	let loaded = load(&host, &toy, &model);
	let run = |lane, source: &mut dyn ContentSource| {
		run_from(
			&host,
			lane,
			&toy,
			&mut toy.source(),
			&model_ref(&model),
			source,
			&loaded,
			&[toy::FINE],
			10_000,
		)
	};
	let (asked, is_asked) = channel();
	let (go, answer) = channel();
	std::thread::scope(|scope| {
		let (run, model) = (&run, &model);
		let first = scope.spawn(move || {
			run(Lane::Rpc, &mut Slow { inner: MemorySource::new(model), asked, go: answer })
		});
		is_asked.recv().expect("the first call holds the permit");
		let second = run(Lane::Rpc, &mut MemorySource::new(model));
		assert_eq!(second, Err(HostFailure::Busy(1)));
		// Consensus needs none.
		let block = run(Lane::Consensus, &mut MemorySource::new(model));
		assert!(block.expect("no failure").is_ok());
		go.send(()).expect("the first call waits");
		assert!(first.join().expect("ends").expect("no failure").is_ok());
	});
	// A failed call gives its permit back.
	let mut unknown = toy.clone();
	unknown.engine.hash[0] ^= 1;
	assert!(load_in(&host, Lane::Rpc, &unknown, &model).is_err());
	assert!(run(Lane::Rpc, &mut MemorySource::new(&model)).expect("no failure").is_ok());
}

#[test]
fn it_runs_the_same_call_once() {
	let (host, toy) = (host(), toy::engine());
	let model = [toy::FINE];
	let loaded = load(&host, &toy, &model);
	let run = |lane, source: &mut dyn ContentSource, limit| {
		run_from(
			&host,
			lane,
			&toy,
			&mut toy.source(),
			&model_ref(&model),
			source,
			&loaded,
			&[toy::FINE],
			limit,
		)
	};
	let of = |lane, limit| run(lane, &mut MemorySource::new(&model), limit).expect("no failure");
	let first = of(Lane::Rpc, 10_000).expect("runs");
	let before = host.metrics();
	// Under any limit that is enough.
	assert_eq!(of(Lane::Rpc, 20_000).as_ref(), Ok(&first));
	assert_eq!(of(Lane::Rpc, first.fuel).as_ref(), Ok(&first));
	let after = host.metrics();
	assert_eq!((after.runs, after.rpc_result_hits), (before.runs, before.rpc_result_hits + 2));
	// Under one that isn't, and in a block, it really runs, and both say the same.
	assert!(of(Lane::Rpc, first.fuel - 1).is_err());
	assert_eq!(of(Lane::Rpc, first.fuel - 1), of(Lane::Consensus, first.fuel - 1));
	assert_eq!(of(Lane::Consensus, 10_000).as_ref(), Ok(&first));
	assert_eq!(host.metrics().rpc_result_hits, after.rpc_result_hits);
	assert_eq!(host.metrics().runs, after.runs + 1);
	// What is known doesn't hide that the model is no longer there.
	let gone = run(Lane::Rpc, &mut MemorySource::new(&[]), 10_000).expect("no failure");
	assert!(gone.is_err());
}
