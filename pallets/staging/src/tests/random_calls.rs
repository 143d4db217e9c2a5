//! Many random calls: whatever succeeds or fails, the invariants hold, and no unit appears or
//! vanishes.

use super::mock::*;
use crate::{Buffers, NextBufferId, StagingFault, MAX_LENGTH, PIECE_BYTES};

/// Steps of the run.
const STEPS: u64 = 1_000;

/// Knuth's MMIX generator: the same steps on every machine.
struct Steps(u64);

impl Steps {
	fn below(&mut self, n: u64) -> u64 {
		self.0 =
			self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(self.0 >> 33) % n
	}

	fn length(&mut self) -> u32 {
		match self.below(8) {
			0 => 0,
			1 => MAX_LENGTH + self.below(2) as u32,
			2 => PIECE_BYTES - 1 + self.below(3) as u32,
			_ => self.below(300_000) as u32,
		}
	}
}

fn step(steps: &mut Steps) -> Result<(), StagingFault> {
	let who = account(1 + steps.below(4) as u8);
	let id = NextBufferId::<Test>::get().saturating_sub(steps.below(8));
	match steps.below(10) {
		0..=2 => Staging::do_begin(who, steps.length()).map(drop),
		3..=6 => {
			let index = steps.below(5) as u32;
			// Mostly of its owner, and with the right length.
			let (who, length) = match Buffers::<Test>::get(id) {
				Some(buffer) if steps.below(8) > 0 => {
					let length = buffer.piece_length(index).unwrap_or(1);
					(buffer.owner, length)
				},
				_ => (who, steps.below(70_000) as u32),
			};
			Staging::do_write(&who, id, index, vec![1; length as usize])
		},
		7 => Staging::do_discard(&who, id).map(drop),
		8 => Staging::do_reap(id).map(drop),
		_ => {
			System::set_block_number(System::block_number() + steps.below(3));
			Staging::read(&who, id).map(drop)
		},
	}
}

#[test]
fn random_steps_keep_the_invariants() {
	chain(|| {
		let mut random = Steps(7);
		let mut succeeded = 0;
		for _ in 0..STEPS {
			let before = state();
			match step(&mut random) {
				Ok(()) => succeeded += 1,
				Err(_) => assert_eq!(state(), before),
			}
			check();
		}
		assert!(succeeded > 100, "{succeeded}");
	});
}
