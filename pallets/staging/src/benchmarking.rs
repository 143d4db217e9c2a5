//! What the calls take, measured, without what of a buffer's bytes goes to and comes from the disk: see
//! [`crate::weights`].
//!
//! Test them with `cargo test -p pallet-staging --features runtime-benchmarks`.

use crate::{pallet::*, types::*};
use alloc::{vec, vec::Vec};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{
		traits::{
			fungible::{Inspect, Mutate},
			Get,
		},
		BoundedVec,
	},
	frame_system::{Pallet as System, RawOrigin},
	sp_runtime::traits::{One, Saturating},
};

/// An account with money, on a chain that has begun: a benchmark is prepared in the block of the genesis,
/// and measured in the next one.
pub fn rich<T: Config>() -> T::AccountId {
	let first = System::<T>::block_number().max(One::one());
	System::<T>::set_block_number(first);
	let who = account("owner", 0, 0);
	let amount = Pallet::<T>::deposit(MAX_LENGTH)
		.saturating_add(T::Currency::minimum_balance())
		.saturating_mul(4u32.into());
	T::Currency::mint_into(&who, amount).expect("there is room for it");
	who
}

fn piece(bytes: u32) -> Piece {
	BoundedVec::truncate_from(vec![7; bytes as usize])
}

/// A buffer of so many full pieces that are all there, and its owner.
pub fn complete<T: Config>(pieces: u32) -> (T::AccountId, BufferId) {
	let owner = rich::<T>();
	let length = pieces.saturating_mul(PIECE_BYTES);
	let id = Pallet::<T>::do_begin(owner.clone(), length).expect("the owner has the money");
	for index in 0..pieces {
		Pallet::<T>::do_write(&owner, id, index, piece(PIECE_BYTES).into_inner())
			.expect("it is the owner's");
	}
	(owner, id)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn begin() {
		let owner = rich::<T>();
		let id = NextBufferId::<T>::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), MAX_LENGTH);
		assert!(Buffers::<T>::contains_key(id));
	}

	/// The last piece, of `n` bytes.
	#[benchmark]
	fn write(n: Linear<1, PIECE_BYTES>) {
		let owner = rich::<T>();
		let last = MAX_PIECES.saturating_sub(1);
		let length = last.saturating_mul(PIECE_BYTES).saturating_add(n);
		let id = Pallet::<T>::do_begin(owner.clone(), length).expect("the owner has the money");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id, last as u8, piece(n));
		assert!(Pieces::<T>::contains_key(id, last as u8));
	}

	/// By somebody else, of `n` pieces.
	#[benchmark]
	fn remove(n: Linear<1, MAX_PIECES>) {
		let (_, id) = complete::<T>(n);
		let later = System::<T>::block_number().saturating_add(T::Period::get());
		System::<T>::set_block_number(later);
		let caller: T::AccountId = account("caller", 0, 0);
		#[extrinsic_call]
		reap(RawOrigin::Signed(caller), id);
		assert!(!Buffers::<T>::contains_key(id) && !Pieces::<T>::contains_key(id, 0));
	}

	#[benchmark]
	fn look() {
		let (owner, id) = complete::<T>(1);
		let found;
		#[block]
		{
			found = Pallet::<T>::readable(&owner, id);
		}
		assert!(found.is_ok());
	}

	/// Of `n` pieces.
	#[benchmark]
	fn read(n: Linear<1, MAX_PIECES>) {
		let (owner, id) = complete::<T>(n);
		let mut bytes = Vec::new();
		#[block]
		{
			if let Ok(all) = Pallet::<T>::read(&owner, id) {
				bytes = all;
			}
		}
		assert_eq!(bytes.len(), n.saturating_mul(PIECE_BYTES) as usize);
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::mock::ext(), crate::tests::mock::Test);
}
