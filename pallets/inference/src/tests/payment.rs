//! The price: from the payer to the owner, less the protocol's share.

use super::mock::*;
use crate::InferFault;

#[test]
fn the_owner_gets_the_price_less_the_share() {
	chain(|| {
		let id = active("affine", 10_019);
		let (owner, caller) = (total(&alice()), total(&bob()));
		accept(id, four([0.0; 4]));
		// 5 % of 10,019 is 500.95: it rounds down, the owner gets the rest.
		assert_eq!(total(&alice()), owner + 9_519);
		assert_eq!(total(&Treasury::get()), 500);
		assert_eq!(total(&bob()), caller - 10_019);
	});
}

#[test]
fn the_smallest_prices_lose_no_unit() {
	chain(|| {
		for price in [0, 1, 19, 20, 21] {
			let id = active("affine", price);
			let before = (total(&alice()), total(&bob()));
			accept(id, four([0.0; 4]));
			assert_eq!(total(&bob()), before.1 - price);
			assert_eq!(total(&alice()), before.0 + price - price / 20);
			go_to(System::block_number() + 1);
		}
	});
}

#[test]
fn an_owner_who_calls_pays_the_share_alone() {
	chain(|| {
		let id = active("affine", 10_000);
		let before = total(&alice());
		Engine::infer(signed(alice()), id, four([0.0; 4]), 10_000, FUEL).expect("it succeeds");
		check();
		assert_eq!(total(&alice()), before - 500);
	});
}

#[test]
fn a_payer_keeps_its_existential_deposit() {
	chain(|| {
		let id = active("affine", FUNDS - ED);
		accept(id, four([0.0; 4]));
		assert_eq!(total(&bob()), ED);
		let (fault, ..) = refusal(bob(), id, four([0.0; 4]), Balance::MAX, FUEL);
		assert_eq!(fault, InferFault::InsufficientFunds { needed: FUNDS - ED, available: 0 });
		// A free model needs no funds, not even an account.
		let free = active("affine", 0);
		Engine::infer(signed(account(9)), free, four([0.0; 4]), 0, FUEL).expect("it is free");
		check();
	});
}

#[test]
fn the_new_owner_is_paid() {
	chain(|| {
		let id = active("affine", 1_000);
		Registry::transfer(signed(alice()), id, charlie()).expect("it is transferred");
		let before = total(&charlie());
		accept(id, four([0.0; 4]));
		assert_eq!(total(&charlie()), before + 950);
	});
}
