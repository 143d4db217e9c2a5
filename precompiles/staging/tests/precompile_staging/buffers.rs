//! Buffers of contracts and accounts.

use super::mock::*;
use opg_precompile_staging::interface::IStaging::{
	beginCall, bufferInfoCall, depositForCall, discardCall, reapCall, writeCall, BufferBegun,
};
use pallet_staging::{Buffers, PIECE_BYTES};
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::{
		self,
		precompiles::alloy::{
			primitives::{LogData, B256, U256},
			sol_types::{SolCall, SolEvent},
		},
	},
	sp_core::H160,
};

fn info(id: u64) -> opg_precompile_staging::interface::IStaging::Buffer {
	returned::<bufferInfoCall>(call(0, bufferInfoCall { bufferId: id }))
}

#[test]
fn a_buffer_is_begun_written_and_discarded() {
	ext().execute_with(|| {
		let length = PIECE_BYTES + 10;
		let deposit = returned::<depositForCall>(call(0, depositForCall { length }));
		let before = money();
		let id = returned::<beginCall>(call(0, beginCall { length }));
		assert_eq!(id, 1);
		let begun = info(id);
		assert_eq!(H160(begun.owner.into_array()), address_of(&alice()));
		assert_eq!((begun.length, begun.written, begun.expires), (length, 0, 11));
		assert_eq!((begun.deposit, U256::from(held(&alice()))), (deposit, deposit));

		let write = |index, length: usize| {
			let piece = vec![7; length].into();
			let written = call(0, writeCall { bufferId: id, index, piece });
			assert!(written.result.unwrap().data.is_empty());
		};
		write(1, 10);
		assert_eq!(info(id).written, 0b10);
		write(0, PIECE_BYTES as usize);
		assert_eq!(info(id).written, 0b11);
		assert!(call(0, discardCall { bufferId: id }).result.unwrap().data.is_empty());
		assert_eq!(money(), before);
		refused(0, bufferInfoCall { bufferId: id }, "UnknownBuffer(buffer=1): ");
	});
}

#[test]
fn the_log_names_the_buffer() {
	ext().execute_with(|| {
		stage(&[1, 2, 3]);
		let logs: Vec<_> = System::events()
			.into_iter()
			.filter_map(|record| match record.event {
				RuntimeEvent::Revive(pallet_revive::Event::ContractEmitted {
					contract,
					data,
					topics,
				}) => {
					assert_eq!(contract, precompile());
					let topics = topics.into_iter().map(|topic| B256::from(topic.0)).collect();
					let log = LogData::new(topics, data.into()).unwrap();
					Some(BufferBegun::decode_log_data_validate(&log).unwrap())
				},
				_ => None,
			})
			.collect();
		let [log] = &logs[..] else { panic!("one log") };
		assert_eq!(H160(log.owner.into_array()), address_of(&alice()));
		assert_eq!((log.bufferId, log.length, log.expires), (1, 3, 11));
	});
}

#[test]
fn a_contract_has_its_own_buffers() {
	ext().execute_with(|| {
		let contract = deploy(proxy(Kind::Call));
		let begin = beginCall { length: 4 }.abi_encode();
		// It has nothing to hold.
		let text = reverted(call_raw(contract, 0, begin.clone()));
		assert!(text.starts_with("InsufficientFunds(needed="), "{text}");
		let account = account_of(contract);
		assert_ok!(Balances::transfer_keep_alive(
			RuntimeOrigin::signed(alice()),
			account.clone(),
			1_000_000
		));
		let id = returned::<beginCall>(call_raw(contract, 0, begin));
		assert_eq!(Buffers::<Test>::get(id).map(|buffer| buffer.owner), Some(account));
		let piece = writeCall { bufferId: id, index: 0, piece: vec![1; 4].into() };
		refused(0, piece.clone(), "NotBufferOwner(buffer=1): ");
		refused(0, discardCall { bufferId: id }, "NotBufferOwner(buffer=1): ");
		assert!(!call_raw(contract, 0, piece.abi_encode()).result.unwrap().did_revert());
		assert_eq!(held(&alice()), 0);
	});
}

#[test]
fn anybody_reaps_what_has_expired() {
	ext().execute_with(|| {
		let before = money();
		let id = stage(&[1, 2, 3]);
		System::set_block_number(10);
		refused(0, reapCall { bufferId: id }, "BufferNotExpired(expires=11,now=10): ");
		System::set_block_number(11);
		let write = writeCall { bufferId: id, index: 0, piece: vec![0; 3].into() };
		refused(0, write, "BufferExpired(buffer=1,expired=11): ");
		let reap = reapCall { bufferId: id }.abi_encode();
		let reaped = call_by(owner(), precompile(), 0, reap, limits());
		assert!(!reaped.result.unwrap().did_revert());
		assert_eq!(money(), before);
	});
}

#[test]
fn what_the_pallet_refuses_reverts() {
	ext().execute_with(|| {
		for length in [0, 1_048_577, u32::MAX] {
			let start = format!("WrongBufferLength(length={length},max=1048576): ");
			refused(0, beginCall { length }, &start);
		}
		let id = stage(&[0; 5]);
		let write =
			|index, length: usize| writeCall { bufferId: id, index, piece: vec![0; length].into() };
		refused(0, write(0, 4), "WrongPieceLength(expected=5,got=4): ");
		refused(0, write(0, 120_000), "WrongPieceLength(expected=5,got=120000): ");
		refused(0, write(1, 5), "UnknownPiece(index=1,count=1): ");
		refused(0, write(u32::MAX, 5), "UnknownPiece(index=4294967295,count=1): ");
		for _ in 0..7 {
			stage(&[0]);
		}
		refused(0, beginCall { length: 1 }, "TooManyBuffers(max=8): ");
		refused(0, discardCall { bufferId: 99 }, "UnknownBuffer(buffer=99): ");
		refused(0, reapCall { bufferId: 0 }, "UnknownBuffer(buffer=0): ");
	});
}

#[test]
fn writing_and_removing_are_charged_by_their_size() {
	ext().execute_with(|| {
		let id = stage(&vec![0; 2 * PIECE_BYTES as usize]);
		let small = stage(&[0]);
		let used = |result: CallResult| {
			assert!(!result.result.unwrap().did_revert());
			result.weight_consumed.ref_time()
		};
		let whole = vec![1; PIECE_BYTES as usize].into();
		let long = used(call(0, writeCall { bufferId: id, index: 0, piece: whole }));
		let short = used(call(0, writeCall { bufferId: small, index: 0, piece: vec![1].into() }));
		// At least 10 ns a byte.
		assert!(long > short + 600_000_000, "{long} and {short}");
		let two = used(call(0, discardCall { bufferId: id }));
		let one = used(call(0, discardCall { bufferId: small }));
		assert!(two > one && two < 2 * one, "{two} and {one}");
	});
}
