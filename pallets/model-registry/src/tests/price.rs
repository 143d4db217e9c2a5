//! `set_price`: at once for a draft, announced otherwise.

use super::{mock::*, refuse};
use crate::{Error, Event};

#[test]
fn a_drafts_price_holds_at_once() {
	chain(|| {
		let id = draft(&content(1));
		accept(Registry::set_price(signed(alice()), id, 7));
		assert_eq!(last_event(), Event::PriceChangeScheduled { model: id, price: 7, from: 1 });
		assert_eq!((model(id).price, model(id).pending_price), (7, None));
	});
}

#[test]
fn an_active_models_price_is_announced() {
	chain(|| {
		let id = active("affine");
		accept(Registry::set_price(signed(alice()), id, 7));
		assert_eq!(last_event(), Event::PriceChangeScheduled { model: id, price: 7, from: 6 });
		let price = || Registry::callable(id).map(|callable| callable.price);
		assert_eq!(price(), Ok(0));
		go_to(5);
		assert_eq!(price(), Ok(0));
		go_to(6);
		assert_eq!(price(), Ok(7));
		// The next one starts from it, and is announced as well, also when it is lower.
		accept(Registry::set_price(signed(alice()), id, 3));
		assert_eq!((model(id).price, model(id).pending_price), (7, Some((3, 11))));
		go_to(10);
		assert_eq!(price(), Ok(7));
		go_to(11);
		assert_eq!(price(), Ok(3));
	});
}

#[test]
fn a_newer_announcement_replaces_the_older() {
	chain(|| {
		let id = active("affine");
		accept(Registry::set_price(signed(alice()), id, 7));
		go_to(4);
		accept(Registry::set_price(signed(alice()), id, 9));
		go_to(8);
		assert_eq!(model(id).price_at(8), 0);
		go_to(9);
		assert_eq!(model(id).price_at(9), 9);
	});
}

#[test]
fn only_the_owner_sets_the_price_and_not_after_retirement() {
	chain(|| {
		let id = draft(&content(1));
		refuse!(Registry::set_price(signed(bob()), id, 7), Error::<Test>::NotOwner);
		refuse!(Registry::set_price(signed(bob()), 9, 7), Error::<Test>::UnknownModel);
		accept(Registry::retire(signed(alice()), id));
		refuse!(Registry::set_price(signed(alice()), id, 7), Error::<Test>::WrongStatus);
	});
}
