//! `set_beneficiaries`.

use super::{mock::*, refuse};
use crate::{Beneficiaries, Beneficiary, BeneficiaryList, Error, Event, BENEFICIARY_PARTS};

fn list(parts: &[(Account, u32)]) -> BeneficiaryList<Account> {
	let list = parts
		.iter()
		.map(|(account, parts)| Beneficiary { account: account.clone(), parts: *parts });
	BeneficiaryList::truncate_from(list.collect())
}

fn paid(id: u32) -> Vec<Beneficiary<Account>> {
	Registry::callable(id).expect("it is callable").beneficiaries
}

#[test]
fn the_owner_is_paid_until_it_names_others() {
	chain(|| {
		let id = active("affine");
		let owner = list(&[(alice(), BENEFICIARY_PARTS)]).into_inner();
		assert_eq!(paid(id), owner);
		let others = list(&[(bob(), 600_000_000), (charlie(), 400_000_000)]);
		accept(Registry::set_beneficiaries(signed(alice()), id, others.clone()));
		assert_eq!(
			last_event(),
			Event::BeneficiariesSet { model: id, beneficiaries: others.clone() }
		);
		assert_eq!(paid(id), others.clone().into_inner());
		let view = Registry::model_view(id).expect("it is there");
		assert_eq!(view.beneficiaries, others.into_inner());
		accept(Registry::set_beneficiaries(signed(alice()), id, list(&[])));
		assert_eq!(paid(id), owner);
		assert!(!Beneficiaries::<Test>::contains_key(id));
	});
}

#[test]
fn a_new_owner_starts_alone() {
	chain(|| {
		let id = active("affine");
		accept(Registry::set_beneficiaries(
			signed(alice()),
			id,
			list(&[(charlie(), BENEFICIARY_PARTS)]),
		));
		accept(Registry::transfer(signed(alice()), id, bob()));
		assert_eq!(paid(id), list(&[(bob(), BENEFICIARY_PARTS)]).into_inner());
	});
}

#[test]
fn wrong_lists_are_refused() {
	chain(|| {
		let id = active("affine");
		let set = |list| Registry::set_beneficiaries(signed(alice()), id, list);
		for parts in [0, 1, BENEFICIARY_PARTS - 1, BENEFICIARY_PARTS + 1, u32::MAX] {
			refuse!(set(list(&[(bob(), parts)])), Error::<Test>::WrongParts);
		}
		refuse!(set(list(&[(bob(), BENEFICIARY_PARTS), (alice(), 0)])), Error::<Test>::WrongParts);
		let half = BENEFICIARY_PARTS / 2;
		refuse!(set(list(&[(bob(), half), (bob(), half)])), Error::<Test>::DuplicateBeneficiary);
		let right = || list(&[(bob(), half), (alice(), half)]);
		refuse!(Registry::set_beneficiaries(signed(bob()), id, right()), Error::<Test>::NotOwner);
		refuse!(
			Registry::set_beneficiaries(signed(bob()), 99, right()),
			Error::<Test>::UnknownModel
		);
		// Eight are the most, and a draft and a frozen model may have them.
		let eight: Vec<_> = (1..=8).map(|n| (account(n), BENEFICIARY_PARTS / 8)).collect();
		accept(set(list(&eight)));
		accept(Registry::freeze(signed(alice()), id));
		accept(set(right()));
		let draft = draft(&content(5));
		accept(Registry::set_beneficiaries(signed(alice()), draft, right()));
		// With the model they go.
		accept(Registry::retire(signed(alice()), draft));
		refuse!(
			Registry::set_beneficiaries(signed(alice()), draft, right()),
			Error::<Test>::WrongStatus
		);
		accept(Registry::reap(signed(bob()), draft));
		assert!(!Beneficiaries::<Test>::contains_key(draft));
	});
}
