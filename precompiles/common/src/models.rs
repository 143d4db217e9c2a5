//! What precompiles of models share.

use alloc::{string::String, vec::Vec};
use opg_engine_abi::TensorSpec;
use polkadot_sdk::{frame_support::traits::fungible::Inspect, frame_system, pallet_revive};

/// A runtime that can have a precompile of models: it runs contracts and models, and both are paid in
/// the same currency. Implemented by itself.
pub trait Config:
	pallet_revive::Config
	+ pallet_inference::Config
	+ pallet_model_registry::Config<
		Currency: Inspect<
			<Self as frame_system::Config>::AccountId,
			Balance = <Self as pallet_revive::Config>::Balance,
		>,
	>
{
}

impl<T> Config for T where
	T: pallet_revive::Config
		+ pallet_inference::Config
		+ pallet_model_registry::Config<
			Currency: Inspect<
				<T as frame_system::Config>::AccountId,
				Balance = <T as pallet_revive::Config>::Balance,
			>,
		>
{
}

/// Inputs or outputs as an interface names them: `make` gets name, dtype's code and shape. A name that
/// is no UTF-8 is shown with replacement characters.
pub fn specs<Spec>(specs: &[TensorSpec], make: impl Fn(String, u8, Vec<u32>) -> Spec) -> Vec<Spec> {
	specs
		.iter()
		.map(|spec| {
			let name = String::from_utf8_lossy(&spec.name).into_owned();
			make(name, spec.dtype.code(), spec.shape.clone())
		})
		.collect()
}
