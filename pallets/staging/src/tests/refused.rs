//! What is refused changes nothing.

use super::mock::*;
use crate::{NextBufferId, StagingFault, MAX_LENGTH, PIECE_BYTES};
use codec::Decode;
use polkadot_sdk::{frame_support::assert_ok, sp_runtime::DispatchError};

/// Checks that something fails like that and changes nothing.
fn refused<T: std::fmt::Debug + PartialEq>(
	call: impl FnOnce() -> Result<T, StagingFault>,
	fault: StagingFault,
) {
	let before = state();
	assert_eq!(call(), Err(fault));
	assert_eq!(state(), before);
}

#[test]
fn lengths_that_no_buffer_has() {
	chain(|| {
		for length in [0, MAX_LENGTH + 1, u32::MAX] {
			let fault = StagingFault::WrongBufferLength { length, max: MAX_LENGTH };
			refused(|| Staging::do_begin(alice(), length), fault);
		}
	});
}

#[test]
fn too_many_buffers_and_bytes() {
	chain(|| {
		begin(MAX_LENGTH);
		let bytes = MAX_BYTES + 1;
		let fault = StagingFault::TooManyBytes { bytes, max: MAX_BYTES };
		refused(|| Staging::do_begin(alice(), bytes - MAX_LENGTH), fault);
		begin(MAX_BYTES - MAX_LENGTH - 1);
		begin(1);
		let fault = StagingFault::TooManyBuffers { max: MAX_BUFFERS };
		refused(|| Staging::do_begin(alice(), 1), fault);
		// Another account has limits of its own.
		assert_ok!(Staging::do_begin(bob(), 1));
	});
}

#[test]
fn too_little_balance() {
	chain(|| {
		let deposit = Staging::deposit(10);
		let keep = deposit + ED - 1;
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(alice()),
			bob(),
			FUNDS - keep
		));
		let fault = StagingFault::InsufficientFunds { needed: deposit, available: keep - ED };
		refused(|| Staging::do_begin(alice(), 10), fault);
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(bob()), alice(), 1));
		assert_ok!(Staging::do_begin(alice(), 10));
	});
}

#[test]
fn no_more_ids() {
	chain(|| {
		NextBufferId::<Test>::put(u64::MAX);
		refused(|| Staging::do_begin(alice(), 1), StagingFault::IdsExhausted);
	});
}

#[test]
fn buffers_of_others_and_of_nobody() {
	chain(|| {
		let id = begin(1);
		let foreign = StagingFault::NotBufferOwner { buffer: id };
		refused(|| Staging::do_write(&bob(), id, 0, vec![1]), foreign);
		refused(|| Staging::read(&bob(), id), foreign);
		refused(|| Staging::do_discard(&bob(), id), foreign);
		for nobody in [0, id + 1, u64::MAX] {
			let unknown = StagingFault::UnknownBuffer { buffer: nobody };
			refused(|| write(nobody, 0, 1), unknown);
			refused(|| Staging::read(&alice(), nobody), unknown);
			refused(|| Staging::do_discard(&alice(), nobody), unknown);
			refused(|| Staging::do_reap(nobody), unknown);
		}
	});
}

#[test]
fn pieces_that_do_not_fit() {
	chain(|| {
		let id = begin(PIECE_BYTES + 3);
		for (index, got, expected) in [
			(0, 0, PIECE_BYTES),
			(0, PIECE_BYTES - 1, PIECE_BYTES),
			(0, PIECE_BYTES + 1, PIECE_BYTES),
			(1, 2, 3),
			(1, 4, 3),
		] {
			refused(|| write(id, index, got), StagingFault::WrongPieceLength { expected, got });
		}
		for index in [2, 16, 17, 255, 256, 65_536, u32::MAX] {
			refused(|| write(id, index, 3), StagingFault::UnknownPiece { index, count: 2 });
		}
	});
}

#[test]
fn incomplete_buffers() {
	chain(|| {
		let id = begin(3 * PIECE_BYTES);
		for missing in 0..3 {
			let fault = StagingFault::BufferIncomplete { buffer: id, missing };
			refused(|| Staging::read(&alice(), id), fault);
			assert_ok!(write(id, missing, PIECE_BYTES));
		}
		assert_ok!(Staging::readable(&alice(), id));
	});
}

#[test]
fn a_piece_longer_than_any_does_not_decode() {
	let long = codec::Encode::encode(&vec![0u8; PIECE_BYTES as usize + 1]);
	assert!(crate::Piece::decode(&mut &long[..]).is_err());
}

#[test]
fn faults_print_in_one_grammar_and_have_codes_of_their_own() {
	let faults = [
		StagingFault::UnknownBuffer { buffer: 11 },
		StagingFault::NotBufferOwner { buffer: 11 },
		StagingFault::BufferExpired { buffer: 11, expired: 12 },
		StagingFault::BufferNotExpired { expires: 11, now: 12 },
		StagingFault::BufferIncomplete { buffer: 11, missing: 12 },
		StagingFault::WrongBufferLength { length: 11, max: 12 },
		StagingFault::TooManyBuffers { max: 11 },
		StagingFault::TooManyBytes { bytes: 11, max: 12 },
		StagingFault::UnknownPiece { index: 11, count: 12 },
		StagingFault::WrongPieceLength { expected: 11, got: 12 },
		StagingFault::InsufficientFunds { needed: 11, available: 12 },
		StagingFault::IdsExhausted,
		StagingFault::Currency { error: DispatchError::Exhausted },
	];
	let mut codes = Vec::new();
	for fault in faults {
		let message = fault.message();
		let (name, rest) = message.split_once('(').expect("a name");
		let (args, hint) = rest.split_once("): ").expect("arguments and a hint");
		assert_eq!(name, fault.name());
		assert!(!hint.is_empty());
		let shown: Vec<u128> =
			args.split(',').filter_map(|arg| arg.split_once('=')?.1.parse().ok()).collect();
		assert_eq!(fault.numbers()[..shown.len()], shown[..]);
		assert!(fault.numbers()[shown.len()..].iter().all(|number| *number == 0));
		codes.push(fault.code());
	}
	assert_eq!(codes, (768..781).collect::<Vec<_>>());
}
