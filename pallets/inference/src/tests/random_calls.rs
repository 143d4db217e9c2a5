//! Many random calls with random prices, beneficiaries, payers and accounts that come and go: after
//! each of them everybody has, to the unit, what the formulas of [`crate::split`] say, written once
//! more here.

use super::mock::*;
use crate::{InferFault, PaidFrom, Receipts, Source};
use opg_pallet_testing::{seeds, Random};
use pallet_credit::Sponsorships;
use pallet_model_registry::{Beneficiaries, Beneficiary, BeneficiaryList, Models};
use polkadot_sdk::{
	frame_support::storage::with_storage_layer, sp_core::H256, sp_runtime::DispatchError,
};

/// Steps of one run.
const STEPS: u64 = 1_000;

/// Accounts that take part: six, three of which don't exist at first, and the treasury.
fn everybody() -> Vec<Account> {
	(1..=6).map(account).chain([Treasury::get()]).collect()
}

fn anyone(steps: &mut Random) -> Account {
	account(1 + steps.below(6) as u8)
}

/// A caller, and what it offers to pay with: a sponsor mostly where there is one.
fn caller(steps: &mut Random) -> (Account, Source<Account>) {
	let sponsorships: Vec<_> = Sponsorships::<Test>::iter_keys().collect();
	let who = anyone(steps);
	match steps.below(6) {
		0 => (who, Source::Caller),
		1 => (who, Source::Balance),
		2 => (who, Source::Credit),
		3 => (who, Source::Sponsor(anyone(steps))),
		_ if sponsorships.is_empty() => (who, Source::Caller),
		_ => {
			let chosen = steps.below(sponsorships.len() as u64) as usize;
			let (sponsor, beneficiary) = sponsorships[chosen].clone();
			(beneficiary, Source::Sponsor(sponsor))
		},
	}
}

/// Up to four accounts with parts that make the whole; sometimes none: the owner.
fn beneficiaries(steps: &mut Random) -> Vec<Beneficiary<Account>> {
	let (count, first) = (steps.below(5) as u32, steps.below(6) as u8);
	let mut left = 1_000_000_000u32;
	(0..count)
		.map(|i| {
			let after = count - i - 1;
			let most = u64::from(left - after);
			let parts = if after == 0 { left } else { 1 + steps.below(most) as u32 };
			left -= parts;
			Beneficiary { account: account(1 + (first + i as u8) % 6), parts }
		})
		.collect()
}

/// What everybody owns: free, held and in credit.
fn wealth() -> Vec<i128> {
	let of = |who: &Account| total(who) + credit(who);
	everybody().iter().map(|who| of(who) as i128).collect()
}

/// What a settled call of so many rows changes, by the formulas.
fn due(model: u32, price: Balance, rows: Balance, payer: &Account) -> Vec<i128> {
	let protocol = price / 20;
	let rest = price - protocol;
	let mut list = Beneficiaries::<Test>::get(model).into_inner();
	if list.is_empty() {
		let owner = Models::<Test>::get(model).map(|info| info.owner).expect("the model is there");
		list.push(Beneficiary { account: owner, parts: 1_000_000_000 });
	}
	let part = |parts: u32| rest * Balance::from(parts) / 1_000_000_000;
	let others: Balance = list.iter().skip(1).map(|one| part(one.parts)).sum();
	everybody()
		.iter()
		.map(|who| {
			let place = list.iter().position(|one| one.account == *who);
			let income = match place {
				None => 0,
				Some(0) => rest - others,
				Some(i) => part(list[i].parts),
			};
			let share = if *who == Treasury::get() { protocol } else { 0 };
			let paid = if who == payer { price } else { 0 };
			(rows as i128) * (income as i128 + share as i128 - paid as i128)
		})
		.collect()
}

/// Payments from a credit in this block.
fn spent_from_credit() -> usize {
	let events = credit_events();
	events.iter().filter(|event| matches!(event, pallet_credit::Event::CreditSpent { .. })).count()
}

/// A call of one row or more, and what paid it; `None` when it was refused.
fn call(steps: &mut Random, model: u32) -> Option<PaidFrom> {
	let (caller, source) = caller(steps);
	let price = Engine::quote(model).map(|quote| quote.price).expect("it is active");
	let rows = if steps.below(3) == 0 { 1 + steps.below(3) } else { 0 };
	// Sometimes a unit too little, which must be refused.
	let short = Balance::from(steps.below(8) == 0);
	let max = price.saturating_mul(rows.max(1).into()).saturating_sub(short);
	let (before, spent) = (wealth(), spent_from_credit());
	let inputs = || four([1.5; 4]);
	let receipts: Result<Vec<H256>, InferFault> = if rows == 0 {
		let done = Engine::do_infer(&caller, &source, model, inputs(), max, FUEL);
		done.map(|one| vec![one.receipt]).map_err(|failed| failed.fault)
	} else {
		let rows = (0..rows).map(|_| inputs()).collect();
		Engine::do_infer_batch(&caller, &source, model, rows, max, u64::MAX, |_| ())
			.map(|batch| batch.rows.iter().map(|row| row.receipt).collect())
			.map_err(|failed| failed.fault.fault)
	};
	let changed: Vec<i128> = wealth().iter().zip(&before).map(|(now, then)| now - then).collect();
	let receipts = match receipts {
		Ok(receipts) => receipts,
		Err(fault) => {
			assert!(changed.iter().all(|change| *change == 0), "a refusal moves nothing");
			// Who can't pay is refused before the run.
			assert!(!matches!(fault, InferFault::PaymentFailed { .. }), "{fault}");
			return None;
		},
	};
	assert!(price == 0 || short == 0, "a price above the limit is refused");
	let payers: Vec<_> = receipts
		.iter()
		.map(|id| Receipts::<Test>::get(id).expect("it is kept"))
		.map(|receipt| {
			assert_eq!((receipt.price, receipt.protocol_share), (price, price / 20));
			receipt.payer
		})
		.collect();
	let payer = &payers[0];
	assert!(payers.iter().all(|one| one == payer));
	assert_eq!(changed, due(model, price, receipts.len() as Balance, payer));
	let from = match &source {
		_ if price == 0 => PaidFrom::Nothing,
		Source::Sponsor(sponsor) => {
			assert_eq!(payer, sponsor);
			return Some(PaidFrom::Sponsor);
		},
		_ if spent_from_credit() > spent => PaidFrom::Credit,
		_ => PaidFrom::Balance,
	};
	assert_eq!(*payer, caller);
	Some(from)
}

fn step(steps: &mut Random, model: u32, settled: &mut [u64; 4]) -> Result<(), DispatchError> {
	let owner = Models::<Test>::get(model).map(|info| info.owner).expect("the model is there");
	let (who, other) = (anyone(steps), anyone(steps));
	match steps.below(20) {
		0 => {
			Registry::set_price(signed(owner), model, steps.amount(ED))?;
			go_to(System::block_number() + 5);
			Ok(())
		},
		1 => {
			let list = BeneficiaryList::truncate_from(beneficiaries(steps));
			Registry::set_beneficiaries(signed(owner), model, list)
		},
		2 => Registry::transfer(signed(owner), model, other),
		3 | 4 => {
			go_to(System::block_number() + 1);
			Ok(())
		},
		5 => {
			let treasury = Treasury::get();
			let amount = credit(&treasury);
			Credit::withdraw(signed(treasury), amount)
		},
		6 => Credit::withdraw(signed(who.clone()), credit(&who)),
		7 => Credit::withdraw(signed(who), steps.amount(ED)),
		8 => Credit::deposit(signed(who), steps.amount(ED)),
		9 => Credit::deposit_to(signed(who), other, steps.amount(ED)),
		10 => {
			let allowance = pallet_credit::Allowance {
				per_call: steps.amount(ED),
				total: steps.amount(ED),
				models: Default::default(),
				expires: System::block_number() + steps.below(1_000),
			};
			Credit::sponsor(signed(who), other, allowance)
		},
		// An account goes, with what it has but credit, and comes again.
		11 => Balances::transfer_all(signed(who), other, false),
		12 => Balances::transfer_keep_alive(signed(who), other, steps.amount(ED)),
		_ => {
			let from = call(steps, model).ok_or(DispatchError::Other("refused"))?;
			settled[from as usize] += 1;
			Ok(())
		},
	}
}

#[test]
fn everybody_gets_what_the_formulas_say() {
	MaxReceipts::set(8);
	let (mut settled, mut accepted, mut made) = ([0; 4], 0, 0);
	for seed in seeds(3, STEPS) {
		chain(|| {
			let model = active("affine", 1);
			let mut steps = Random::new(seed);
			for _ in 0..STEPS {
				let result = with_storage_layer(|| step(&mut steps, model, &mut settled));
				accepted += u64::from(result.is_ok());
				made += 1;
				check();
			}
		});
	}
	// All of it happens often.
	assert!(accepted > made / 4 && accepted < made * 3 / 4, "{accepted} of {made}");
	assert!(settled.iter().all(|count| *count > made / 200), "{settled:?} of {made}");
}
