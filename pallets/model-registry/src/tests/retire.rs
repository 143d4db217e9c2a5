//! `retire`: a draft at once, else announced.

use super::{mock::*, refuse};
use crate::{Error, Event, ModelStatus, NotCallable};

#[test]
fn retirement_of_an_active_model_takes_effect_by_itself() {
	chain(|| {
		let id = active("affine");
		accept(Registry::retire(signed(alice()), id));
		assert_eq!(last_event(), Event::ModelRetired { model: id, at: 11 });
		assert!(Registry::callable(id).is_ok());
		refuse!(Registry::retire(signed(alice()), id), Error::<Test>::WrongStatus);
		refuse!(Registry::pause(signed(alice()), id), Error::<Test>::WrongStatus);
		refuse!(Registry::reap(signed(bob()), id), Error::<Test>::NotReapable);
		go_to(10);
		assert!(Registry::callable(id).is_ok());
		go_to(11);
		assert_eq!(Registry::callable(id).err(), Some(NotCallable::NotActive));
		assert_eq!(Registry::model_view(id).map(|view| view.status), Some(ModelStatus::Retired));
	});
}

#[test]
fn a_paused_model_stays_uncallable_while_it_retires() {
	chain(|| {
		let id = active("affine");
		accept(Registry::pause(signed(alice()), id));
		accept(Registry::retire(signed(alice()), id));
		assert_eq!(model(id).status, ModelStatus::Retiring { at: 11, paused: true });
		assert_eq!(Registry::callable(id).err(), Some(NotCallable::NotActive));
		refuse!(Registry::resume(signed(alice()), id), Error::<Test>::WrongStatus);
	});
}

#[test]
fn a_draft_retires_at_once() {
	chain(|| {
		let id = draft(&content(1));
		refuse!(Registry::retire(signed(bob()), id), Error::<Test>::NotOwner);
		accept(Registry::retire(signed(alice()), id));
		assert_eq!(last_event(), Event::ModelRetired { model: id, at: 1 });
		assert_eq!(model(id).status, ModelStatus::Retired);
	});
}
