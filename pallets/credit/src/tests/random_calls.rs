//! Many random calls: whatever succeeds or fails, the invariants hold, and no unit appears or
//! vanishes.

use super::mock::*;
use crate::{Channels, Credits, NextChannelId, Sponsorships};
use opg_pallet_testing::{seeds, Random};
use polkadot_sdk::{frame_support::BoundedVec, sp_runtime::DispatchResult};

/// Steps of one run.
const STEPS: u64 = 1_000;

/// One of five, two of which start without an account.
fn anyone(steps: &mut Random) -> Account {
	account(1 + steps.below(5) as u8)
}

fn expiry(steps: &mut Random) -> u64 {
	System::block_number() + steps.below(40)
}

fn step(steps: &mut Random) -> DispatchResult {
	let (who, other) = (anyone(steps), anyone(steps));
	let newest = NextChannelId::<Test>::get();
	let id = newest.saturating_sub(steps.below(6));
	match steps.below(16) {
		0 => Credit::deposit(signed(who), steps.amount(ED)),
		1 => Credit::deposit_to(signed(who), other, steps.amount(ED)),
		2 => Credit::withdraw(signed(who), steps.amount(ED)),
		3 => {
			let everything = credit(&who);
			Credit::withdraw(signed(who), everything)
		},
		4 => {
			let mut allowance = allowance(steps.amount(ED), steps.amount(ED));
			allowance.expires = expiry(steps);
			let models = (0..steps.below(3) as u32).collect();
			allowance.models = BoundedVec::truncate_from(models);
			Credit::sponsor(signed(who), other, allowance)
		},
		5 => Credit::revoke(signed(who), other),
		6 => Credit::remove_expired(signed(charlie()), who, other),
		7 => {
			let (amount, expires) = (steps.amount(ED), expiry(steps));
			Credit::open_channel(signed(who), other, SIGNER, amount, expires)
		},
		8 => Credit::top_up(signed(who), id, steps.amount(ED)),
		9 | 10 => {
			let vouchers = (0..1 + steps.below(3)).map(|back| {
				let cumulative = steps.amount(ED);
				promise(id.saturating_sub(back), cumulative)
			});
			Credit::redeem(signed(who), BoundedVec::truncate_from(vouchers.collect()))
		},
		11 => Credit::request_close(signed(who), id),
		12 => Credit::close(signed(who), id),
		13 => {
			// A price of two shares, as inference pays it.
			let (price, model) = (steps.amount(ED), steps.below(3) as u32);
			let shares = [(account(1), price / 2), (account(4), price - price / 2)];
			polkadot_sdk::frame_support::storage::with_storage_layer(|| {
				Credit::spend_allowance(&who, &other, model, price)?;
				let shares = shares.iter().map(|(receiver, amount)| (receiver, *amount));
				Credit::pay_from_credit(&who, Some(&other), shares)
			})
			.map_err(|fault: crate::CreditFault| fault.dispatch_error::<Test>())
		},
		14 => Balances::transfer_all(signed(who), other, false),
		_ => {
			go_to(System::block_number() + 1 + steps.below(8));
			Ok(())
		},
	}
}

#[test]
fn random_calls_conserve_every_unit() {
	let mut accepted = [0u32; 2];
	for seed in seeds(8, STEPS) {
		chain(|| {
			let mut steps = Random::new(seed);
			for _ in 0..STEPS {
				let result =
					polkadot_sdk::frame_support::storage::with_storage_layer(|| step(&mut steps));
				accepted[usize::from(result.is_ok())] += 1;
				check();
			}
			// In the end everybody gets everything back.
			go_to(System::block_number() + 100);
			for id in Channels::<Test>::iter_keys().collect::<Vec<_>>() {
				let payee = Channels::<Test>::get(id).expect("it is there").payee;
				accept(Credit::close(signed(payee), id));
			}
			for (sponsor, beneficiary, _) in Sponsorships::<Test>::iter().collect::<Vec<_>>() {
				accept(Credit::remove_expired(signed(alice()), sponsor, beneficiary));
			}
			for (who, amount) in Credits::<Test>::iter().collect::<Vec<_>>() {
				let left = Credit::withdraw(signed(who.clone()), amount).is_err();
				assert_eq!(left, total(&who) == 0 && amount < ED);
				check();
			}
		});
	}
	assert!(accepted[0] > 500 && accepted[1] > 2_000, "{accepted:?}");
}
