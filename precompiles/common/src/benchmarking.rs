//! What benchmarks of precompiles share.

use alloc::vec::Vec;
use polkadot_sdk::{
	frame_benchmarking::account,
	frame_support::traits::{
		fungible::{Inspect, Mutate},
		tokens::Preservation,
	},
	frame_system,
	pallet_revive::{
		call_builder::{CallSetup, VmBinaryModule},
		precompiles::{alloy::sol_types::SolInterface, run::precompile, Error, Precompile},
		Config,
	},
	sp_runtime::traits::{One, Saturating},
};

/// A contract that does nothing, from which precompiles are called.
pub struct Contract<T: Config>(CallSetup<T>);

impl<T: Config> Default for Contract<T> {
	fn default() -> Self {
		Self(CallSetup::new(VmBinaryModule::evm_init_code_for_runtime_size(1)))
	}
}

impl<T: Config> Contract<T> {
	/// Decodes a call and makes it, as pallet-revive does, but for what that charges.
	pub fn call<P: Precompile<T = T>>(
		&mut self,
		address: &[u8; 20],
		data: &[u8],
	) -> Result<Vec<u8>, Error> {
		let (mut ext, _) = self.0.ext();
		let input = P::Interface::abi_decode_validate(data).map_err(|_| crate::abi::malformed())?;
		precompile::<P, _>(&mut ext, address, &input)
	}
}

type Currency<T> = <T as Config>::Currency;

/// A value that came with a call.
pub struct Value<T: Config> {
	precompile: T::AccountId,
	caller: T::AccountId,
}

impl<T: Config> Default for Value<T> {
	fn default() -> Self {
		let this =
			Self { precompile: account("precompile", 0, 0), caller: account("caller", 0, 0) };
		for who in [&this.precompile, &this.caller] {
			let amount = Self::amount().saturating_mul(10u32.into());
			Currency::<T>::mint_into(who, amount).expect("there is room for it");
		}
		this
	}
}

impl<T: Config> Value<T> {
	fn amount() -> T::Balance {
		Currency::<T>::minimum_balance().max(One::one())
	}

	/// Who called.
	pub fn caller(&self) -> &<T as frame_system::Config>::AccountId {
		&self.caller
	}

	/// As [`crate::give_back`].
	pub fn give_back(&self) {
		let (from, to) = (&self.precompile, &self.caller);
		Currency::<T>::transfer(from, to, Self::amount(), Preservation::Preserve)
			.expect("it has the money");
	}
}
