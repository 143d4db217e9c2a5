//! Many random calls and movements of money: whatever succeeds or fails, the invariants hold, no unit
//! appears or vanishes, and each deposit is held, to the unit, from a buffer's beginning to its removal.

use super::mock::*;
use crate::{
	BufferId, Buffers, Event, NextBufferId, StagingFault, MAX_LENGTH, MAX_PIECES, PIECE_BYTES,
};
use opg_pallet_testing::{seeds, Random};
use polkadot_sdk::{
	frame_support::storage::with_storage_layer,
	sp_runtime::{DispatchError, DispatchResult},
};
use std::collections::BTreeMap;

/// Steps of one run.
const STEPS: u64 = 1_000;

/// Four accounts, one of which isn't there at first.
fn everybody() -> [Account; 4] {
	[1, 2, 3, 4].map(account)
}

fn length(random: &mut Random) -> u32 {
	match random.below(24) {
		0 => 0,
		1 => u32::MAX - random.below(2) as u32,
		2 => MAX_LENGTH + random.below(2) as u32,
		3 | 4 => PIECE_BYTES - 1 + random.below(3) as u32,
		5..=7 => random.below(300_000) as u32,
		// Short ones are as good, and quicker to check.
		_ => 1 + random.below(4_000) as u32,
	}
}

/// What is free, and what is held, of everybody.
type Funds = BTreeMap<Account, (Balance, Balance)>;

fn funds() -> Funds {
	everybody().into_iter().map(|who| (who.clone(), (free(&who), held(&who)))).collect()
}

/// The deposits of buffers that weren't removed, by the events of all steps so far.
#[derive(Default)]
struct Deposits(BTreeMap<BufferId, (Account, Balance)>);

impl Deposits {
	/// What the events of this step held and released of everybody.
	fn follow(&mut self) -> BTreeMap<Account, (Balance, Balance)> {
		let mut changes = BTreeMap::<Account, (Balance, Balance)>::new();
		for event in events() {
			match event {
				Event::BufferBegun { buffer, owner, length, deposit, .. } => {
					assert_eq!(deposit, due(length));
					changes.entry(owner.clone()).or_default().0 += deposit;
					let before = self.0.insert(buffer, (owner, deposit));
					assert!(before.is_none(), "an id is used once");
				},
				Event::BufferRemoved { buffer, owner, deposit } => {
					// All of it comes back, and nothing else.
					assert_eq!(self.0.remove(&buffer), Some((owner.clone(), deposit)));
					changes.entry(owner).or_default().1 += deposit;
				},
				Event::PieceWritten { .. } => {},
			}
		}
		changes
	}

	fn of(&self, who: &Account) -> Balance {
		self.0.values().filter(|(owner, _)| owner == who).map(|(_, amount)| amount).sum()
	}
}

/// The deposit for a buffer, by the formula: 1,000 for an item and 10 for a byte. An item is the buffer,
/// its owner's usage, and each piece.
fn due(length: u32) -> Balance {
	let pieces = Balance::from(length.div_ceil(PIECE_BYTES));
	let buffer = 16 + (32 + 4 + 2 + 8 + 16);
	let usage = (16 + 32) + (4 + 4);
	let bytes = buffer + usage + pieces * (16 + 9 + 4) + Balance::from(length);
	1_000 * (2 + pieces) + 10 * bytes
}

/// A call, which changes nothing when it is refused.
fn staged<T>(call: impl FnOnce() -> Result<T, StagingFault>) -> DispatchResult {
	let before = state();
	call().map(drop).map_err(|fault| {
		assert!(state() == before, "a refused call changed something: {fault}");
		fault.dispatch_error::<Test>()
	})
}

/// A buffer that is there, or now and then none.
fn some_buffer(random: &mut Random) -> BufferId {
	let ids: Vec<_> = Buffers::<Test>::iter_keys().collect();
	match random.below(12) {
		0 => NextBufferId::<Test>::get().saturating_sub(random.below(2)),
		_ if ids.is_empty() => 0,
		_ => ids[random.below(ids.len() as u64) as usize],
	}
}

/// A step; who sent how much to whom.
fn step(random: &mut Random) -> Result<Option<(Account, Account, Balance)>, DispatchError> {
	let anyone = account(1 + random.below(4) as u8);
	let id = some_buffer(random);
	let buffer = Buffers::<Test>::get(id);
	// Mostly the owner.
	let who = match &buffer {
		Some(buffer) if random.below(8) > 0 => buffer.owner.clone(),
		_ => anyone.clone(),
	};
	match random.below(40) {
		0..=10 => {
			let length = length(random);
			staged(|| Staging::do_begin(anyone, length))?;
		},
		11..=24 => {
			let index = match random.below(16) {
				0 => u32::MAX - random.below(2) as u32,
				1 => MAX_PIECES - 1 + random.below(3) as u32,
				_ => random.below(3) as u32,
			};
			// Mostly the right length.
			let length = match buffer.and_then(|buffer| buffer.piece_length(index)) {
				Some(length) if random.below(8) > 0 => length,
				_ => random.below(70_000) as u32,
			};
			staged(|| Staging::do_write(&who, id, index, vec![1; length as usize]))?;
		},
		25 | 26 => staged(|| Staging::do_discard(&who, id))?,
		27..=29 => staged(|| Staging::do_reap(id))?,
		30..=33 => staged(|| Staging::read(&who, id))?,
		34..=36 => at(System::block_number() + random.below(4)),
		37 => {
			// What is free of an account goes; the account too, unless it has buffers.
			let to = account(1 + random.below(4) as u8);
			let amount = free(&anyone);
			Balances::transfer_all(RuntimeOrigin::signed(anyone.clone()), to.clone(), false)?;
			return Ok(Some((anyone.clone(), to, amount - free(&anyone))));
		},
		_ => {
			let to = account(1 + random.below(4) as u8);
			// Often enough for a buffer or two.
			let amount = match random.below(2) {
				0 => random.amount(ED),
				_ => free(&anyone) / 2,
			};
			let origin = RuntimeOrigin::signed(anyone.clone());
			Balances::transfer_keep_alive(origin, to.clone(), amount)?;
			return Ok(Some((anyone, to, amount)));
		},
	}
	Ok(None)
}

#[test]
fn random_calls_hold_and_return_every_deposit() {
	let (mut accepted, mut refused, mut begun, mut removed, mut runs) = (0, 0, 0, 0, 0);
	for seed in seeds(3, STEPS) {
		chain(|| {
			let random = &mut Random::new(seed);
			let mut deposits = Deposits::default();
			for _ in 0..STEPS {
				System::reset_events();
				let mut expected = funds();
				let result = with_storage_layer(|| step(random));
				*(if result.is_ok() { &mut accepted } else { &mut refused }) += 1;
				for (who, (held, released)) in deposits.follow() {
					let (free, on_hold) = expected.get_mut(&who).expect("one of the four");
					*free = *free + released - held;
					*on_hold = *on_hold + held - released;
					begun += u64::from(held > 0);
					removed += u64::from(released > 0);
				}
				if let Ok(Some((from, to, amount))) = result {
					expected.get_mut(&from).expect("one of the four").0 -= amount;
					expected.get_mut(&to).expect("one of the four").0 += amount;
				}
				assert_eq!(funds(), expected);
				for who in everybody() {
					assert_eq!(held(&who), deposits.of(&who));
				}
				check();
			}
			give_all_back(&mut deposits);
		});
		runs += 1;
	}
	let each = [accepted, refused, begun, removed];
	assert!(each.iter().all(|count| *count > 50 * runs), "{each:?} in {runs} runs");
}

/// In the end everything can be reaped, and nothing stays held.
fn give_all_back(deposits: &mut Deposits) {
	System::reset_events();
	at(System::block_number() + PERIOD);
	for id in Buffers::<Test>::iter_keys().collect::<Vec<_>>() {
		Staging::do_reap(id).expect("it has expired");
		check();
	}
	deposits.follow();
	assert!(deposits.0.is_empty());
	for who in everybody() {
		assert_eq!(held(&who), 0);
	}
}
