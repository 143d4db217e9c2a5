//! Models that governance keeps warm.

use super::mock::*;
use crate::{Error, Event, Pinned};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	sp_runtime::DispatchError,
};

fn pin(id: u32, until: Option<u64>) -> Result<(), DispatchError> {
	Warm::pin(RuntimeOrigin::root(), id, until)
}

#[test]
fn a_pin_holds_after_its_delay_until_its_end() {
	chain(|| {
		let id = active("affine");
		assert_ok!(pin(id, Some(8)));
		let from = 1 + PIN_DELAY;
		assert_eq!(events(), [Event::ModelPinned { model: id, from, until: Some(8) }]);
		let told = || Warm::views().iter().any(|view| view.model == id);
		for block in 1..10 {
			go_to(block);
			assert_eq!(quote(id).warm, (from..8).contains(&block), "block {block}");
			// Nodes prepare it before it holds.
			assert_eq!(told(), block <= 8, "block {block}");
		}
		assert!(Pinned::<Test>::get().is_empty());
	});
}

#[test]
fn a_pin_without_end_holds_until_it_is_removed() {
	chain(|| {
		let id = active("affine");
		assert_ok!(pin(id, None));
		go_to(100);
		assert!(quote(id).warm);
		// It needs no place among the recent ones.
		run(id);
		next_block();
		assert!(recent().is_empty());
		assert_ok!(Warm::unpin(RuntimeOrigin::root(), id));
		assert_eq!(events(), [Event::ModelUnpinned { model: id }]);
		assert!(!quote(id).warm);
		assert_noop!(Warm::unpin(RuntimeOrigin::root(), id), Error::<Test>::NotPinned);
	});
}

#[test]
fn a_new_end_keeps_the_start() {
	chain(|| {
		let id = active("affine");
		assert_ok!(pin(id, Some(9)));
		go_to(6);
		assert_ok!(pin(id, Some(12)));
		assert!(quote(id).warm);
		go_to(11);
		assert!(quote(id).warm);
		assert_eq!(Pinned::<Test>::get().len(), 1);
		assert_noop!(pin(id, Some(11)), Error::<Test>::EndsTooEarly);
		go_to(12);
		assert!(!quote(id).warm);
		// A pin that is over begins anew.
		assert_noop!(pin(id, Some(12 + PIN_DELAY)), Error::<Test>::EndsTooEarly);
		assert_ok!(pin(id, Some(12 + PIN_DELAY + 1)));
		assert!(!quote(id).warm);
	});
}

#[test]
fn slots_and_bytes_are_bounded() {
	chain(|| {
		let [a, b, c] = [(); 3].map(|()| active("affine"));
		let bytes = u64::from(costs(a).image_pages) * 4096;
		MaxImageBytes::set(bytes);
		MaxBytes::set(2 * bytes - 1);
		assert_ok!(pin(a, Some(6)));
		assert_noop!(pin(b, None), Error::<Test>::NoSlot);
		MaxBytes::set(9 * bytes);
		assert_ok!(pin(b, None));
		assert_noop!(pin(c, None), Error::<Test>::NoSlot);
		// A pin that is over leaves its slot.
		go_to(6);
		assert_ok!(pin(c, None));
		assert_eq!(Pinned::<Test>::get().len(), 2);
		MaxImageBytes::set(bytes - 1);
		assert_noop!(pin(a, None), Error::<Test>::ImageTooLarge);
		MaxImageBytes::set(bytes);
	});
}

#[test]
fn pins_leave_fewer_bytes_to_recent_models() {
	chain(|| {
		let [a, b, c] = [(); 3].map(|()| active("affine"));
		let bytes = u64::from(costs(a).image_pages) * 4096;
		MaxBytes::set(2 * bytes);
		assert_ok!(pin(a, None));
		run(b);
		run(c);
		next_block();
		assert_eq!(recent(), [c]);
	});
}

#[test]
fn only_the_origin_pins_and_only_what_can_be_called() {
	chain(|| {
		let id = active("affine");
		assert_noop!(Warm::pin(signed(), id, None), DispatchError::BadOrigin);
		assert_noop!(Warm::unpin(signed(), id), DispatchError::BadOrigin);
		assert_noop!(pin(77, None), Error::<Test>::ModelNotActive);
		assert_ok!(Registry::pause(signed(), id));
		assert_noop!(pin(id, None), Error::<Test>::ModelNotActive);
		assert_ok!(Registry::resume(signed(), id));
		for until in [0, 1, 1 + PIN_DELAY] {
			assert_noop!(pin(id, Some(until)), Error::<Test>::EndsTooEarly);
		}
	});
}
