//! Golden vectors through the node's executor: what the released engine makes of 2,500 models is what is
//! committed. `scripts/test determinism` does the same with other executors.

mod common;

use common::{
	golden::{self, Record, Vector},
	golden_host::{self, HostExecutor},
	released::cache,
};
use opg_engine_host::{Cpu, EngineHost, HostConfig};
use std::path::{Path, PathBuf};

fn testdata() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata")
}

/// Compares every `every`th vector.
fn check(cpu: Cpu, every: usize) {
	let (vectors, hash) = golden::vectors(&testdata()).expect("the files are whole");
	let record = Record::read(&testdata()).expect("the record is whole");
	let engine = golden_host::engine();
	assert_eq!(record.is_of(&engine, &hash), Ok(()));
	let config = HostConfig { cpu, cache_dir: Some(cache()), ..common::config() };
	let host = EngineHost::new(config).expect("supported");
	let chosen: Vec<&Vector> = vectors.iter().step_by(every).collect();
	let observed = engine.observe_all(|| Ok(HostExecutor::new(host.clone())), &chosen, 2);
	assert_eq!(record.compare(observed).conclude(&format!("{cpu:?}")), Ok(()));
}

#[test]
fn validators_give_what_is_recorded() {
	check(Cpu::Baseline, 1);
}

#[test]
fn other_machine_code_gives_it_too() {
	check(Cpu::Masked, 16);
}

#[test]
fn there_are_enough_vectors() {
	let (vectors, _) = golden::vectors(&testdata()).expect("the files are whole");
	let runs: usize = vectors.iter().map(|vector| vector.runs.len()).sum();
	assert!(vectors.len() >= 2_000 && runs >= 5_000, "{} models, {runs} runs", vectors.len());
}
