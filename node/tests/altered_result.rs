//! A block whose inference result was altered by its author is refused by everybody else.

// The macro asks for `substrate_runtime`, which wasm-builder sets and cargo doesn't know.
#![allow(unexpected_cfgs)]

mod chain;

use chain::Node;
use opg_engine_abi::{
	EngineError, EngineRef, LoadReport, LoadRequest, RunFault, RunReport, RunRequest,
};
use opg_engine_host::{EngineHost, Lane, MemorySource};
use opg_node::{hardware::probe::matrix_product, service::HostFunctions};
use polkadot_sdk::{sp_io::SubstrateHostFunctions, sp_runtime::traits::Block as _};
use sp_runtime_interface::{
	pass_by::{AllocateAndReturnByCodec, PassFatPointerAndDecode, PassFatPointerAndRead},
	runtime_interface,
};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the author lies.
static LIES: AtomicBool = AtomicBool::new(false);

/// The engine's host functions as the lying author has them: the same names, the same engine, but
/// one bit of every result flipped while [`LIES`].
#[runtime_interface]
pub trait EngineApi {
	fn load(
		&mut self,
		request: PassFatPointerAndDecode<LoadRequest>,
	) -> AllocateAndReturnByCodec<Result<LoadReport, RunFault>> {
		let file = matrix_product(chain::SIDE);
		EngineHost::global()
			.load(
				Lane::Consensus,
				&request.engine,
				&mut MemorySource::new(opg_engine_blob::ENGINE_V1.compressed),
				&request.model,
				&mut MemorySource::new(&file),
				&request.limits,
				request.max_fuel,
				request.image_fuel,
			)
			.expect("the host works")
			.map_err(|detailed| detailed.fault)
	}

	fn run(
		&mut self,
		request: PassFatPointerAndDecode<RunRequest>,
		inputs: PassFatPointerAndRead<&[u8]>,
	) -> AllocateAndReturnByCodec<Result<RunReport, RunFault>> {
		let file = matrix_product(chain::SIDE);
		let mut result = EngineHost::global()
			.run(
				Lane::Consensus,
				&request.engine,
				&mut MemorySource::new(opg_engine_blob::ENGINE_V1.compressed),
				&request.model,
				&mut MemorySource::new(&file),
				&request.limits,
				request.load_fuel,
				request.image_hash,
				inputs,
				request.run_limit,
			)
			.expect("the host works")
			.map_err(|detailed| detailed.fault);
		if LIES.load(Ordering::SeqCst) {
			if let Ok(report) = &mut result {
				// The last byte belongs to the last number of the last output.
				let last = report.outputs.last_mut().expect("there are outputs");
				*last ^= 1;
			}
		}
		result
	}

	fn check_engine(
		&mut self,
		_engine: PassFatPointerAndDecode<EngineRef>,
		_prefix: PassFatPointerAndRead<&[u8]>,
	) -> AllocateAndReturnByCodec<Result<(), EngineError>> {
		Ok(())
	}
}

/// Host functions of the lying author.
type Lying = (SubstrateHostFunctions, engine_api::HostFunctions);

#[test]
fn an_altered_result_is_refused_and_an_honest_one_is_not() {
	let host = EngineHost::global();
	let author = Node::<Lying>::new(host.clone());
	let other = Node::<HostFunctions>::new(host);

	let first = author.author(author.publish(0));
	other.import_foreign(&first).expect("nothing in it was altered");

	let call = other.infer(3);
	LIES.store(true, Ordering::SeqCst);
	let altered = author.author(vec![call.clone()]);
	LIES.store(false, Ordering::SeqCst);
	assert_eq!(author.inferences(altered.hash()), 1, "the author believes its own block");
	let error = other.import_foreign(&altered).expect_err("the result was altered");
	assert_eq!(other.best(), first.hash(), "{error}");

	// The same call by an honest author, on top of the same block.
	let honest = other.author(vec![call]);
	assert_eq!(other.inferences(honest.hash()), 1);
	assert_ne!(chain::state_root(&honest), chain::state_root(&altered));
}
