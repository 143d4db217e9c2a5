//! A failure of the node is no result: the host function panics.

mod common;

use common::{inputs, load_request, run_request, state};
use opg_engine_host::{EngineHost, HostConfig, Lane};
use opg_engine_interface::{load, run, EngineExt, LoadReport};
use std::{
	cell::Cell,
	panic::{catch_unwind, set_hook, take_hook, AssertUnwindSafe},
	sync::Once,
};

thread_local! {
	/// Whether the panic hook was called on this thread.
	static REPORTED: Cell<bool> = const { Cell::new(false) };
}

/// The message of the panic, and whether it was reported: a node's panic hook prints a backtrace.
fn panics(work: impl FnOnce()) -> (String, bool) {
	static HOOK: Once = Once::new();
	HOOK.call_once(|| {
		let before = take_hook();
		set_hook(Box::new(move |info| {
			REPORTED.set(true);
			before(info);
		}));
	});
	REPORTED.set(false);
	let panic = catch_unwind(AssertUnwindSafe(work)).expect_err("panics");
	(panic.downcast_ref::<String>().cloned().expect("a message"), REPORTED.get())
}

/// A node that has compiled nothing.
fn unprepared(lane: Lane) -> EngineExt {
	let config = HostConfig { cache_dir: None, ..HostConfig::default() };
	EngineExt { lane, host: EngineHost::new(config).expect("supported") }
}

#[test]
fn an_engine_that_is_not_compiled_fails_rpc() {
	let mut ext = state();
	let extension = unprepared(Lane::Rpc);
	let host = extension.host.clone();
	ext.register_extension(extension);
	let (message, reported) = panics(|| {
		let _ = ext.execute_with(|| load(load_request()));
	});
	assert!(message.starts_with("EngineNotPrepared(engine="), "{message}");
	assert!(!reported, "a refusal that anybody can cause fills no log");
	assert_eq!(host.metrics().rpc_rejections, 1);
	assert_eq!(host.metrics().engine_compiles, 0);
}

#[test]
fn a_node_that_computes_something_else_stops() {
	common::global();
	let mut ext = state();
	let loaded = ext.execute_with(|| load(load_request())).expect("loads");
	let other = LoadReport { image_hash: [7; 32], ..loaded };
	let (message, reported) = panics(|| {
		let _ = ext.execute_with(|| run(run_request(&other), &inputs()));
	});
	assert!(message.contains("the chain recorded"), "{message}");
	assert!(reported, "the operator must see it");
}
