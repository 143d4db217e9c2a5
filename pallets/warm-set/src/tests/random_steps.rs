//! Random runs, pins and blocks: the invariants hold, and a charge has no load exactly when the model
//! was warm at the block's start.

use super::mock::*;
use crate::WarmSet as _;
use opg_pallet_testing::{seeds, Random};

/// Steps of one run.
const STEPS: u64 = 400;

#[test]
fn charges_follow_the_set_of_the_block() {
	for seed in seeds(3, STEPS) {
		chain(|| steps(seed));
	}
}

fn steps(seed: u64) {
	let models = [(); 5].map(|()| active("affine"));
	let mut random = Random::new(seed);
	let mut below = |n: u64| random.below(n);
	let mut warm_at_start = vec![];
	let (mut free, mut paid) = (0, 0);
	for _ in 0..STEPS {
		let id = models[below(5) as usize];
		match below(8) {
			0 | 1 => {
				next_block();
				warm_at_start = models
					.into_iter()
					.filter(|id| Warm::is_warm(*id, costs(*id).image_hash))
					.collect();
			},
			2 => {
				let until =
					Some(polkadot_sdk::frame_system::Pallet::<Test>::block_number() + below(12));
				// Refused when it ends too early or no slot is free.
				let _pinned = Warm::pin(RuntimeOrigin::root(), id, until);
			},
			_ => {
				let done = run(id);
				let was_free = done.charged_fuel < costs(id).charged(done.run_fuel);
				assert_eq!(was_free, warm_at_start.contains(&id));
				*(if was_free { &mut free } else { &mut paid }) += 1;
			},
		}
	}
	assert!(free > 50 && paid > 50, "{free} and {paid}");
}
