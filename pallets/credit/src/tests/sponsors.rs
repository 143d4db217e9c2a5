//! Allowances: created, replaced, revoked, expired; what they let through.

use super::mock::*;
use crate::{AllowanceOf, CreditFault, Error, Event, HoldReason, Sponsorships};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold, BoundedVec},
	sp_runtime::DispatchError,
};

fn held(who: &Account) -> Balance {
	Balances::balance_on_hold(&HoldReason::Sponsorship.into(), who)
}

/// Whether Alice would pay that for Bob, and with what fault not.
fn asked(model: u32, price: Balance) -> Result<(), CreditFault> {
	Credit::ensure_sponsored(&alice(), &bob(), model, price).map(|_| ())
}

#[test]
fn an_allowance_holds_a_deposit_and_reserves_nothing() {
	chain(|| {
		let deposit_of = Credit::sponsorship_deposit();
		assert!(deposit_of > 100);
		sponsor(allowance(10, 100));
		assert_eq!((held(&alice()), total(&alice()), credit(&alice())), (deposit_of, FUNDS, 0));
		assert_eq!(
			events().pop(),
			Some(Event::Sponsored {
				sponsor: alice(),
				beneficiary: bob(),
				allowance: allowance(10, 100),
				deposit: deposit_of
			})
		);
		assert_eq!(asked(1, 10), Err(CreditFault::InsufficientCredit { needed: 10, available: 0 }));
		// The sponsor can take its credit back whenever it likes.
		deposit(1_000);
		assert_eq!(asked(1, 10), Ok(()));
		accept(Credit::withdraw(signed(alice()), 991));
		assert_eq!(asked(1, 10), Err(CreditFault::InsufficientCredit { needed: 10, available: 9 }));
	});
}

#[test]
fn replacing_starts_anew_with_the_same_deposit() {
	chain(|| {
		deposit(1_000);
		sponsor(allowance(10, 15));
		let held_before = held(&alice());
		assert_ok!(Credit::spend_allowance(&alice(), &bob(), 1, 10));
		assert_eq!(asked(1, 10), Err(CreditFault::AllowanceTotal { price: 10, left: 5 }));
		assert_eq!(asked(1, 5), Ok(()));
		sponsor(allowance(10, 15));
		assert_eq!(asked(1, 10), Ok(()));
		assert_eq!(held(&alice()), held_before);
		assert_eq!(Sponsorships::<Test>::iter().count(), 1);
	});
}

#[test]
fn revoking_is_at_once_and_gives_the_deposit_back() {
	chain(|| {
		deposit(1_000);
		sponsor(allowance(10, 100));
		assert_noop!(Credit::revoke(signed(bob()), alice()), Error::<Test>::NotSponsored);
		accept(Credit::revoke(signed(alice()), bob()));
		assert_eq!((held(&alice()), free(&alice())), (0, FUNDS - 1_000));
		assert_eq!(asked(1, 1), Err(CreditFault::NotSponsored));
		refuse(|| Credit::do_revoke(alice(), bob()), CreditFault::NotSponsored);
		assert_eq!(
			events().pop(),
			Some(Event::SponsorshipRemoved { sponsor: alice(), beneficiary: bob() })
		);
	});
}

#[test]
fn anybody_removes_what_has_expired() {
	chain(|| {
		deposit(1_000);
		sponsor(allowance(10, 100));
		go_to(99);
		assert_eq!(asked(1, 10), Ok(()));
		refuse(
			|| Credit::do_remove_expired(alice(), bob()),
			CreditFault::NotExpired { expires: 100, now: 99 },
		);
		go_to(100);
		assert_eq!(asked(1, 10), Err(CreditFault::AllowanceExpired { expired: 100 }));
		accept(Credit::remove_expired(signed(charlie()), alice(), bob()));
		assert_eq!(held(&alice()), 0);
		refuse(|| Credit::do_remove_expired(alice(), bob()), CreditFault::NotSponsored);
	});
}

#[test]
fn every_limit_is_its_own_refusal() {
	chain(|| {
		deposit(1_000);
		let listed = AllowanceOf::<Test> {
			models: BoundedVec::truncate_from(vec![3, 5]),
			..allowance(10, 25)
		};
		sponsor(listed);
		assert_eq!(asked(4, 10), Err(CreditFault::ModelNotSponsored { model: 4 }));
		assert_eq!(asked(5, 11), Err(CreditFault::AllowancePerCall { price: 11, max: 10 }));
		for left in [25, 15, 5] {
			assert_eq!(asked(3, left.min(10)), Ok(()));
			if left > 5 {
				assert_ok!(Credit::spend_allowance(&alice(), &bob(), 3, 10));
			}
		}
		refuse(
			|| Credit::spend_allowance(&alice(), &bob(), 3, 6),
			CreditFault::AllowanceTotal { price: 6, left: 5 },
		);
		assert_eq!(
			Credit::ensure_sponsored(&alice(), &charlie(), 3, 1).map(|_| ()),
			Err(CreditFault::NotSponsored)
		);
		// The largest price overflows nothing.
		assert_eq!(
			asked(3, Balance::MAX),
			Err(CreditFault::AllowancePerCall { price: Balance::MAX, max: 10 })
		);
	});
}

#[test]
fn an_allowance_that_can_allow_nothing_is_refused() {
	chain(|| {
		let sponsor = |allowance| Credit::do_sponsor(alice(), bob(), allowance);
		refuse(|| sponsor(allowance(0, 10)), CreditFault::ZeroAmount);
		refuse(|| sponsor(allowance(10, 0)), CreditFault::ZeroAmount);
		for expires in [0, 1] {
			let past = AllowanceOf::<Test> { expires, ..allowance(10, 10) };
			refuse(|| sponsor(past.clone()), CreditFault::ExpiryInPast { expires, now: 1 });
		}
		let needed = Credit::sponsorship_deposit();
		refuse(
			|| Credit::do_sponsor(nobody(), bob(), allowance(10, 10)),
			CreditFault::InsufficientFunds { needed, available: 0 },
		);
		assert_eq!(
			Credit::sponsor(RuntimeOrigin::root(), bob(), allowance(1, 1)),
			Err(DispatchError::BadOrigin)
		);
		assert_ok!(Credit::sponsor(signed(alice()), bob(), allowance(Balance::MAX, Balance::MAX)));
	});
}

#[test]
fn a_sponsor_may_be_its_own_beneficiary() {
	chain(|| {
		deposit(1_000);
		accept(Credit::sponsor(signed(alice()), alice(), allowance(10, 10)));
		assert_ok!(Credit::spend_allowance(&alice(), &alice(), 1, 10));
		assert_eq!(
			Credit::ensure_sponsored(&alice(), &alice(), 1, 1).map(|_| ()),
			Err(CreditFault::AllowanceTotal { price: 1, left: 0 })
		);
	});
}
