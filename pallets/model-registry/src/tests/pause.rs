//! `pause` and `resume`.

use super::{mock::*, refuse};
use crate::{Error, Event, ModelStatus, NotCallable};

#[test]
fn a_paused_model_cannot_be_called() {
	chain(|| {
		let id = active("affine");
		assert!(Registry::callable(id).is_ok());
		accept(Registry::pause(signed(alice()), id));
		assert_eq!(last_event(), Event::ModelPaused { model: id });
		assert_eq!(Registry::callable(id).err(), Some(NotCallable::NotActive));
		refuse!(Registry::pause(signed(alice()), id), Error::<Test>::WrongStatus);
		accept(Registry::resume(signed(alice()), id));
		assert_eq!(last_event(), Event::ModelResumed { model: id });
		assert_eq!(model(id).status, ModelStatus::Active);
		assert!(Registry::callable(id).is_ok());
		refuse!(Registry::resume(signed(alice()), id), Error::<Test>::WrongStatus);
	});
}

#[test]
fn only_the_owner_of_an_active_model_pauses() {
	chain(|| {
		let id = draft(&content(1));
		refuse!(Registry::pause(signed(alice()), id), Error::<Test>::WrongStatus);
		refuse!(Registry::pause(signed(bob()), id), Error::<Test>::NotOwner);
		refuse!(Registry::resume(signed(bob()), id), Error::<Test>::NotOwner);
		refuse!(Registry::pause(signed(alice()), 9), Error::<Test>::UnknownModel);
	});
}
