//! `transfer`: ownership and the held deposit, together.

use super::{mock::*, refuse};
use crate::{Error, Event};
use polkadot_sdk::sp_runtime::TokenError;

#[test]
fn the_deposit_goes_with_the_model() {
	chain(|| {
		let id = active("affine");
		let deposit = model(id).deposit;
		let free = Balances::free_balance(bob());
		accept(Registry::transfer(signed(alice()), id, bob()));
		assert_eq!(last_event(), Event::ModelTransferred { model: id, from: alice(), to: bob() });
		assert_eq!(model(id).owner, bob());
		assert_eq!((held(&alice()), held(&bob())), (0, deposit));
		assert_eq!(Balances::free_balance(bob()), free);
		refuse!(Registry::pause(signed(alice()), id), Error::<Test>::NotOwner);
		accept(Registry::pause(signed(bob()), id));
	});
}

#[test]
fn a_model_goes_to_an_account_that_can_hold_only() {
	chain(|| {
		let id = draft(&content(1));
		refuse!(Registry::transfer(signed(bob()), id, charlie()), Error::<Test>::NotOwner);
		refuse!(Registry::transfer(signed(alice()), id, alice()), Error::<Test>::AlreadyOwner);
		refuse!(Registry::transfer(signed(alice()), id, account(9)), TokenError::CannotCreateHold);
	});
}
