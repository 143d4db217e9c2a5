//! The executor of the runtime, with limits for what is executed for RPC.
//!
//! `state_call` calls any function of the runtime, and the Ethereum RPC calls contracts with it: anybody
//! who reaches a node's RPC has it execute what they like, for nothing. So calls for RPC that execute
//! transactions or contracts
//!
//! - pass a [gate](crate::gate) before they take an instance of the runtime, and are turned away with
//!   `Busy(…)` when it stays full. Calls that only read, those of the transaction pool, and everything
//!   that serves consensus don't pass it;
//! - may not name a limit of execution time above a block's: an execution can't be stopped from
//!   outside, and pallet-revive takes any limit that it is given.
//!
//! A refusal is an error of the call. Its text has the grammar of errors everywhere,
//! `Code(key=value,…): hint`, in what the SDK's server makes of it.

use crate::{
	gate::{Busy, Gate, Limits},
	lanes,
};
use codec::Decode;
use opg_engine_host::Lane;
use opg_runtime::{configs::system::MAXIMUM_BLOCK_WEIGHT, AccountId, Balance};
use polkadot_sdk::{
	sc_executor::{error::Result as ExecutorResult, RuntimeVersion, RuntimeVersionOf},
	sp_core::{
		traits::{CallContext, CodeExecutor, ReadRuntimeVersion, RuntimeCode},
		H160,
	},
	sp_externalities::Externalities,
	sp_runtime::Weight,
};
use std::{fmt, time::Duration};

/// Calls that wait at the gate, at most. Each holds one of the threads of the RPC server, which has as
/// many as it takes connections (`--rpc-max-connections`, 100): some must stay for what only reads.
const WAITING: usize = 64;

/// How long a call waits at the gate, at most: less than a client's usual patience.
const PATIENCE: Duration = Duration::from_secs(5);

/// Beginnings of the names of the runtime's functions that execute transactions or contracts, or take
/// as long. In an off-chain context, none of them is called but for RPC: the transaction pool and the
/// verifier of blocks that come in (`BlockBuilder_check_inherents`) call others.
const EXECUTING: [&str; 12] = [
	"BlockBuilder_apply_extrinsic",
	"BlockBuilder_finalize_block",
	"Core_execute_block",
	"Core_initialize_block",
	"GenesisBuilder_",
	"InferenceApi_dry_run",
	"ReviveApi_call",
	"ReviveApi_eth_estimate_gas",
	"ReviveApi_eth_transact",
	"ReviveApi_instantiate",
	"ReviveApi_trace_",
	"ReviveApi_upload_code",
];

/// Whether a function of the runtime executes transactions or contracts.
fn executes(method: &str) -> bool {
	EXECUTING.iter().any(|beginning| method.starts_with(beginning))
}

/// The limit of weight that a call names, if its function takes one from its caller as it is. What
/// can't be decoded names none: the runtime refuses it.
fn named_limit(method: &str, mut data: &[u8]) -> Option<Weight> {
	/// Version of the arguments.
	type Version = u8;
	let data = &mut data;
	match method {
		"ReviveApi_call" => <(AccountId, H160, Balance, Option<Weight>)>::decode(data).ok()?.3,
		"ReviveApi_call_versioned" => {
			<(Version, AccountId, H160, Balance, Option<Weight>)>::decode(data).ok()?.4
		},
		"ReviveApi_instantiate" => <(AccountId, Balance, Option<Weight>)>::decode(data).ok()?.2,
		"ReviveApi_instantiate_versioned" => {
			<(Version, AccountId, Balance, Option<Weight>)>::decode(data).ok()?.3
		},
		_ => None,
	}
}

/// Why a call for RPC isn't executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
	/// Too many are.
	#[error(transparent)]
	Busy(#[from] Busy),
	/// It names a limit of execution time above a block's. Picoseconds.
	#[error("WeightLimitTooHigh(given={given},max={max}): name a limit of at most max, or none")]
	WeightLimitTooHigh {
		/// The limit.
		given: u64,
		/// The highest.
		max: u64,
	},
}

/// Refuses a call for RPC that names too high a limit.
fn ensure_bounded(method: &str, data: &[u8]) -> Result<(), Refused> {
	let max = MAXIMUM_BLOCK_WEIGHT.ref_time();
	match named_limit(method, data).map(|limit| limit.ref_time()) {
		Some(given) if given > max => Err(Refused::WeightLimitTooHigh { given, max }),
		_ => Ok(()),
	}
}

/// An error of an execution, or the refusal of it.
#[derive(Debug)]
pub enum Error<E> {
	/// The execution failed.
	Execution(E),
	/// There was none.
	Refused(Refused),
}

impl<E: fmt::Display> fmt::Display for Error<E> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Execution(error) => error.fmt(f),
			Self::Refused(refused) => refused.fmt(f),
		}
	}
}

/// An executor with a gate.
#[derive(Clone)]
pub struct Gated<E> {
	inner: E,
	gate: Gate,
}

impl<E> Gated<E> {
	/// Executes with `inner`, of calls for RPC that execute something at most `running` at the same time.
	pub fn new(inner: E, running: usize) -> Self {
		let gate = Gate::new(Limits { running, waiting: WAITING, patience: PATIENCE });
		Self { inner, gate }
	}

	/// The gate, which its clones have too.
	pub fn gate(&self) -> &Gate {
		&self.gate
	}
}

impl<E: CodeExecutor> CodeExecutor for Gated<E> {
	type Error = Error<E::Error>;

	fn call(
		&self,
		ext: &mut dyn Externalities,
		runtime_code: &RuntimeCode,
		method: &str,
		data: &[u8],
		context: CallContext,
	) -> (Result<Vec<u8>, Self::Error>, bool) {
		let for_rpc = matches!(context, CallContext::Offchain)
			&& matches!(lanes::current(), Lane::Rpc)
			&& executes(method);
		let _pass = if for_rpc {
			let passed =
				ensure_bounded(method, data).and_then(|()| self.gate.pass().map_err(Refused::from));
			match passed {
				Ok(pass) => Some(pass),
				Err(refused) => return (Err(Error::Refused(refused)), false),
			}
		} else {
			None
		};
		let (result, native) = self.inner.call(ext, runtime_code, method, data, context);
		(result.map_err(Error::Execution), native)
	}
}

impl<E: ReadRuntimeVersion> ReadRuntimeVersion for Gated<E> {
	fn read_runtime_version(
		&self,
		wasm_code: &[u8],
		ext: &mut dyn Externalities,
	) -> Result<Vec<u8>, String> {
		self.inner.read_runtime_version(wasm_code, ext)
	}
}

impl<E: RuntimeVersionOf> RuntimeVersionOf for Gated<E> {
	fn runtime_version(
		&self,
		ext: &mut dyn Externalities,
		runtime_code: &RuntimeCode,
	) -> ExecutorResult<RuntimeVersion> {
		self.inner.runtime_version(ext, runtime_code)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use polkadot_sdk::sp_io::TestExternalities;

	/// Executes nothing, and says that it did.
	#[derive(Clone)]
	struct Nothing;

	impl CodeExecutor for Nothing {
		type Error = String;

		fn call(
			&self,
			_: &mut dyn Externalities,
			_: &RuntimeCode,
			_: &str,
			_: &[u8],
			_: CallContext,
		) -> (Result<Vec<u8>, String>, bool) {
			(Ok(vec![1]), false)
		}
	}

	impl ReadRuntimeVersion for Nothing {
		fn read_runtime_version(
			&self,
			_: &[u8],
			_: &mut dyn Externalities,
		) -> Result<Vec<u8>, String> {
			Err("there is no code".into())
		}
	}

	/// An executor whose only place is taken, and where nobody waits.
	fn full() -> (Gated<Nothing>, crate::gate::Pass) {
		let gate = Gate::new(Limits { running: 1, waiting: 0, patience: Duration::ZERO });
		let pass = gate.pass().expect("it is empty");
		(Gated { inner: Nothing, gate }, pass)
	}

	fn call(
		executor: &Gated<Nothing>,
		method: &str,
		data: &[u8],
		context: CallContext,
	) -> Result<Vec<u8>, String> {
		let mut externalities = TestExternalities::default();
		let code = RuntimeCode::empty();
		let (result, _) = executor.call(&mut externalities.ext(), &code, method, data, context);
		result.map_err(|error| error.to_string())
	}

	#[test]
	fn only_executions_for_rpc_are_turned_away() {
		let (executor, _pass) = full();
		let offchain = CallContext::Offchain;
		for method in [
			"ReviveApi_eth_transact_versioned",
			"ReviveApi_trace_call",
			"Core_execute_block",
			"BlockBuilder_apply_extrinsic",
			"InferenceApi_dry_run",
		] {
			let refused = call(&executor, method, &[], offchain).expect_err("it is full");
			assert_eq!(refused, Busy { running: 1, waiting: 0 }.to_string());
			let import = CallContext::Onchain { import: true };
			assert!(call(&executor, method, &[], import).is_ok(), "a block is executed");
			let authored = lanes::consensus_sync(|| call(&executor, method, &[], offchain));
			assert!(authored.is_ok(), "what serves consensus passes");
		}
		for method in [
			"Core_version",
			"BlockBuilder_check_inherents",
			"BlockBuilder_inherent_extrinsics",
			"TaggedTransactionQueue_validate_transaction",
			"AuraApi_authorities",
			"GrandpaApi_grandpa_authorities",
			"InferenceApi_quote",
			"ReviveApi_eth_block_versioned",
			"ReviveApi_gas_price",
		] {
			assert!(call(&executor, method, &[], offchain).is_ok(), "{method}");
		}
	}

	#[test]
	fn a_limit_above_a_block_is_refused() {
		let executor = Gated::new(Nothing, 1);
		let origin = AccountId::new([1; 32]);
		let to = H160::repeat_byte(2);
		let block = MAXIMUM_BLOCK_WEIGHT.ref_time();
		let attempt = |limit: Option<Weight>| {
			let value: Balance = 3;
			let rest = (None::<Balance>, vec![4u8; 5]);
			[
				("ReviveApi_call", (&origin, to, value, limit, &rest).encode()),
				("ReviveApi_call_versioned", (0u8, &origin, to, value, limit, &rest).encode()),
				("ReviveApi_instantiate", (&origin, value, limit, &rest).encode()),
				("ReviveApi_instantiate_versioned", (0u8, &origin, value, limit, &rest).encode()),
			]
			.map(|(method, data)| call(&executor, method, &data, CallContext::Offchain))
		};
		for limit in [None, Some(Weight::from_parts(block, u64::MAX))] {
			assert!(attempt(limit).iter().all(Result::is_ok), "{limit:?}");
		}
		for given in [block + 1, u64::MAX] {
			for refused in attempt(Some(Weight::from_parts(given, 0))) {
				let text = refused.expect_err("it is above a block");
				let expected = format!("WeightLimitTooHigh(given={given},max={block}): ");
				assert!(text.starts_with(&expected), "{text}");
			}
		}
	}

	#[test]
	fn what_is_no_call_is_left_to_the_runtime() {
		let executor = Gated::new(Nothing, 1);
		for data in [&[][..], &[0xff; 200][..]] {
			assert!(
				call(&executor, "ReviveApi_call_versioned", data, CallContext::Offchain).is_ok()
			);
		}
	}
}
