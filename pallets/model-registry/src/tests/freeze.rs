//! `freeze`: a promise that can't be taken back.

use super::{mock::*, refuse};
use crate::{Error, Event};

#[test]
fn a_frozen_model_is_never_paused_retired_or_made_dearer() {
	chain(|| {
		let id = complete(&file("affine"));
		accept(Registry::set_price(signed(alice()), id, 10));
		accept(activate(id, 0, vec![], FUEL));
		accept(Registry::freeze(signed(alice()), id));
		assert_eq!(last_event(), Event::ModelFrozen { model: id });
		refuse!(Registry::pause(signed(alice()), id), Error::<Test>::ModelIsFrozen);
		refuse!(Registry::retire(signed(alice()), id), Error::<Test>::ModelIsFrozen);
		refuse!(Registry::freeze(signed(alice()), id), Error::<Test>::ModelIsFrozen);
		refuse!(Registry::set_price(signed(alice()), id, 11), Error::<Test>::PriceOfFrozenModel);
		accept(Registry::set_price(signed(alice()), id, 4));
		go_to(6);
		assert_eq!(model(id).price_at(6), 4);
		refuse!(Registry::set_price(signed(alice()), id, 5), Error::<Test>::PriceOfFrozenModel);
		// The new owner is bound as well.
		accept(Registry::transfer(signed(alice()), id, bob()));
		refuse!(Registry::pause(signed(bob()), id), Error::<Test>::ModelIsFrozen);
	});
}

#[test]
fn freezing_withdraws_an_announced_higher_price() {
	chain(|| {
		let id = active("affine");
		accept(Registry::set_price(signed(alice()), id, 10));
		accept(Registry::freeze(signed(alice()), id));
		assert_eq!(model(id).pending_price, None);
		go_to(20);
		assert_eq!(model(id).price_at(20), 0);
	});
}

#[test]
fn freezing_keeps_an_announced_lower_price() {
	chain(|| {
		let id = complete(&file("affine"));
		accept(Registry::set_price(signed(alice()), id, 10));
		accept(activate(id, 0, vec![], FUEL));
		accept(Registry::set_price(signed(alice()), id, 3));
		accept(Registry::freeze(signed(alice()), id));
		go_to(6);
		assert_eq!(model(id).price_at(6), 3);
	});
}

#[test]
fn only_the_owner_freezes_and_only_an_active_model() {
	chain(|| {
		let id = active("affine");
		refuse!(Registry::freeze(signed(bob()), id), Error::<Test>::NotOwner);
		accept(Registry::pause(signed(alice()), id));
		refuse!(Registry::freeze(signed(alice()), id), Error::<Test>::WrongStatus);
	});
}
