//! The host functions on state: same results with and without an extension, in the overlay and in
//! the trie.

mod common;

use codec::{Decode, Encode};
use common::{
	engine, global, inputs, load_request, other, run_request, state, store, ENGINE, MODEL,
};
use opg_engine_abi::{EngineError, ErrorCode, Tensor, CHUNK_BYTES};
use opg_engine_host::Lane;
use opg_engine_interface::{
	check_engine, chunk_key, load, run, EngineExt, LoadReport, RunFault, RunReport,
};
use polkadot_sdk::sp_io::{storage, TestExternalities};

fn both(ext: &mut TestExternalities) -> (LoadReport, RunReport) {
	ext.execute_with(|| {
		let loaded = load(load_request()).expect("loads");
		let ran = run(run_request(&loaded), &inputs()).expect("runs");
		(loaded, ran)
	})
}

fn with_extension(lane: Lane) -> TestExternalities {
	let mut ext = state();
	ext.register_extension(EngineExt { lane, host: other() });
	ext
}

#[test]
fn the_extension_changes_no_result() {
	global();
	let without = both(&mut state());
	let outputs = Vec::<Tensor>::decode(&mut &without.1.outputs[..]).expect("tensors");
	assert_eq!(outputs[0].shape, [1, 4]);
	assert_eq!(both(&mut with_extension(Lane::Consensus)), without);
	// Now the other host has the engine, so that the RPC lane can run.
	assert_eq!(both(&mut with_extension(Lane::Rpc)), without);
}

#[test]
fn neither_does_it_matter_where_state_lies() {
	global();
	let overlay = both(&mut state());
	let mut trie = state();
	trie.commit_all().expect("commits");
	assert_eq!(both(&mut trie), overlay);
	// Written in the same block, by the runtime.
	let mut ext = TestExternalities::default();
	store(&mut ext, ENGINE, opg_engine_blob::ENGINE_V1.compressed);
	ext.commit_all().expect("commits");
	ext.execute_with(|| storage::set(&chunk_key(MODEL, 0), &common::model().encode()));
	assert_eq!(both(&mut ext), overlay);
}

#[test]
fn what_state_lacks_is_a_result() {
	global();
	let mut ext = state();
	let (loaded, _) = both(&mut ext);
	let fault = |code, chunk| Err(RunFault { error: EngineError::new(code, &[chunk]), fuel: 0 });
	let chunk = chunk_key(MODEL, 0);
	let mut try_with = |value: Option<Vec<u8>>| {
		ext.execute_with(|| {
			match value {
				Some(value) => storage::set(&chunk, &value),
				None => storage::clear(&chunk),
			}
			let ran = run(run_request(&loaded), &inputs());
			let loaded = load(load_request()).map(|_| ran.clone().expect("ran too"));
			assert_eq!(loaded, ran);
			ran
		})
	};
	assert_eq!(try_with(None), fault(ErrorCode::StateMissing, 0));
	let mut forged = common::model();
	forged[50] ^= 1;
	assert_eq!(try_with(Some(forged.encode())), fault(ErrorCode::StateMismatch, 1));
	// Not encoded, cut off, with a length that lies.
	assert_eq!(try_with(Some(common::model())), fault(ErrorCode::StateMismatch, 0));
	assert_eq!(try_with(Some(vec![])), fault(ErrorCode::StateMismatch, 0));
	assert_eq!(try_with(Some(vec![0xff; 8])), fault(ErrorCode::StateMismatch, 0));
	assert!(try_with(Some(common::model().encode())).is_ok());
}

#[test]
fn an_engine_is_checked_where_it_lies() {
	let mut ext = state();
	let mut check = |change: &dyn Fn()| {
		ext.execute_with(|| {
			change();
			check_engine(engine(), ENGINE)
		})
	};
	assert_eq!(check(&|| {}), Ok(()));
	let missing = EngineError::new(ErrorCode::StateMissing, &[1]);
	assert_eq!(check(&|| storage::clear(&chunk_key(ENGINE, 1))), Err(missing));
	let zeros = vec![0u8; CHUNK_BYTES as usize].encode();
	let chunks = u64::from(engine().chunks());
	let other = EngineError::new(ErrorCode::StateMismatch, &[chunks]);
	assert_eq!(check(&|| storage::set(&chunk_key(ENGINE, 1), &zeros)), Err(other));
	let mut profile = engine();
	profile.profile = 2;
	let unsupported = EngineError::new(ErrorCode::ProfileUnsupported, &[2]);
	let verdict = state().execute_with(|| check_engine(profile, ENGINE));
	assert_eq!(verdict, Err(unsupported));
}
