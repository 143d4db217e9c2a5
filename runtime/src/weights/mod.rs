//! What our pallets' calls and hooks and our precompiles' own work take. `scripts/bench weights` writes
//! every file here but this one; what they are benchmarks of is in each crate's `benchmarking` module.
//!
//! What no benchmark of a runtime sees is with the pallet that charges it:
//! `pallet_model_registry::cost` (the engine's fuel as time, loading and reading models, bytes of state) and
//! `pallet_staging::weights` (bytes of state).

pub mod opg_precompile_credit;
pub mod opg_precompile_facades;
pub mod opg_precompile_inference;
pub mod opg_precompile_model;
pub mod opg_precompile_model_registry;
pub mod opg_precompile_schedule;
pub mod opg_precompile_staging;
pub mod pallet_credit;
pub mod pallet_inference;
pub mod pallet_model_registry;
pub mod pallet_schedule;
pub mod pallet_staging;
pub mod pallet_warm_set;
