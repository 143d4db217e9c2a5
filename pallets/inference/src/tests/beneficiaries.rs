//! A price that several accounts share.

use super::mock::*;
use crate::data_bytes;
use pallet_credit::Event;
use pallet_model_registry::{Beneficiary, BeneficiaryList};

/// Names who is paid for a model of Alice's, by parts per billion.
fn share(id: u32, parts: &[(Account, u32)]) {
	let list = parts
		.iter()
		.map(|(account, parts)| Beneficiary { account: account.clone(), parts: *parts });
	let list = BeneficiaryList::truncate_from(list.collect());
	Registry::set_beneficiaries(signed(alice()), id, list).expect("it is set");
	check();
}

#[test]
fn the_first_takes_what_rounding_leaves() {
	chain(|| {
		let id = active("affine", 10_019);
		share(id, &[(charlie(), 333_333_334), (alice(), 333_333_333), (account(8), 333_333_333)]);
		let before = (total(&charlie()), total(&alice()), total(&bob()));
		accept(id, four([0.0; 4]));
		// 500 to the protocol, 9,519 to share: 3,172.99 each.
		assert_eq!(total(&alice()) - before.1, 3_172);
		assert_eq!(total(&account(8)), 3_172);
		assert_eq!(total(&charlie()) - before.0, 3_175);
		assert_eq!(before.2 - total(&bob()), 10_019);
	});
}

#[test]
fn who_cannot_be_paid_is_credited_and_the_others_are_paid() {
	chain(|| {
		let id = active("affine", 1_000);
		let new = account(8);
		share(id, &[(alice(), 990_000_000), (new.clone(), 10_000_000)]);
		let before = total(&alice());
		accept(id, four([0.0; 4]));
		// 1 % of 950 is below the existential deposit.
		assert_eq!((total(&new), credit(&new)), (0, 9));
		assert_eq!(total(&alice()) - before, 941);
		assert!(credit_events().contains(&Event::PayoutCredited { account: new, amount: 9 }));
	});
}

#[test]
fn a_payer_among_them_keeps_its_part() {
	chain(|| {
		let id = active("affine", 1_000);
		share(id, &[(alice(), 500_000_000), (bob(), 500_000_000)]);
		let before = total(&bob());
		accept(id, four([0.0; 4]));
		assert_eq!(before - total(&bob()), 525);
	});
}

#[test]
fn every_beneficiary_is_weighed() {
	chain(|| {
		let id = active("affine", 100_000);
		let bytes = data_bytes(&four([0.0; 4]));
		let eight: Vec<_> = (1..=8).map(|n| (account(n), 125_000_000)).collect();
		share(id, &eight);
		let info = accept(id, four([0.0; 4]));
		let charged = costs(id).charged(costs(id).typical_fuel);
		assert_eq!(info.actual_weight, Some(Engine::infer_weight(bytes, 8, charged)));
		let quote = Engine::quote(id).expect("it is callable");
		let alone = {
			share(id, &[(alice(), 1_000_000_000)]);
			Engine::quote(id).expect("it is callable")
		};
		assert!(quote.max_compute > alone.max_compute);
		let one = Engine::infer_weight(bytes, 1, 0).ref_time();
		assert!(Engine::infer_weight(bytes, 8, 0).ref_time() > one + 7 * 60_000_000);
	});
}

#[test]
fn any_split_of_any_price_conserves_money() {
	chain(|| {
		let id = active("affine", 0);
		for (n, price) in (1u32..).zip([1u128, 19, 20, 21, 1_999, 54_321, 1_000_003]) {
			Registry::set_price(signed(alice()), id, price).expect("it is set");
			go_to(System::block_number() + 10);
			let third = 333_333_333 + n;
			let rest = 1_000_000_000 - 2 * third;
			share(id, &[(account(9), third), (alice(), third), (account(8), rest)]);
			let everybody = || -> u128 {
				[alice(), bob(), charlie(), account(8), account(9), Treasury::get(), Credit::pot()]
					.iter()
					.map(total)
					.sum()
			};
			let before = everybody();
			let payer = total(&bob());
			accept(id, four([0.0; 4]));
			assert_eq!(everybody(), before);
			assert_eq!(payer - total(&bob()), price);
		}
	});
}
