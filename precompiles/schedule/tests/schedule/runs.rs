//! Schedules with real models and real contracts: inputs from one, results to another.

use super::{contracts::*, mock::*};
use opg_engine_abi::hash::chunk_hashes;
use opg_precompile_schedule::ADDRESS;
use pallet_model_registry::{Manifest, ModelId, Models};
use pallet_schedule::{CallFault, Delivered, Delivery, Event, Input, ScheduleId, Terms};
use polkadot_sdk::{
	frame_support::{traits::Hooks, weights::Weight},
	sp_core::H160,
};

/// Alice's credit at the start.
const CREDIT: Balance = 1_000_000_000_000;
/// The model's price.
const PRICE: Balance = 50_000;

/// The model `affine` of the pallets' tests: 2·x + 1 of `float32[1,4]`.
fn model() -> ModelId {
	let path =
		concat!(env!("CARGO_MANIFEST_DIR"), "/../../pallets/model-registry/testdata/affine.onnx");
	let file = std::fs::read(path).expect("the model is there");
	let hashes: Vec<_> = chunk_hashes(&file).into_iter().map(Into::into).collect();
	let manifest = Manifest {
		length: file.len() as u32,
		chunk_hashes: hashes.try_into().expect("it is small"),
		engine: 1,
		name: Default::default(),
		card_uri: Default::default(),
		card_hash: None,
	};
	let id = pallet_model_registry::NextModelId::<Test>::get();
	let origin = || RuntimeOrigin::signed(alice());
	ModelRegistry::create(origin(), manifest).expect("a draft is created");
	ModelRegistry::upload_chunk(origin(), id, 0, file).expect("a chunk is uploaded");
	ModelRegistry::set_price(origin(), id, PRICE).expect("the price is set");
	ModelRegistry::activate(origin(), id, 0, Default::default(), u64::MAX)
		.expect("it is activated");
	id
}

/// A schedule of every block that asks the one contract and tells the other.
fn schedule(asks: H160, tells: H160, deposit_limit: Balance) -> ScheduleId {
	let model = model();
	Credit::do_deposit(&alice(), &alice(), CREDIT).expect("Alice has the funds");
	let costs = Models::<Test>::get(model).and_then(|info| info.costs).expect("it is active");
	let ref_time = 5_000_000_000;
	let terms = Terms {
		model,
		every: 1,
		runs: 10,
		input: Input::Contract { contract: asks, ref_time },
		delivery: Some(Delivery { contract: tells, ref_time, deposit_limit }),
		max_price: PRICE,
		max_fuel: costs.max_fuel(),
	};
	let id = Schedule::do_create(alice(), terms).expect("it is created");
	System::set_block_number(System::block_number() + 1);
	id
}

/// Takes the block's turn; gives what the run cost and came to.
fn run() -> (Balance, Balance, Balance, Delivered) {
	System::reset_events();
	let now = System::block_number();
	let before = (Credit::credit_of(&alice()), Balances::free_balance(alice()));
	let issuance = Balances::total_issuance();
	let used = Schedule::on_idle(now, Weight::MAX);
	assert!(used.ref_time() <= 400_000_000_000);
	assert_eq!(Balances::total_issuance(), issuance);
	assert_eq!(balance(), ED, "the caller keeps nothing");
	Schedule::do_try_state().expect("the invariants hold");
	Credit::do_try_state().expect("the credits' invariants hold");
	System::set_block_number(now + 1);
	let (fee, deposit, released, delivered) = System::events()
		.into_iter()
		.find_map(|record| match record.event {
			RuntimeEvent::Schedule(Event::RunSucceeded {
				fee,
				deposit,
				released,
				delivered,
				..
			}) => Some((fee, deposit, released, delivered)),
			_ => None,
		})
		.unwrap_or_else(|| panic!("{:?}", System::events()));
	// Alice owns the model, too: her part of the price stays her credit.
	let spent = before.0 + released - Credit::credit_of(&alice());
	assert_eq!(spent, fee + deposit + PRICE / 10);
	assert_eq!(Balances::free_balance(alice()), before.1);
	(fee, deposit, released, delivered)
}

#[test]
fn one_contract_gives_inputs_and_another_is_told() {
	chain(0, || {
		let mut inputs = [0; 32];
		for (bytes, value) in inputs.chunks_mut(4).zip([1f32, 2.0, 3.0, 4.0]) {
			bytes.copy_from_slice(&value.to_le_bytes());
		}
		let (asks, tells) = (answers(32, 16, inputs), keeps());
		let id = schedule(asks, tells, 1_000_000);
		let (_, deposit, released, delivered) = run();
		assert_eq!((released, delivered), (0, Delivered::Told));
		// Seven slots: 100 for each, and its bytes.
		assert!((7 * 132..=7 * 200).contains(&deposit), "{deposit}");
		let mut caller = vec![0; 12];
		caller.extend(ADDRESS);
		assert_eq!(slot(tells, 0), Some(caller));
		let result = pallet_schedule::LastResult::<Test>::get(id).expect("it has run");
		assert_eq!(slot(tells, 3), Some(result.receipt.0.to_vec()));
		let mut output = vec![];
		[3f32, 5.0, 7.0, 9.0].iter().for_each(|value| output.extend(value.to_le_bytes()));
		assert_eq!(result.output.to_vec(), output);
		output.resize(32, 0);
		assert_eq!(slot(tells, 6), Some(output));
		// The same slots again: nothing new.
		assert_eq!(run().1, 0);
	});
}

#[test]
fn what_a_contract_frees_is_credit() {
	chain(0, || {
		schedule(answers(32, 16, [0; 32]), toggles(), 1_000_000);
		let (_, deposit, ..) = run();
		assert!(deposit > 0);
		let (_, none, released, _) = run();
		assert_eq!((none, released), (0, deposit));
	});
}

#[test]
fn a_delivery_that_takes_too_much_fails_alone() {
	chain(0, || {
		let tells = toggles();
		schedule(answers(32, 16, [0; 32]), tells, 10);
		let (_, deposit, _, delivered) = run();
		assert!(matches!(delivered, Delivered::Failed(CallFault::Failed(_))));
		assert_eq!((deposit, slot(tells, 0)), (0, None));
	});
}

#[test]
fn money_that_was_sent_to_the_caller_stays_there() {
	chain(700, || {
		let tells = toggles();
		schedule(answers(32, 16, [0; 32]), tells, 1_000_000);
		let now = System::block_number();
		Schedule::on_idle(now, Weight::MAX);
		assert_eq!(balance(), ED + 700);
		assert!(slot(tells, 0).is_some());
	});
}

#[test]
fn a_contract_that_never_ends_costs_its_limit() {
	chain(0, || {
		schedule(answers(32, 16, [0; 32]), answers(32, 0, [0; 32]), 0);
		let (cheap, ..) = run();
		let id = pallet_schedule::NextScheduleId::<Test>::get() - 1;
		Schedule::do_cancel(&alice(), id).expect("it is hers");
		schedule(answers(32, 16, [0; 32]), loops(), 0);
		let (dear, _, _, delivered) = run();
		assert!(matches!(delivered, Delivered::Failed(CallFault::Failed(_))));
		// 5 ms at one unit a nanosecond, less what a call that does nothing takes of it.
		assert!(dear - cheap > 2_500_000 && dear - cheap <= 5_000_000, "{}", dear - cheap);
	});
}
