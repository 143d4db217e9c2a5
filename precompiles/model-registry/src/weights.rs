//! What this crate's own work costs, beside what `pallet-model-registry` declares for its calls and what
//! pallet-revive charges for the call and its calldata.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures.

use crate::Config;
use core::marker::PhantomData;
use opg_precompile_common::weights::counted;
use polkadot_sdk::{frame_support::weights::Weight, frame_system};

/// Weights of the functions, without the pallet's work where a function changes something.
pub trait WeightInfo {
	/// Every function that changes something: decoding the call, the mapping of an address to an account,
	/// and encoding the answer.
	fn change() -> Weight;
	/// `setBeneficiaries`: the mapping of so many addresses to accounts.
	fn addresses(count: u32) -> Weight;
	/// `registerName`: reading the name after it was registered.
	fn registered_name() -> Weight;
	/// `modelCount`, `ownerOf`, `priceOf`, `statusOf` and `costs`.
	fn question() -> Weight;
	/// `resolve` and `nameInfo`.
	fn name_question() -> Weight;
	/// `model`.
	fn model() -> Weight;
	/// `beneficiaries`.
	fn beneficiaries() -> Weight;
}

/// Weights of this crate's own work in a runtime.
pub(crate) type Weights<T> = <T as Config>::WeightInfo;

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn change() -> Weight {
		counted::<T>(30, 1, 0)
	}

	fn addresses(count: u32) -> Weight {
		counted::<T>(0, count.into(), 0)
	}

	fn registered_name() -> Weight {
		counted::<T>(20, 1, 0)
	}

	/// One entry, decoded and encoded, and the address of an account.
	fn question() -> Weight {
		counted::<T>(30, 2, 0)
	}

	/// One entry, decoded and encoded, and the address of an account.
	fn name_question() -> Weight {
		counted::<T>(30, 2, 0)
	}

	/// The model, its engine and beneficiaries, the warm set's pin, set and entry.
	fn model() -> Weight {
		counted::<T>(60, 7, 0)
	}

	/// As `model`, and the addresses of eight accounts.
	fn beneficiaries() -> Weight {
		counted::<T>(60, 15, 0)
	}
}
