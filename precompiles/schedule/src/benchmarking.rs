//! What this crate's own work takes, measured: everything but what pallet-revive charges.

use crate::{decode_inputs, encode_outcome, interface::IScheduleInput::scheduleInputCall};
use alloc::{vec, vec::Vec};
use core::marker::PhantomData;
use pallet_schedule::{Outcome, MAX_BYTES};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	pallet_revive::{precompiles::alloy::sol_types::SolCall, AccountInfo},
	sp_core::{H160, H256},
};

pub use crate::Config;

/// Stands for this crate among the pallets that are measured.
pub struct Pallet<T: Config>(PhantomData<T>);

#[benchmarks]
pub mod benchmarks {
	use super::*;

	/// The longest inputs and outputs.
	#[benchmark]
	pub fn coding() {
		let bytes = vec![1u8; MAX_BYTES as usize];
		let answer = scheduleInputCall::abi_encode_returns(&bytes.clone().into());
		let outcome =
			Outcome { schedule: 1, model: 1, receipt: H256::repeat_byte(1), output: &bytes };
		let mut inputs = Vec::new();
		let (there, call);
		#[block]
		{
			there = AccountInfo::<T>::is_contract(&H160::repeat_byte(7));
			if let Ok(decoded) = decode_inputs(&answer) {
				inputs = decoded;
			}
			call = encode_outcome(outcome);
		}
		assert!(!there);
		assert_eq!(inputs, bytes);
		assert!(call.len() > bytes.len());
	}
}
