//! What this crate's own work takes, measured: everything but what `pallet-staging` charges, and the run,
//! which `opg-precompile-inference` and `pallet-inference` charge.
//!
//! Functions that change or read a buffer are put together here from this crate's parts of the longest of
//! them; questions are called as a contract calls them.

use crate::{
	change::begun,
	interface::IStaging::{
		beginCall, bufferInfoCall, depositForCall, inferCall, tryInferCall, tryInferReturn,
		writeCall, IStagingCalls as Function,
	},
	run::Fault,
	StagingPrecompile, ADDRESS,
};
use alloc::{vec, vec::Vec};
use core::marker::PhantomData;
use opg_precompile_common::{
	address_of,
	benchmarking::{Contract, Value},
};
use pallet_staging::{benchmarking as buffers, StagingFault, MAX_LENGTH, MAX_PIECES, PIECE_BYTES};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	pallet_revive::precompiles::alloy::{
		primitives::U256,
		sol_types::{SolCall, SolInterface, SolValue},
	},
};

pub use crate::Config;

/// Stands for this crate among the pallets that are measured.
pub struct Pallet<T: Config>(PhantomData<T>);

fn decoded(data: &[u8]) -> Function {
	let Ok(function) = Function::abi_decode_validate(data) else { panic!("it is a call") };
	function
}

#[benchmarks]
pub mod benchmarks {
	use super::*;

	/// `begin`.
	#[benchmark]
	pub fn change() {
		let (owner, id) = buffers::complete::<T>(MAX_PIECES);
		let data = beginCall { length: MAX_LENGTH }.abi_encode();
		let (answer, event);
		#[block]
		{
			let Function::begin(call) = decoded(&data) else { panic!("it is another") };
			event = begun::<T>(address_of::<T>(&owner), id, call.length);
			answer = beginCall::abi_encode_returns(&id);
		}
		assert_eq!((answer.len(), event.0.len(), event.1.len()), (32, 3, 64));
	}

	/// `n` bytes.
	#[benchmark]
	pub fn write(n: Linear<1, PIECE_BYTES>) {
		let piece = vec![1; n as usize].into();
		let data = writeCall { bufferId: 1, index: 0, piece }.abi_encode();
		let mut copied = Vec::new();
		#[block]
		{
			if let Function::write(call) = decoded(&data) {
				copied = call.piece.to_vec();
			}
		}
		assert_eq!(copied.len(), n as usize);
	}

	/// A refusal, which gives the value back.
	#[benchmark]
	pub fn run() {
		let value = Value::<T>::default();
		let data = inferCall { modelId: 1, bufferId: 1 }.abi_encode();
		let answer;
		#[block]
		{
			let Function::infer(call) = decoded(&data) else { panic!("it is another") };
			value.give_back();
			let fault = Fault::Staging(StagingFault::UnknownBuffer { buffer: call.bufferId });
			let (code, numbers) = fault.code();
			let data = numbers.map(U256::from).abi_encode().into();
			answer = tryInferCall::abi_encode_returns(&tryInferReturn { code, data });
		}
		assert_eq!(answer.len(), 32 * (3 + 4));
	}

	#[benchmark]
	pub fn buffer_info() {
		let mut contract = Contract::<T>::default();
		let (_, id) = buffers::complete::<T>(MAX_PIECES);
		let data = bufferInfoCall { bufferId: id }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<StagingPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}

	#[benchmark]
	pub fn deposit_for() {
		let mut contract = Contract::<T>::default();
		let data = depositForCall { length: MAX_LENGTH }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<StagingPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}
}
