//! Random schedules, contracts, models and blocks: `check` after every step says that the invariants
//! hold and that issuance is what it was, to the unit; every change of Bob's credit is in the events.

use super::mock::*;
use crate::{CallFault, Event, Input, Terms};

/// Steps of one run.
const STEPS: u32 = 1_000;

#[test]
fn money_and_turns_add_up() {
	for seed in [1u64, 2] {
		chain(|| steps(Random(seed)));
	}
}

fn random_acts(random: &mut Random, terms: Terms<Balance, u64>) -> Vec<Act> {
	(0..random.below(3))
		.map(|_| match random.below(12) {
			0 => Act::Fail(CallFault::Reverted),
			1 => Act::Cancel(random.below(30)),
			2 => Act::Create(Box::new(terms.clone())),
			3 => Act::Answer(raw(&[1.0; 3])),
			4 | 5 => Act::Free(u128::from(random.below(200))),
			6 | 7 => Act::Take(u128::from(random.below(1_200))),
			8 if random.below(10) == 0 => Act::Withdraw,
			_ => Act::Answer(raw(&[random.below(9) as f32; 4])),
		})
		.collect()
}

fn random_terms(random: &mut Random, model: u32) -> Terms<Balance, u64> {
	let number = |random: &mut Random| random.below(4) as u8 + 1;
	let contract = polkadot_sdk::sp_core::H160::repeat_byte(number(random));
	let input = match random.below(3) {
		0 => Input::Fixed(packed(&[1.0; 4])),
		1 => Input::LastOutput { initial: packed(&[0.5; 4]) },
		_ => Input::Contract { contract, ref_time: random.below(50_000_000) },
	};
	let terms = match random.below(2) {
		0 => terms(model),
		_ => told(model, contract, u128::from(random.below(1_000))),
	};
	Terms {
		every: 2 + random.below(6),
		runs: 1 + random.below(12) as u32,
		max_price: 5 + u128::from(random.below(200)),
		input,
		..terms
	}
}

/// What the events since they were reset say that Bob's credit lost, less what it got.
fn spent_of_events() -> i128 {
	let of = |amount: Balance| i128::try_from(amount).expect("there isn't so much");
	events()
		.into_iter()
		.map(|event| match event {
			Event::RunSucceeded { price, fee, deposit, released, .. } => {
				of(price) + of(fee) + of(deposit) - of(released)
			},
			Event::RunFailed { fee, .. } => of(fee),
			_ => 0,
		})
		.sum()
}

/// What was withdrawn since the events were reset.
fn withdrawn() -> i128 {
	System::events()
		.into_iter()
		.map(|record| match record.event {
			RuntimeEvent::Credit(pallet_credit::Event::CreditWithdrawn { amount, .. }) => {
				i128::try_from(amount).expect("there isn't so much")
			},
			_ => 0,
		})
		.sum()
}

fn steps(mut random: Random) {
	let random = &mut random;
	let models = [active("affine", 0), active("affine", 7), active("affine", 120)];
	let whole = end_of_four(models[1]);
	let mut totals = [0usize; 4];
	for _ in 0..STEPS {
		let model = models[random.below(3) as usize];
		System::reset_events();
		match random.below(10) {
			0 | 1 => {
				let terms = random_terms(random, model);
				// Refused when there is no room, credit or deposit, or the model is paused.
				let _created = Schedule::create(signed(bob()), terms);
			},
			2 => {
				let _cancelled = Schedule::cancel(signed(bob()), random.below(60));
			},
			3 => {
				let number = random.below(4) as u8 + 1;
				let terms = random_terms(random, model);
				let acts = random_acts(random, terms);
				script(number, random.below(60_000_000), acts);
			},
			4 => {
				let _done = match random.below(3) {
					0 => Registry::pause(signed(alice()), model),
					1 => Registry::resume(signed(alice()), model),
					_ => Registry::set_price(signed(alice()), model, u128::from(random.below(150))),
				};
			},
			5 => match random.below(2) {
				0 => drop(Credit::do_withdraw(&bob(), u128::from(random.below(1 << 22)))),
				_ => Credit::do_deposit(&bob(), &bob(), 1 << 21).expect("Bob has the funds"),
			},
			_ => {
				let before = i128::try_from(credit()).expect("there isn't so much");
				let left = match random.below(3) {
					0 => random.below(whole),
					_ => u64::MAX,
				};
				end_block(left);
				let after = i128::try_from(credit()).expect("there isn't so much");
				assert_eq!(before - after, spent_of_events() + withdrawn());
				for event in events() {
					let kind = match event {
						Event::RunSucceeded { .. } => 0,
						Event::RunFailed { .. } => 1,
						Event::RunMissed { .. } => 2,
						Event::ScheduleEnded { .. } => 3,
						Event::ScheduleCreated { .. } => continue,
					};
					totals[kind] += 1;
				}
			},
		}
		check();
	}
	assert!(totals.iter().all(|count| *count > 10), "{totals:?}");
}

/// What a block with four runs may take.
fn end_of_four(model: u32) -> u64 {
	let signature = Registry::signature(model).expect("it is active");
	4 * (Schedule::run_ref_time(&terms(model), &signature, costs(model).max_fuel()) + turn(256))
}
