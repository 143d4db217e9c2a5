//! What this crate's own work costs, beside what `pallet-inference` declares for the run and what
//! pallet-revive charges for the calls and their data. Upper bounds from counting.

use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// Converting one number, in or out: a division or multiplication of 256 bits and shifts, up to twenty
/// divisions of 128 bits by ten, its share of reading, of an allocation and of encoding 64 bytes.
const VALUE_PS: u64 = 4_000_000;

/// What every call takes before any number is converted: copying 128 KiB of calldata, the caller's
/// mapping and credit, a name of 64 versions, a model with its engine, signature and beneficiaries, and
/// the names of inputs compared with each other.
pub(crate) fn call<T: frame_system::Config>() -> Weight {
	Weight::from_parts(200_000_000, 0).saturating_add(T::DbWeight::get().reads(8))
}

/// Converting so many numbers.
pub(crate) fn values(count: u64) -> Weight {
	Weight::from_parts(VALUE_PS.saturating_mul(count), 0)
}

/// Encoding and hashing one byte of a verification's inputs or outputs: keccak-256 passes 200 MB a second.
const HASHED_BYTE_PS: u64 = 6_000;

/// Hashing so many bytes.
pub(crate) fn hash(bytes: u64) -> Weight {
	Weight::from_parts(HASHED_BYTE_PS.saturating_mul(bytes), 0)
}

/// Answering a question about the verifier itself.
pub(crate) fn constant<T: frame_system::Config>() -> Weight {
	Weight::from_parts(10_000_000, 0).saturating_add(T::DbWeight::get().reads(1))
}
