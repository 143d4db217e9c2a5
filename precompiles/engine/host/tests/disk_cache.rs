//! Compiled engines on disk: used, never trusted.

mod common;

use common::{config, host_with_cache, load, private_folder, run, toy};
use opg_engine_abi::{hash::keccak256, EngineRef};
use opg_engine_host::{ContentSource, Cpu, EngineHost, HostConfig, HostFailure, MemorySource};
use std::{
	fs,
	os::unix::fs::{MetadataExt, PermissionsExt},
	path::{Path, PathBuf},
};

fn compiled(folder: &Path) -> Vec<PathBuf> {
	files(folder, "cwasm")
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
	let mut files: Vec<_> = fs::read_dir(folder)
		.expect("folder")
		.map(|entry| entry.expect("entry").path())
		.filter(|path| path.extension().is_some_and(|e| e == extension))
		.collect();
	files.sort();
	files
}

#[test]
fn the_next_start_reads_what_this_one_compiled() {
	let folder = private_folder();
	let toy = toy::engine();
	let prepare = |host: &EngineHost| {
		let prepared = host.prepare_engine(&toy.engine, &mut toy.source()).expect("prepares");
		(prepared.from_disk, prepared.compiled)
	};
	let first = host_with_cache(folder.path());
	assert_eq!(prepare(&first), (false, true));
	assert_eq!(prepare(&first), (false, false));
	let second = host_with_cache(folder.path());
	assert_eq!(prepare(&second), (true, false));
	let results = [&first, &second].map(|host| {
		let loaded = load(host, &toy, &[toy::FINE]);
		(run(host, &toy, &[toy::FINE], &loaded, &[toy::FINE], 10_000), loaded)
	});
	assert_eq!(results[0], results[1]);
	second.forget_engines(true);
	assert!(compiled(folder.path()).is_empty() && files(folder.path(), "verified").is_empty());
	assert_eq!(prepare(&second), (false, true));
}

#[test]
fn a_file_that_was_touched_is_compiled_again() {
	let folder = private_folder();
	let toy = toy::engine();
	host_with_cache(folder.path())
		.prepare_engine(&toy.engine, &mut toy.source())
		.expect("prepares");
	let file = compiled(folder.path()).pop().expect("was written");
	let good = fs::read(&file).expect("reads");
	let spoil: [&dyn Fn() -> Vec<u8>; 4] = [
		&|| {
			let mut bytes = good.clone();
			let middle = bytes.len() / 2;
			bytes[middle] ^= 1;
			bytes
		},
		&|| good[..good.len() - 1].to_vec(),
		&Vec::new,
		&|| b"\x7fELF".to_vec(),
	];
	for spoil in spoil {
		fs::write(&file, spoil()).expect("writes");
		let host = host_with_cache(folder.path());
		let prepared = host.prepare_engine(&toy.engine, &mut toy.source()).expect("prepares");
		assert!(prepared.compiled && !prepared.from_disk);
		assert_eq!(host.metrics().disk_discards, 1);
		assert_eq!(fs::metadata(&file).expect("is there").len(), good.len() as u64);
	}
}

/// A source with a chunk that isn't the engine's.
struct Forged<'a>(MemorySource<'a>);

impl ContentSource for Forged<'_> {
	fn chunk(&mut self, index: u32) -> Option<Vec<u8>> {
		let mut chunk = self.0.chunk(index)?;
		chunk.iter_mut().for_each(|byte| *byte ^= 1);
		Some(chunk)
	}

	fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]> {
		self.chunk(index).map(|chunk| keccak256(&chunk))
	}
}

/// Counts what is read.
struct Counted<'a>(MemorySource<'a>, u32);

impl ContentSource for Counted<'_> {
	fn chunk(&mut self, index: u32) -> Option<Vec<u8>> {
		self.1 += 1;
		self.0.chunk(index)
	}

	fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]> {
		self.0.chunk_digest(index)
	}
}

#[test]
fn what_was_verified_is_not_read_again() {
	let folder = private_folder();
	let toy = toy::engine();
	for reads in [1, 0] {
		let mut source = Counted(toy.source(), 0);
		host_with_cache(folder.path()).prepare_engine(&toy.engine, &mut source).expect("prepares");
		assert_eq!(source.1, reads);
	}
	// The digests are of no use without the code, and the other way round.
	fs::remove_file(&files(folder.path(), "cwasm")[0]).expect("removes");
	let mut source = Counted(toy.source(), 0);
	let host = host_with_cache(folder.path());
	assert!(host.prepare_engine(&toy.engine, &mut source).expect("prepares").compiled);
	assert_eq!(source.1, 1);
	let verified = files(folder.path(), "verified").pop().expect("was written");
	let mut bytes = fs::read(&verified).expect("reads");
	*bytes.last_mut().expect("not empty") ^= 1;
	fs::write(&verified, bytes).expect("writes");
	for (reads, discards) in [(1, 1), (0, 0)] {
		let mut source = Counted(toy.source(), 0);
		let host = host_with_cache(folder.path());
		assert!(host.prepare_engine(&toy.engine, &mut source).expect("prepares").from_disk);
		assert_eq!((source.1, host.metrics().disk_discards), (reads, discards));
	}
}

#[test]
fn a_compiled_engine_hides_no_forged_state() {
	let warm = private_folder();
	let toy = toy::engine();
	host_with_cache(warm.path()).prepare_engine(&toy.engine, &mut toy.source()).expect("prepares");
	let longer = EngineRef { stored_len: toy.engine.stored_len + 1, ..toy.engine };
	let failures = [warm, private_folder()].map(|folder| {
		let host = host_with_cache(folder.path());
		let forged = host.prepare_engine(&toy.engine, &mut Forged(toy.source()));
		let missing = host.prepare_engine(&toy.engine, &mut MemorySource::new(&[]));
		let other = host.prepare_engine(&longer, &mut toy.source());
		[forged, missing, other].map(|result| result.expect_err("isn't the engine").to_string())
	});
	assert_eq!(failures[0], failures[1]);
}

#[test]
fn another_configuration_has_another_file() {
	let folder = private_folder();
	let toy = toy::engine();
	for (count, cpu) in [Cpu::Baseline, Cpu::Masked, Cpu::NoFma].into_iter().enumerate() {
		let config = HostConfig { cpu, cache_dir: Some(folder.path().into()), ..config() };
		let host = EngineHost::new(config).expect("supported");
		let prepared = host.prepare_engine(&toy.engine, &mut toy.source()).expect("prepares");
		assert!(prepared.compiled);
		assert_eq!(compiled(folder.path()).len(), count + 1);
	}
}

#[test]
fn files_are_private() {
	let outer = private_folder();
	let folder = outer.path().join("a").join("b");
	let toy = toy::engine();
	host_with_cache(&folder).prepare_engine(&toy.engine, &mut toy.source()).expect("prepares");
	assert_eq!(fs::metadata(&folder).expect("was made").mode() & 0o777, 0o700);
	for entry in fs::read_dir(&folder).expect("folder") {
		let meta = entry.expect("entry").metadata().expect("metadata");
		assert_eq!(meta.mode() & 0o777, 0o600);
	}
	fs::set_permissions(&folder, PermissionsExt::from_mode(0o777)).expect("chmod");
	let config = HostConfig { cache_dir: Some(folder.clone()), ..config() };
	let failure = EngineHost::new(config).expect_err("others could have written there");
	assert!(matches!(failure, HostFailure::CacheFolder { .. }));
}
