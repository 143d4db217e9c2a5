//! Random schedules, contracts, models, blocks and movements of money. After every step the invariants hold
//! and issuance is what it was; everybody has, to the unit, what the events and the formulas of prices
//! say; a turn costs what it was quoted at most; deposits are held exactly while schedules are there.

use super::mock::*;
use crate::{
	CallFault, Event, Input, NextScheduleId, RunCost, ScheduleId, Schedules, Terms, MAX_BYTES,
};
use opg_pallet_testing::{seeds, Random};
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	frame_support::{storage::with_storage_layer, traits::fungible::InspectHold},
	sp_core::H160,
	sp_runtime::DispatchResult,
};
use std::collections::BTreeMap;

/// Steps of one run.
const STEPS: u64 = 1_000;

/// Who has schedules: Bob, and somebody without an account at first.
fn owners() -> [Account; 2] {
	[bob(), account(4)]
}

/// Owners, the models' owner, the author, what contracts hold, the treasury.
fn everybody() -> [Account; 6] {
	let [bob, other] = owners();
	[bob, other, alice(), author(), contracts(), Treasury::get()]
}

/// An amount, positive or negative.
fn signed_of(amount: Balance) -> i128 {
	i128::try_from(amount).expect("there isn't so much")
}

/// What everybody owns: free, held and in credit.
fn wealth() -> BTreeMap<Account, i128> {
	let of = |who: &Account| signed_of(total(who) + Credit::credit_of(who));
	everybody().into_iter().map(|who| (who.clone(), of(&who))).collect()
}

/// What the schedules of this step may cost, and who had them.
type Quotes = BTreeMap<ScheduleId, (Account, Terms<Balance, u64>, Option<RunCost<Balance>>)>;

fn quotes() -> Quotes {
	let quote = |id| Schedule::cost(id).expect("it is there").ok();
	Schedules::<Test>::iter()
		.map(|(id, schedule)| (id, (schedule.owner, schedule.terms, quote(id))))
		.collect()
}

/// What each schedule holds, by the events of all steps so far.
#[derive(Default)]
struct Deposits(BTreeMap<ScheduleId, (Account, Balance)>);

impl Deposits {
	fn follow(&mut self, event: &Event<Test>) {
		match event {
			Event::ScheduleCreated { schedule, owner, deposit, .. } => {
				assert!(*deposit > 0);
				let before = self.0.insert(*schedule, (owner.clone(), *deposit));
				assert!(before.is_none(), "an id is used once");
			},
			Event::ScheduleEnded { schedule, owner, .. } => {
				let (holder, _) = self.0.remove(schedule).expect("it was there");
				assert_eq!(holder, *owner);
			},
			_ => {},
		}
	}

	/// Everybody holds what the schedules have, for any reason: of these accounts nothing else is held.
	fn check(&self) {
		for owner in owners() {
			let due: Balance =
				self.0.values().filter(|(who, _)| *who == owner).map(|(_, amount)| amount).sum();
			assert_eq!(Balances::total_balance_on_hold(&owner), due);
		}
	}
}

/// How often each thing happened.
#[derive(Debug, Default)]
struct Counts {
	created: u64,
	refused: u64,
	succeeded: u64,
	failed: u64,
	missed: u64,
	ended: u64,
	unpaid: u64,
	advanced: u64,
	released: u64,
}

/// What the events of this step say that everybody gained or lost; no turn costs more than it was quoted.
fn due(quotes: &Quotes, counts: &mut Counts) -> BTreeMap<Account, i128> {
	let mut due: BTreeMap<_, _> = everybody().into_iter().map(|who| (who, 0i128)).collect();
	let mut add = |who: &Account, amount: i128| *due.get_mut(who).expect("one of them") += amount;
	for event in events() {
		match event {
			Event::RunSucceeded { schedule, owner, price, fee, deposit, released, .. } => {
				let (had, terms, quote) = &quotes[&schedule];
				let quote = quote.as_ref().expect("only a model that can be called is run");
				assert!(*had == owner && price == quote.price && price <= terms.max_price);
				assert!(fee <= quote.max_fee && deposit <= quote.deposit_limit);
				assert!(fee >= super::mock::fee(turn(1)), "bookkeeping at least is paid");
				assert!(deposit == 0 || released == 0);
				let share = signed_of(price / 20);
				let [price, fee, deposit, released] =
					[price, fee, deposit, released].map(signed_of);
				add(&owner, released - price - fee - deposit);
				add(&contracts(), deposit - released);
				add(&author(), fee);
				add(&Treasury::get(), share);
				add(&alice(), price - share);
				counts.succeeded += 1;
				counts.advanced += u64::from(deposit > 0);
				counts.released += u64::from(released > 0);
			},
			Event::RunFailed { schedule, owner, fee, .. } => {
				let (had, _, quote) = &quotes[&schedule];
				// Of a model that can't be called, only the bookkeeping.
				let most = quote.as_ref().map_or(super::mock::fee(turn(256)), |one| one.max_fee);
				assert!(*had == owner && fee <= most);
				add(&owner, -signed_of(fee));
				add(&author(), signed_of(fee));
				counts.failed += 1;
				counts.unpaid += u64::from(fee == 0);
			},
			Event::RunMissed { .. } => counts.missed += 1,
			Event::ScheduleEnded { .. } => counts.ended += 1,
			Event::ScheduleCreated { .. } => counts.created += 1,
		}
	}
	due
}

fn random_acts(random: &mut Random, terms: Terms<Balance, u64>) -> Vec<Act> {
	(0..random.below(3))
		.map(|_| match random.below(12) {
			0 => Act::Fail(CallFault::Reverted),
			1 => Act::Cancel(some_schedule(random)),
			2 => Act::Create(Box::new(terms.clone())),
			3 => Act::Answer(raw(&[1.0; 3])),
			4 | 5 => Act::Free(u128::from(random.below(200))),
			6 | 7 => Act::Take(u128::from(random.below(1_200))),
			8 if random.below(10) == 0 => Act::Withdraw,
			_ => Act::Answer(raw(&[random.below(9) as f32; 4])),
		})
		.collect()
}

/// One of the last schedules, or none.
fn some_schedule(random: &mut Random) -> ScheduleId {
	NextScheduleId::<Test>::get().saturating_sub(random.below(12))
}

fn random_terms(random: &mut Random, model: ModelId) -> Terms<Balance, u64> {
	let contract = H160::repeat_byte(1 + random.below(4) as u8);
	let input = match random.below(12) {
		0..=3 => Input::Fixed(packed(&[1.0; 4])),
		4..=7 => Input::LastOutput { initial: packed(&[0.5; 4]) },
		8 => Input::Fixed(packed(&vec![1.0; random.below(1 + u64::from(MAX_BYTES / 4)) as usize])),
		9 => Input::Contract { contract, ref_time: u64::MAX - random.below(2) },
		_ => Input::Contract { contract, ref_time: random.below(50_000_000) },
	};
	let terms = match random.below(2) {
		0 => terms(model),
		_ => {
			let limit = match random.below(2) {
				0 => random.amount(ED),
				_ => random.below(1_000).into(),
			};
			told(model, contract, limit)
		},
	};
	let (every, runs) = match random.below(20) {
		0 => (u64::MAX - random.below(3), u32::MAX),
		1 => (random.below(2), random.below(2) as u32),
		_ => (2 + random.below(6), 1 + random.below(12) as u32),
	};
	let max_price = match random.below(4) {
		0 => random.amount(ED),
		_ => 5 + Balance::from(random.below(200)),
	};
	let max_fuel = match random.below(20) {
		0 => u64::MAX,
		1 => terms.max_fuel - 1,
		_ => terms.max_fuel,
	};
	Terms { every, runs, max_price, max_fuel, input, ..terms }
}

/// As a transaction does it: nothing has changed after an error. Says whether it succeeded.
fn extrinsic(call: impl FnOnce() -> DispatchResult) -> bool {
	with_storage_layer(call).is_ok()
}

/// A step; what it moves between the two owners, the first of which pays.
fn step(random: &mut Random, models: &[ModelId; 3], counts: &mut Counts) -> i128 {
	let model = models[random.below(3) as usize];
	let [bob, other] = owners();
	let owner = if random.below(3) == 0 { other.clone() } else { bob.clone() };
	match random.below(14) {
		0..=2 => {
			let terms = random_terms(random, model);
			let next = NextScheduleId::<Test>::get();
			// Refused when there is no room or deposit, the model is paused, or the terms are bad.
			if Schedule::do_create(owner, terms).is_err() {
				assert_eq!(NextScheduleId::<Test>::get(), next);
				counts.refused += 1;
			}
		},
		3 => {
			let id = some_schedule(random);
			extrinsic(|| Schedule::cancel(signed(owner), id));
		},
		4 => {
			let number = 1 + random.below(4) as u8;
			let terms = random_terms(random, model);
			let acts = random_acts(random, terms);
			script(number, random.below(60_000_000), acts);
		},
		5 => {
			let price = random.below(150).into();
			let way = random.below(4);
			extrinsic(|| match way {
				0 => Registry::pause(signed(alice()), model),
				1 | 2 => Registry::resume(signed(alice()), model),
				_ => Registry::set_price(signed(alice()), model, price),
			});
		},
		6 => {
			let amount = random.amount(ED);
			extrinsic(|| Credit::withdraw(signed(owner), amount));
		},
		7 => {
			let amount = random.amount(ED);
			extrinsic(|| Credit::deposit(signed(owner), amount));
		},
		8 => {
			let amount = random.amount(ED);
			if extrinsic(|| Credit::deposit_to(signed(bob), other, amount)) {
				return signed_of(amount);
			}
		},
		9 => {
			let before = signed_of(total(&other));
			// The other account goes, with what it has but credit and deposits, and comes again.
			if extrinsic(|| Balances::transfer_all(signed(other.clone()), bob, false)) {
				return signed_of(total(&other)) - before;
			}
		},
		_ => {
			FeesFail::set(random.below(40) == 0);
			let left = match random.below(3) {
				0 => random.below(end_of_four(models[1])),
				_ => u64::MAX,
			};
			end_block(left);
			FeesFail::set(false);
		},
	}
	0
}

#[test]
fn money_and_turns_add_up() {
	let (mut counts, mut runs) = (Counts::default(), 0);
	for seed in seeds(3, STEPS) {
		chain(|| {
			let random = &mut Random::new(seed);
			let models = [active("affine", 0), active("affine", 7), active("affine", 120)];
			let mut deposits = Deposits::default();
			for _ in 0..STEPS {
				System::reset_events();
				let (before, quotes) = (wealth(), quotes());
				let moved = step(random, &models, &mut counts);
				let [from, to] = owners();
				let mut expected = due(&quotes, &mut counts);
				for (who, amount) in [(from, -moved), (to, moved)] {
					*expected.get_mut(&who).expect("one of them") += amount;
				}
				for (who, now) in wealth() {
					assert_eq!(now - before[&who], expected[&who], "{who:?}");
				}
				events().iter().for_each(|event| deposits.follow(event));
				deposits.check();
				check();
			}
			give_all_back();
		});
		runs += 1;
	}
	let Counts { created, refused, succeeded, failed, missed, ended, unpaid, advanced, released } =
		counts;
	let each = [created, refused, succeeded, failed, missed, ended, unpaid, advanced, released];
	assert!(each.iter().all(|count| *count >= 3 * runs), "{counts:?} in {runs} runs");
}

/// In the end everybody gets everything back.
fn give_all_back() {
	for (id, schedule) in Schedules::<Test>::iter().collect::<Vec<_>>() {
		Schedule::cancel(signed(schedule.owner), id).expect("its owner may end it");
		check();
	}
	for who in everybody() {
		let amount = Credit::credit_of(&who);
		let left = amount > 0 && Credit::withdraw(signed(who.clone()), amount).is_err();
		// Less than an account needs, of somebody who has none, stays credit.
		assert_eq!(left, amount > 0 && amount < ED && total(&who) == 0);
		check();
	}
	for who in owners() {
		assert_eq!(Balances::total_balance_on_hold(&who), 0);
	}
}

/// What a block with four runs may take.
fn end_of_four(model: ModelId) -> u64 {
	let signature = Registry::signature(model).expect("it is active");
	4 * (Schedule::run_ref_time(&terms(model), &signature, costs(model).max_fuel()) + turn(256))
}
