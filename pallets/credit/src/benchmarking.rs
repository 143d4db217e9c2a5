//! What the calls take, measured. Every case is the worst one: accounts and entries that aren't there
//! yet, lists at their longest.
//!
//! Test them with `cargo test -p pallet-credit --features runtime-benchmarks`.

use crate::{pallet::*, types::*, voucher, AllowanceOf, BalanceOf};
use alloc::vec::Vec;
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
	sp_core::{hex2array, H160},
	sp_runtime::traits::{One, Saturating, UniqueSaturatedInto, Zero},
};

/// More than any deposit and any payment of one benchmark.
fn plenty<T: Config>() -> BalanceOf<T> {
	T::Currency::minimum_balance()
		.saturating_add(Pallet::<T>::channel_deposit())
		.saturating_add(Pallet::<T>::sponsorship_deposit())
		.saturating_mul(1_000u32.into())
}

/// What one payment moves: enough to make an account.
fn some<T: Config>() -> BalanceOf<T> {
	T::Currency::minimum_balance().max(One::one())
}

/// An account with money and no credit, on a chain that has begun and whose pot is there: a benchmark is
/// prepared in the block of the genesis, and measured in the next one.
fn rich<T: Config>(name: &'static str) -> T::AccountId {
	let first = System::<T>::block_number().max(One::one());
	System::<T>::set_block_number(first);
	GenesisConfig::<T>::endow_pot();
	let who = account(name, 0, 0);
	T::Currency::mint_into(&who, plenty::<T>().saturating_mul(2u32.into()))
		.expect("there is room for it");
	who
}

/// An account with money and credit.
fn depositor<T: Config>(name: &'static str) -> T::AccountId {
	let who = rich::<T>(name);
	Pallet::<T>::do_deposit(&who, &who, plenty::<T>()).expect("it has the money");
	who
}

/// The longest allowance, until the next block.
fn allowance<T: Config>() -> AllowanceOf<T> {
	Allowance {
		per_call: plenty::<T>(),
		total: plenty::<T>(),
		models: BoundedVec::truncate_from((1..=MAX_MODELS).collect()),
		expires: System::<T>::block_number().saturating_add(One::one()),
	}
}

/// A sponsor and whom it sponsors.
fn sponsored<T: Config>() -> (T::AccountId, T::AccountId) {
	let sponsor = depositor::<T>("sponsor");
	let beneficiary: T::AccountId = account("beneficiary", 0, 0);
	Pallet::<T>::do_sponsor(sponsor.clone(), beneficiary.clone(), allowance::<T>())
		.expect("the sponsor can");
	(sponsor, beneficiary)
}

/// A channel of that payer's, whose signer is `signer`.
fn channel<T: Config>(payer: &T::AccountId, payee: T::AccountId, signer: H160) -> ChannelId {
	let expires = System::<T>::block_number().saturating_add(One::one());
	Pallet::<T>::do_open_channel(payer.clone(), payee, signer, some::<T>(), expires)
		.expect("the payer has the credit")
}

/// A channel and a voucher for all of it. Any `r` that is a point's, here the generator's, with any `s` is
/// a signature of every digest by some key: the channel's signer is made to be that one.
fn promised<T: Config>(payer: &T::AccountId, payee: T::AccountId) -> (Voucher, Signature) {
	let mut signature = [0u8; 65];
	let r = hex2array!("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
	for (to, from) in signature.iter_mut().zip(r) {
		*to = from;
	}
	signature[63] = 1;
	signature[64] = 27;
	let voucher = Voucher {
		channel: NextChannelId::<T>::get(),
		cumulative: some::<T>().unique_saturated_into(),
		valid_until_block: u64::MAX,
	};
	let domain = voucher::domain_separator(T::EvmChainId::get(), &T::VoucherContract::get());
	let signer = voucher::signer(&voucher::digest(&domain, &voucher), &signature)
		.expect("it is a signature");
	let id = channel::<T>(payer, payee, signer);
	assert_eq!(id, voucher.channel);
	(voucher, signature)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// To another account's credit, which is new.
	#[benchmark]
	fn deposit() {
		let caller = rich::<T>("caller");
		let to: T::AccountId = account("to", 0, 0);
		#[extrinsic_call]
		deposit_to(RawOrigin::Signed(caller), to.clone(), plenty::<T>());
		assert_eq!(Credits::<T>::get(&to), plenty::<T>());
	}

	#[benchmark]
	fn withdraw() {
		let caller = depositor::<T>("caller");
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), plenty::<T>());
		assert!(Credits::<T>::get(&caller).is_zero());
	}

	#[benchmark]
	fn sponsor() {
		let caller = depositor::<T>("sponsor");
		let beneficiary: T::AccountId = account("beneficiary", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), beneficiary.clone(), allowance::<T>());
		assert!(Sponsorships::<T>::contains_key(&caller, &beneficiary));
	}

	#[benchmark]
	fn revoke() {
		let (payer, beneficiary) = sponsored::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(payer.clone()), beneficiary.clone());
		assert!(!Sponsorships::<T>::contains_key(&payer, &beneficiary));
	}

	#[benchmark]
	fn remove_expired() {
		let (payer, beneficiary) = sponsored::<T>();
		let later = System::<T>::block_number().saturating_add(2u32.into());
		System::<T>::set_block_number(later);
		let caller: T::AccountId = account("caller", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), payer.clone(), beneficiary.clone());
		assert!(!Sponsorships::<T>::contains_key(&payer, &beneficiary));
	}

	#[benchmark]
	fn open_channel() {
		let caller = depositor::<T>("payer");
		let payee: T::AccountId = account("payee", 0, 0);
		let id = NextChannelId::<T>::get();
		let expires = System::<T>::block_number().saturating_add(One::one());
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), payee, H160::repeat_byte(1), some::<T>(), expires);
		assert!(Channels::<T>::contains_key(id));
	}

	#[benchmark]
	fn top_up() {
		let caller = depositor::<T>("payer");
		let id = channel::<T>(&caller, account("payee", 0, 0), H160::repeat_byte(1));
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, some::<T>());
		assert!(Channels::<T>::get(id).is_some_and(|channel| channel.funds > some::<T>()));
	}

	/// Of `n` channels with as many payees, whose accounts are made by it.
	#[benchmark]
	fn redeem(n: Linear<1, MAX_VOUCHERS>) {
		let payer = depositor::<T>("payer");
		let vouchers: Vec<_> =
			(0..n).map(|i| promised::<T>(&payer, account("payee", i, 0))).collect();
		let caller: T::AccountId = account("caller", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), BoundedVec::truncate_from(vouchers));
		let last: T::AccountId = account("payee", n.saturating_sub(1), 0);
		assert_eq!(T::Currency::total_balance(&last), some::<T>());
	}

	#[benchmark]
	fn request_close() {
		let caller = depositor::<T>("payer");
		let id = channel::<T>(&caller, account("payee", 0, 0), H160::repeat_byte(1));
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);
		assert!(Channels::<T>::get(id).is_some_and(|channel| channel.closing.is_some()));
	}

	/// By the payee: the payer's credit and deposit are another account's.
	#[benchmark]
	fn close() {
		let payer = depositor::<T>("payer");
		let payee: T::AccountId = account("payee", 0, 0);
		let id = channel::<T>(&payer, payee.clone(), H160::repeat_byte(1));
		#[extrinsic_call]
		_(RawOrigin::Signed(payee), id);
		assert!(!Channels::<T>::contains_key(id));
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::mock::ext(), crate::tests::mock::Test);
}
