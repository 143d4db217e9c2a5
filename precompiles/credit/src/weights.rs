//! What this crate's own work costs, beside what `pallet-credit` declares for its calls and what
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
	/// `deposit`, `depositTo`, `withdraw`, `sponsor`, `revoke`, `openChannel`, `topUp`, `requestClose` and
	/// `close`: decoding the call, the mapping of two addresses to accounts, and encoding the answer.
	fn change() -> Weight;
	/// `redeem` of that many vouchers: decoding them, and encoding the answer.
	fn redeem(vouchers: u32) -> Weight;
	/// `creditOf`.
	fn credit_of() -> Weight;
	/// `allowance`.
	fn allowance() -> Weight;
	/// `channelInfo`.
	fn channel_info() -> Weight;
	/// `voucherDigest`.
	fn voucher_digest() -> Weight;
}

/// Weights of this crate's own work in a runtime.
pub(crate) type Weights<T> = <T as Config>::WeightInfo;

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn change() -> Weight {
		counted::<T>(30, 2, 0)
	}

	fn redeem(_vouchers: u32) -> Weight {
		counted::<T>(30, 2, 0)
	}

	fn credit_of() -> Weight {
		counted::<T>(40, 3, 0)
	}

	/// Two mappings of addresses and the entry.
	fn allowance() -> Weight {
		counted::<T>(40, 3, 0)
	}

	/// The entry and two mappings of accounts.
	fn channel_info() -> Weight {
		counted::<T>(40, 3, 0)
	}

	/// Seven hashes.
	fn voucher_digest() -> Weight {
		counted::<T>(40, 3, 0)
	}
}
