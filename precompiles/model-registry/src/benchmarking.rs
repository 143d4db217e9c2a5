//! What this crate's own work takes, measured: everything but what `pallet-model-registry` charges.
//!
//! Functions that change something are put together here from this crate's parts of the longest of them;
//! questions are called as a contract calls them.

use crate::{
	interface::IModelRegistry::{
		beneficiariesCall, costsCall, modelCall, nameInfoCall, registerNameCall,
		setBeneficiariesCall, Beneficiary as AbiBeneficiary, IModelRegistryCalls as Function,
	},
	ModelRegistryPrecompile, ADDRESS,
};
use alloc::{string::String, vec::Vec};
use core::marker::PhantomData;
use opg_precompile_common::{account_of, benchmarking::Contract};
use pallet_inference::WarmSet;
use pallet_model_registry::{
	benchmarking as models, names::MAX_ALIAS_BYTES, ModelId, Pallet as Registry, MAX_BENEFICIARIES,
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	pallet_revive::precompiles::alloy::{
		primitives::Address,
		sol_types::{SolCall, SolInterface},
	},
};

pub use crate::Config;

/// Stands for this crate among the pallets that are measured.
pub struct Pallet<T: Config>(PhantomData<T>);

/// A model with the longest entries, and a name with as many versions of it as there may be.
fn published<T: Config>() -> (ModelId, String) {
	let owner = models::rich::<T>("owner", 0);
	let id = models::active_model::<T>(&owner, 1, 1, MAX_BENEFICIARIES);
	let name = models::name::<T>(&owner, id);
	(id, String::from_utf8_lossy(&name).into_owned())
}

/// Addresses of accounts that aren't there.
fn addresses_of(count: u32) -> Vec<Address> {
	(1u8..).take(count as usize).map(Address::repeat_byte).collect()
}

#[benchmarks]
pub mod benchmarks {
	use super::*;

	/// The longest call, with the mapping of an address, and the longest answer.
	#[benchmark]
	pub fn change() {
		let one = |account| AbiBeneficiary { account, parts: 1 };
		let list = addresses_of(MAX_BENEFICIARIES).into_iter().map(one).collect();
		let data = setBeneficiariesCall { modelId: 1, list }.abi_encode();
		let other: T::AccountId = account("other", 0, 0);
		let answer;
		#[block]
		{
			let Ok(Function::setBeneficiaries(call)) = Function::abi_decode_validate(&data) else {
				panic!("it is a call")
			};
			assert_eq!(call.list.len(), MAX_BENEFICIARIES as usize);
			assert!(account_of::<T>(Address::repeat_byte(0xff)) != other);
			answer = registerNameCall::abi_encode_returns(&1);
		}
		assert_eq!(answer.len(), 32);
	}

	/// `n` addresses.
	#[benchmark]
	pub fn addresses(n: Linear<0, MAX_BENEFICIARIES>) {
		let given = addresses_of(n);
		let mut accounts = Vec::new();
		#[block]
		{
			for address in given {
				accounts.push(account_of::<T>(address));
			}
		}
		assert_eq!(accounts.len(), n as usize);
	}

	#[benchmark]
	pub fn registered_name() {
		let (_, alias) = published::<T>();
		let found;
		#[block]
		{
			found = Registry::<T>::name_info(alias.as_bytes());
		}
		assert!(found.is_some());
		assert_eq!(alias.len(), MAX_ALIAS_BYTES as usize);
	}

	/// The longest answer: `costs`. Others have the address of an account in theirs.
	#[benchmark]
	pub fn question() {
		let mut contract = Contract::<T>::default();
		let (id, _) = published::<T>();
		let data = costsCall { modelId: id }.abi_encode();
		let owner = models::rich::<T>("owner", 0);
		let answer;
		#[block]
		{
			assert!(!opg_precompile_common::address_of::<T>(&owner).is_zero());
			answer = contract.call::<ModelRegistryPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}

	/// The longest answer: `nameInfo`.
	#[benchmark]
	pub fn name_question() {
		let mut contract = Contract::<T>::default();
		let (_, name) = published::<T>();
		let data = nameInfoCall { name }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<ModelRegistryPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}

	/// The longest, in the longest warm set.
	#[benchmark]
	pub fn model() {
		let mut contract = Contract::<T>::default();
		let (id, _) = published::<T>();
		let data = modelCall { modelId: id }.abi_encode();
		<T as pallet_inference::Config>::WarmSet::fill();
		let answer;
		#[block]
		{
			answer = contract.call::<ModelRegistryPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}

	/// As many as there may be.
	#[benchmark]
	pub fn beneficiaries() {
		let mut contract = Contract::<T>::default();
		let (id, _) = published::<T>();
		let data = beneficiariesCall { modelId: id }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<ModelRegistryPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok_and(|answer| answer.len() > 64 * MAX_BENEFICIARIES as usize));
	}
}
