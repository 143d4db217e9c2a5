//! What a buffer gives back.

use super::mock::*;
use crate::{Buffer, Buffers, Event, MAX_LENGTH, MAX_PIECES, PIECE_BYTES};
use polkadot_sdk::frame_support::assert_ok;

#[test]
fn a_buffer_gives_its_pieces_in_order_whatever_the_order_in_which_they_came() {
	chain(|| {
		let id = begin(2 * PIECE_BYTES + 5);
		assert_eq!(write(id, 2, 5), Ok(()));
		assert_eq!(write(id, 0, PIECE_BYTES), Ok(()));
		assert!(Staging::read(&alice(), id).is_err());
		assert_eq!(write(id, 1, PIECE_BYTES), Ok(()));
		let length = PIECE_BYTES as usize;
		let expected = [vec![0; length], vec![1; length], vec![2; 5]].concat();
		assert_eq!(Staging::read(&alice(), id), Ok(expected));
		// Reading takes nothing away.
		assert!(Staging::read(&alice(), id).is_ok());
	});
}

#[test]
fn the_shortest_and_the_longest() {
	chain(|| {
		let id = begin(1);
		assert_eq!(write(id, 0, 1), Ok(()));
		assert_eq!(Staging::read(&alice(), id), Ok(vec![0]));
		let id = begin(MAX_LENGTH);
		for index in 0..MAX_PIECES {
			assert_eq!(write(id, index, PIECE_BYTES), Ok(()));
		}
		let bytes = Staging::read(&alice(), id).expect("it is complete");
		assert_eq!(bytes.len(), 1024 * 1024);
		assert_eq!((bytes[0], bytes[1024 * 1024 - 1]), (0, 15));
	});
}

#[test]
fn a_piece_can_be_written_again() {
	chain(|| {
		let id = begin(4);
		assert_ok!(Staging::do_write(&alice(), id, 0, vec![1; 4]));
		assert_ok!(Staging::do_write(&alice(), id, 0, vec![2; 4]));
		assert_eq!(Staging::read(&alice(), id), Ok(vec![2; 4]));
		let events: Vec<_> = System::events().into_iter().map(|record| record.event).collect();
		let written = Event::PieceWritten { buffer: id, index: 0, complete: true };
		assert_eq!(events.iter().filter(|event| **event == written.clone().into()).count(), 2);
	});
}

#[test]
fn the_deposit_is_for_everything_and_comes_back() {
	chain(|| {
		let length = PIECE_BYTES + 1;
		let id = begin(length);
		let held_for_it = held(&alice());
		// Four items (buffer, usage, two pieces) and every byte of the two pieces, and some for keys.
		let least = 4 * 1_000 + 10 * Balance::from(length);
		assert!(held_for_it > least && held_for_it < least + 10 * 400, "{held_for_it}");
		assert_eq!(Staging::deposit(length), held_for_it);
		assert_eq!(write(id, 0, PIECE_BYTES), Ok(()));
		assert_eq!(held(&alice()), held_for_it);
		assert_eq!(Staging::do_discard(&alice(), id), Ok(2));
		assert_eq!(held(&alice()), 0);
		assert_eq!(Balances::free_balance(alice()), FUNDS);
		let (nothing, next, _) = state();
		assert!(nothing.iter().all(|byte| *byte == 0));
		assert_eq!(next, 2);
	});
}

#[test]
fn ids_are_never_used_twice() {
	chain(|| {
		let first = begin(1);
		assert_ok!(Staging::do_discard(&alice(), first));
		assert_eq!(begin(1), first + 1);
	});
}

#[test]
fn the_extrinsics_do_the_same() {
	chain(|| {
		let signed = || RuntimeOrigin::signed(alice());
		assert_ok!(Staging::begin(signed(), 3));
		assert_ok!(Staging::write(signed(), 1, 0, vec![7, 8, 9].try_into().unwrap()));
		assert_eq!(Staging::read(&alice(), 1), Ok(vec![7, 8, 9]));
		let info = Staging::discard(signed(), 1).expect("it is hers");
		let weight = info.actual_weight.expect("less than the longest");
		assert!(
			weight.ref_time() < {
				use crate::{weights::SubstrateWeight, WeightInfo};
				SubstrateWeight::<Test>::remove(MAX_PIECES).ref_time()
			}
		);
		assert_ok!(Staging::begin(signed(), 3));
		at(1 + PERIOD);
		assert_ok!(Staging::reap(RuntimeOrigin::signed(bob()), 2));
		assert!(Staging::begin(RuntimeOrigin::root(), 3).is_err());
	});
}

#[test]
fn lengths_of_pieces() {
	let buffer = |length| Buffer { owner: (), length, written: 0, expires: (), deposit: () };
	let one = buffer(PIECE_BYTES);
	assert_eq!((one.pieces(), one.piece_length(0), one.piece_length(1)), (1, Some(65_536), None));
	let two = buffer(PIECE_BYTES + 1);
	assert_eq!(
		(two.pieces(), two.piece_length(0), two.piece_length(1)),
		(2, Some(65_536), Some(1))
	);
	assert_eq!(two.piece_length(u32::MAX), None);
	assert_eq!(two.missing(), Some(0));
	assert_eq!(Buffer { written: 0b10, ..two.clone() }.missing(), Some(0));
	assert_eq!(Buffer { written: 0b01, ..two.clone() }.missing(), Some(1));
	assert_eq!(Buffer { written: 0b11, ..two }.missing(), None);
	let full = buffer(MAX_LENGTH);
	assert_eq!(Buffer { written: u16::MAX, ..full }.missing(), None);
}

#[test]
fn a_buffer_says_when_it_expires() {
	chain(|| {
		at(7);
		let id = begin(1);
		assert_eq!(Buffers::<Test>::get(id).map(|buffer| buffer.expires), Some(7 + PERIOD));
	});
}
