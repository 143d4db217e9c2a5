//! The account of a model's address: endowed by activation, emptied by reaping.

use super::mock::*;
use crate::Error;
use polkadot_sdk::{sp_io, sp_runtime::StateVersion};

/// What is on a model's address.
fn there(id: u32) -> Balance {
	Balances::free_balance(model_account(id))
}

#[test]
fn the_owner_endows_it_with_the_activation() {
	chain(|| {
		ModelAccounts::set(true);
		let id = complete(&file("affine"));
		let free = Balances::free_balance(alice());
		assert_eq!(there(id), 0);
		accept(activate(id, 0, vec![], FUEL));
		assert_eq!((there(id), free - Balances::free_balance(alice())), (ED, ED));
	});
}

#[test]
fn what_is_there_already_counts() {
	chain(|| {
		ModelAccounts::set(true);
		let id = complete(&file("affine"));
		accept(Balances::transfer_keep_alive(signed(bob()), model_account(id), ED + 5));
		let free = Balances::free_balance(alice());
		accept(activate(id, 0, vec![], FUEL));
		assert_eq!((there(id), Balances::free_balance(alice())), (ED + 5, free));
	});
}

#[test]
fn an_owner_without_funds_can_not_activate() {
	chain(|| {
		ModelAccounts::set(true);
		let id = complete(&file("affine"));
		let rest = Balances::free_balance(alice()) - 2 * ED + 1;
		accept(Balances::transfer_keep_alive(signed(alice()), bob(), rest));
		let before = sp_io::storage::root(StateVersion::V1);
		let failed = activate(id, 0, vec![], FUEL).expect_err("it is refused");
		assert_eq!(failed.error, Error::<Test>::AddressNotEndowed.into());
		// The load and the run are charged: they were done.
		assert!(fuel_of(failed.post_info, 0) > 1_000_000);
		assert_eq!(sp_io::storage::root(StateVersion::V1), before);
		accept(Balances::transfer_keep_alive(signed(bob()), alice(), 1));
		accept(activate(id, 0, vec![], FUEL));
		assert_eq!(there(id), ED);
	});
}

#[test]
fn the_owner_gets_it_back_when_the_model_is_reaped() {
	chain(|| {
		ModelAccounts::set(true);
		let free = Balances::free_balance(alice());
		let id = active("two-chunks");
		accept(Registry::retire(signed(alice()), id));
		go_to(System::block_number() + 10);
		accept(Balances::transfer_keep_alive(signed(bob()), model_account(id), 7));
		while crate::Models::<Test>::contains_key(id) {
			assert_eq!(there(id), ED + 7);
			accept(Registry::reap(signed(bob()), id));
		}
		assert_eq!((there(id), Balances::free_balance(alice())), (0, free + 7));
		assert!(!System::account_exists(&model_account(id)));
	});
}

#[test]
fn a_draft_never_had_one() {
	chain(|| {
		ModelAccounts::set(true);
		let id = complete(&content(5));
		accept(Balances::transfer_keep_alive(signed(bob()), model_account(id), ED));
		accept(Registry::retire(signed(alice()), id));
		accept(Registry::reap(signed(bob()), id));
		// Ids are never used twice, but the draft had no address that anybody called.
		assert_eq!(there(id), ED);
	});
}
