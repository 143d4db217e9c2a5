//! Whose money pays: the caller's credit, its balance, or a sponsor's credit, always one of them
//! alone.

use super::mock::*;
use crate::{Event, InferFault, PaidFrom, Receipts, Source};
use pallet_credit::{Allowance, AllowanceOf, Event as CreditEvent};
use pallet_model_registry::{Beneficiary, BeneficiaryList};
use polkadot_sdk::{frame_support::BoundedVec, sp_io, sp_runtime::StateVersion};

/// An allowance for all models that expires at block 50.
fn allowance(per_call: Balance, total: Balance) -> AllowanceOf<Test> {
	Allowance { per_call, total, models: Default::default(), expires: 50 }
}

/// Charlie has this credit and gives Bob an allowance.
fn sponsored(amount: Balance, allowance: AllowanceOf<Test>) {
	Credit::deposit(signed(charlie()), amount).expect("it is deposited");
	Credit::sponsor(signed(charlie()), bob(), allowance).expect("it is allowed");
	check();
}

/// Bob calls with Charlie's money; it must work.
fn accept_sponsored(id: u32) {
	Engine::infer_sponsored(signed(bob()), charlie(), id, four([0.0; 4]), Balance::MAX, FUEL)
		.expect("it succeeds");
	check();
}

/// Bob calls with money of that source; it must be refused and change nothing.
fn refused(source: Source<Account>, id: u32) -> InferFault {
	let before = sp_io::storage::root(StateVersion::V1);
	let failed = Engine::do_infer(&bob(), &source, id, four([0.0; 4]), Balance::MAX, FUEL)
		.expect_err("it is refused");
	assert_eq!(failed.charged_fuel, 0);
	if let Source::Sponsor(sponsor) = source {
		let inputs = four([0.0; 4]);
		let result =
			Engine::infer_sponsored(signed(bob()), sponsor, id, inputs, Balance::MAX, FUEL);
		let by_extrinsic = result.expect_err("it is refused");
		assert_eq!(by_extrinsic.error, failed.fault.dispatch_error::<Test>());
	}
	assert_eq!(sp_io::storage::root(StateVersion::V1), before);
	failed.fault
}

fn payers() -> Vec<(Account, Account)> {
	let mut receipts: Vec<_> = Receipts::<Test>::iter_values().collect();
	receipts.sort_by_key(|receipt| (receipt.block, receipt.index));
	receipts.into_iter().map(|receipt| (receipt.caller, receipt.payer)).collect()
}

#[test]
fn a_callers_credit_pays_before_its_balance() {
	chain(|| {
		let id = active("affine", 10_000);
		Credit::deposit(signed(bob()), 15_000).expect("it is deposited");
		let (owner, free) = (total(&alice()), total(&bob()));
		let dry = |id| {
			Engine::dry_run(id, four([0.0; 4]), Some(bob()), None, None)
				.expect("it succeeds")
				.paid_from
		};
		assert_eq!(dry(id), Some(PaidFrom::Credit));
		accept(id, four([0.0; 4]));
		assert_eq!((credit(&bob()), total(&bob())), (5_000, free));
		assert_eq!((total(&alice()), total(&Treasury::get())), (owner + 9_500, 500));
		assert!(credit_events().contains(&CreditEvent::CreditSpent {
			account: bob(),
			beneficiary: None,
			amount: 10_000
		}));
		// What is left doesn't cover a price: nothing of it is taken.
		assert_eq!(dry(id), Some(PaidFrom::Balance));
		accept(id, four([0.0; 4]));
		assert_eq!((credit(&bob()), total(&bob())), (5_000, free - 10_000));
		assert_eq!(payers(), [(bob(), bob()), (bob(), bob())]);
	});
}

#[test]
fn credit_alone_calls_without_any_balance() {
	chain(|| {
		let id = active("affine", 10_000);
		let poor = account(9);
		Credit::deposit_to(signed(alice()), poor.clone(), 10_000).expect("it is deposited");
		Engine::infer(signed(poor.clone()), id, four([0.0; 4]), Balance::MAX, FUEL)
			.expect("it succeeds");
		check();
		assert_eq!((credit(&poor), total(&poor)), (0, 0));
	});
}

#[test]
fn a_named_source_is_the_only_one() {
	chain(|| {
		let id = active("affine", 10_000);
		assert_eq!(
			refused(Source::Credit, id),
			InferFault::InsufficientCredit { needed: 10_000, available: 0 }
		);
		Credit::deposit(signed(bob()), FUNDS - ED).expect("it is deposited");
		assert_eq!(
			refused(Source::Balance, id),
			InferFault::InsufficientFunds { needed: 10_000, available: 0 }
		);
		Engine::do_infer(&bob(), &Source::Credit, id, four([0.0; 4]), 10_000, FUEL)
			.expect("it succeeds");
		check();
		assert_eq!(credit(&bob()), FUNDS - ED - 10_000);
	});
}

#[test]
fn a_free_model_draws_from_nothing() {
	chain(|| {
		let id = active("affine", 0);
		Credit::deposit(signed(bob()), 500).expect("it is deposited");
		// Not even from a sponsor who has allowed nothing: the receipt names the caller.
		for source in [Source::Caller, Source::Credit, Source::Sponsor(charlie())] {
			Engine::do_infer(&bob(), &source, id, four([0.0; 4]), 0, FUEL).expect("it is free");
			check();
		}
		assert_eq!(credit(&bob()), 500);
		assert_eq!(payers(), vec![(bob(), bob()); 3]);
	});
}

#[test]
fn a_sponsor_pays_within_its_allowance() {
	chain(|| {
		let id = active("affine", 10_000);
		sponsored(100_000, allowance(10_000, 25_000));
		let before = (total(&bob()), total(&charlie()));
		accept_sponsored(id);
		accept_sponsored(id);
		assert_eq!(credit(&charlie()), 80_000);
		assert_eq!((total(&bob()), total(&charlie())), before);
		assert_eq!(payers(), vec![(bob(), charlie()); 2]);
		let Some(Event::Inferred { caller, payer, price, .. }) = events().pop() else {
			panic!("the event is there");
		};
		assert_eq!((caller, payer, price), (bob(), charlie(), 10_000));
		assert!(credit_events().contains(&CreditEvent::CreditSpent {
			account: charlie(),
			beneficiary: Some(bob()),
			amount: 10_000
		}));
		let sponsor = || Source::Sponsor(charlie());
		assert_eq!(
			refused(sponsor(), id),
			InferFault::AllowanceTotal { price: 10_000, left: 5_000 }
		);
	});
}

#[test]
fn a_sponsor_pays_nothing_else() {
	chain(|| {
		let id = active("affine", 10_000);
		let sponsor = || Source::Sponsor(charlie());
		assert_eq!(refused(sponsor(), id), InferFault::NotSponsored);
		sponsored(9_999, allowance(9_999, 100_000));
		assert_eq!(
			refused(sponsor(), id),
			InferFault::AllowancePerCall { price: 10_000, max: 9_999 }
		);
		// It reserves nothing, and the caller's own money is never touched.
		sponsored(100, allowance(10_000, 100_000));
		Credit::withdraw(signed(charlie()), 200).expect("it is withdrawn");
		Credit::deposit(signed(bob()), 50_000).expect("it is deposited");
		assert_eq!(
			refused(sponsor(), id),
			InferFault::InsufficientCredit { needed: 10_000, available: 9_899 }
		);
		let other = AllowanceOf::<Test> {
			models: BoundedVec::truncate_from(vec![id + 1]),
			..allowance(10_000, 100_000)
		};
		sponsored(1_000, other);
		assert_eq!(refused(sponsor(), id), InferFault::ModelNotSponsored { model: id });
		let listed = AllowanceOf::<Test> {
			models: BoundedVec::truncate_from(vec![7, id]),
			..allowance(10_000, 100_000)
		};
		sponsored(100_000, listed);
		accept_sponsored(id);
		// The allowance is Bob's alone.
		let failed = Engine::do_infer(&alice(), &sponsor(), id, four([0.0; 4]), Balance::MAX, FUEL);
		assert_eq!(failed.expect_err("it is refused").fault, InferFault::NotSponsored);
		Credit::revoke(signed(charlie()), bob()).expect("it is revoked");
		assert_eq!(refused(sponsor(), id), InferFault::NotSponsored);
		sponsored(1_000, allowance(10_000, 100_000));
		go_to(49);
		accept_sponsored(id);
		go_to(50);
		assert_eq!(refused(sponsor(), id), InferFault::AllowanceExpired { expired: 50 });
	});
}

#[test]
fn a_failing_run_costs_no_credit_and_no_allowance() {
	chain(|| {
		// Activated on zeros, so its run limit is that of the light branch.
		let id = active("branch", 1_000);
		sponsored(100_000, allowance(10_000, 25_000));
		let before = sp_io::storage::root(StateVersion::V1);
		Engine::infer_sponsored(signed(bob()), charlie(), id, branch(true), 1_000, FUEL)
			.expect_err("it runs out of fuel");
		assert_eq!(sp_io::storage::root(StateVersion::V1), before);
	});
}

#[test]
fn who_pays_itself_keeps_its_part() {
	chain(|| {
		let id = active("affine", 1_000);
		let list = [(bob(), 500_000_000), (charlie(), 500_000_000)]
			.map(|(account, parts)| Beneficiary { account, parts })
			.to_vec();
		let list = BeneficiaryList::truncate_from(list);
		Registry::set_beneficiaries(signed(alice()), id, list).expect("it is set");
		Credit::deposit(signed(bob()), 1_000).expect("it is deposited");
		accept(id, four([0.0; 4]));
		assert_eq!(credit(&bob()), 1_000 - 525);
		// A sponsor among them the same, but its allowance is counted by the price.
		sponsored(1_000, allowance(1_000, 1_999));
		accept_sponsored(id);
		assert_eq!(credit(&charlie()), 1_000 - 525);
		sponsored(5_000, allowance(1_000, 1_999));
		accept_sponsored(id);
		go_to(2);
		assert_eq!(
			refused(Source::Sponsor(charlie()), id),
			InferFault::AllowanceTotal { price: 1_000, left: 999 }
		);
	});
}

#[test]
fn beneficiaries_that_cannot_be_paid_get_credit_from_credit() {
	chain(|| {
		let id = active("affine", 100);
		let new = account(9);
		let list = vec![Beneficiary { account: new.clone(), parts: 1_000_000_000 }];
		let list = BeneficiaryList::truncate_from(list);
		Registry::set_beneficiaries(signed(alice()), id, list).expect("it is set");
		Credit::deposit(signed(bob()), 1_000).expect("it is deposited");
		let pot = total(&Credit::pot());
		accept(id, four([0.0; 4]));
		// 95 and 5, both below the existential deposit: they stay in the pot under other names.
		assert_eq!(total(&Credit::pot()), pot);
		let treasury = Treasury::get();
		assert_eq!((credit(&bob()), credit(&new), credit(&treasury)), (900, 95, 5));
		// The new owner of that credit can call with it.
		Engine::infer(signed(new.clone()), id, four([0.0; 4]), 100, FUEL)
			.expect_err("the credit doesn't cover the price");
		accept(id, four([0.0; 4]));
		Engine::infer(signed(new.clone()), id, four([0.0; 4]), 100, FUEL).expect("it does now");
		check();
		assert_eq!((credit(&new), credit(&treasury)), (185, 15));
	});
}

#[test]
fn a_sponsor_may_be_its_own_beneficiary() {
	chain(|| {
		let id = active("affine", 1_000);
		Credit::deposit(signed(bob()), 5_000).expect("it is deposited");
		Credit::sponsor(signed(bob()), bob(), allowance(1_000, 1_000)).expect("it is allowed");
		let call =
			|| Engine::infer_sponsored(signed(bob()), bob(), id, four([0.0; 4]), 1_000, FUEL);
		call().expect("it is within the budget");
		check();
		assert_eq!(payers(), [(bob(), bob())]);
		call().expect_err("the budget is spent");
	});
}

#[test]
fn a_price_limit_holds_for_credit_and_sponsors() {
	chain(|| {
		let id = active("affine", 1_000);
		Credit::deposit(signed(bob()), 5_000).expect("it is deposited");
		sponsored(5_000, allowance(1_000, 1_000));
		for source in [Source::Caller, Source::Credit, Source::Sponsor(charlie())] {
			let failed = Engine::do_infer(&bob(), &source, id, four([0.0; 4]), 999, FUEL)
				.expect_err("it is refused");
			assert_eq!(failed.fault, InferFault::PriceAboveMax { price: 1_000, max: 999 });
		}
	});
}
