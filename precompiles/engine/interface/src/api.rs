//! The host functions.

// The macro asks for `substrate_runtime`, which wasm-builder sets and cargo doesn't know.
#![allow(unexpected_cfgs)]

use opg_engine_abi::{
	EngineError, EngineRef, LoadReport, LoadRequest, RunFault, RunReport, RunRequest,
};
use sp_runtime_interface::{
	pass_by::{AllocateAndReturnByCodec, PassFatPointerAndDecode, PassFatPointerAndRead},
	runtime_interface,
};

#[cfg(feature = "std")]
use crate::{extension::executor, state};

/// The engine, as the runtime calls it.
#[runtime_interface]
pub trait EngineApi {
	/// Loads a model and reports signature, fuel and prepared image. The bytes are read from state
	/// and checked against the request's digests.
	///
	/// # Panics
	/// When the node fails; see the crate's documentation.
	fn load(
		&mut self,
		request: PassFatPointerAndDecode<LoadRequest>,
	) -> AllocateAndReturnByCodec<Result<LoadReport, RunFault>> {
		let (lane, host) = executor(*self);
		let state = state::Shared::new(*self);
		let outcome = host.load(
			lane,
			&request.engine,
			&mut state.content(&request.engine_prefix),
			&request.model,
			&mut state.content(&request.model_prefix),
			&request.limits,
			request.max_fuel,
			request.image_fuel,
		);
		state::answer("load", outcome)
	}

	/// Runs a model on the SCALE encoding of `Vec<Tensor>`. The same whether the node has the model
	/// prepared or not.
	///
	/// # Panics
	/// When the node fails; see the crate's documentation.
	fn run(
		&mut self,
		request: PassFatPointerAndDecode<RunRequest>,
		inputs: PassFatPointerAndRead<&[u8]>,
	) -> AllocateAndReturnByCodec<Result<RunReport, RunFault>> {
		let (lane, host) = executor(*self);
		let state = state::Shared::new(*self);
		let outcome = host.run(
			lane,
			&request.engine,
			&mut state.content(&request.engine_prefix),
			&request.model,
			&mut state.content(&request.model_prefix),
			&request.limits,
			request.load_fuel,
			request.image_hash,
			inputs,
			request.run_limit,
		);
		state::answer("run", outcome)
	}

	/// Checks that the chunks at `prefix` are a valid engine: presence, length, hash, profile, and
	/// the bytes themselves with the parser. Compiles nothing.
	fn check_engine(
		&mut self,
		engine: PassFatPointerAndDecode<EngineRef>,
		prefix: PassFatPointerAndRead<&[u8]>,
	) -> AllocateAndReturnByCodec<Result<(), EngineError>> {
		let state = state::Shared::new(*self);
		let result = opg_engine_host::EngineHost::check_engine(&engine, &mut state.content(prefix));
		result
	}
}
