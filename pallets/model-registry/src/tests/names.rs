//! `register_name`, `transfer_name`, `release_name` and what resolves.

use super::{mock::*, refuse};
use crate::{
	names::{Alias, NameVersion, MAX_NAME_VERSIONS},
	Error, Event, HoldReason, Names,
};
use polkadot_sdk::{
	frame_support::traits::fungible::InspectHold, sp_runtime::DispatchResult,
	sp_runtime::TokenError,
};

fn alias(name: &str) -> Alias {
	Alias::try_from(name.as_bytes().to_vec()).expect("the name is short")
}

fn register(who: Account, model: u32, name: &str) -> DispatchResult {
	Registry::register_name(signed(who), model, alias(name))
}

fn release(who: Account, name: &str, version: u32) -> DispatchResult {
	Registry::release_name(signed(who), alias(name), version)
}

/// What is held on an account for its names.
fn held_for_names(who: &Account) -> Balance {
	Balances::balance_on_hold(&HoldReason::ModelName.into(), who)
}

/// A draft of that account.
fn draft_of(who: Account) -> u32 {
	let id = draft(&content(1));
	if who != alice() {
		accept(Registry::transfer(signed(alice()), id, who));
	}
	id
}

/// Deposit for a name of that length with so many versions, counted by hand.
fn deposit(length: Balance, versions: Balance) -> Balance {
	1_000 + 10 * (80 + length) + 10 * 8 * versions
}

#[test]
fn a_name_resolves_to_its_newest_version() {
	chain(|| {
		let [first, second] = [draft_of(alice()), draft_of(alice())];
		assert_eq!(Registry::resolve(b"digits"), None);
		accept(register(alice(), first, "digits"));
		assert_eq!(
			last_event(),
			Event::NameRegistered {
				name: alias("digits"),
				version: 1,
				model: first,
				owner: alice()
			}
		);
		assert_eq!(Registry::resolve(b"digits"), Some(first));
		accept(register(alice(), second, "digits"));
		assert_eq!(Registry::resolve(b"digits"), Some(second));
		assert_eq!(Registry::resolve_version(b"digits", 1), Some(first));
		assert_eq!(Registry::resolve_version(b"digits", 2), Some(second));
		for version in [0, 3, u32::MAX] {
			assert_eq!(Registry::resolve_version(b"digits", version), None);
		}
		// Back to the first one: a version of its own.
		accept(register(alice(), first, "digits"));
		assert_eq!(Registry::resolve(b"digits"), Some(first));
		assert_eq!(Registry::resolve_version(b"digits", 3), Some(first));
	});
}

#[test]
fn a_name_is_who_registered_it_firsts() {
	chain(|| {
		let [mine, theirs] = [draft_of(alice()), draft_of(bob())];
		accept(register(alice(), mine, "m"));
		refuse!(register(bob(), theirs, "m"), Error::<Test>::NotNameOwner);
		refuse!(release(bob(), "m", 1), Error::<Test>::NotNameOwner);
		refuse!(
			Registry::transfer_name(signed(bob()), alias("m"), bob()),
			Error::<Test>::NotNameOwner
		);
		// The name's owner can't register what isn't its own, and a model stays with its name.
		refuse!(register(alice(), theirs, "m"), Error::<Test>::NotOwner);
		refuse!(register(alice(), 99, "m"), Error::<Test>::UnknownModel);
		accept(Registry::transfer(signed(alice()), mine, bob()));
		assert_eq!(Registry::resolve(b"m"), Some(mine));
		refuse!(register(bob(), mine, "m"), Error::<Test>::NotNameOwner);
	});
}

#[test]
fn names_are_of_few_characters() {
	chain(|| {
		let id = draft_of(alice());
		for wrong in ["", "A", "a b", "a/b", "ä", "a\n", "digits@1", "\0", "~"] {
			refuse!(register(alice(), id, wrong), Error::<Test>::WrongName);
			assert_eq!(Registry::resolve(wrong.as_bytes()), None);
		}
		let longest = "z".repeat(64);
		for right in ["-", ".", "_", "0", "org.model-2_int8", &longest] {
			accept(register(alice(), id, right));
			assert_eq!(Registry::resolve(right.as_bytes()), Some(id));
		}
		assert!(Alias::try_from(vec![b'z'; 65]).is_err());
		// Never cut to one that is there.
		assert_eq!(Registry::resolve("z".repeat(65).as_bytes()), None);
	});
}

#[test]
fn the_deposit_is_held_by_the_entry_and_comes_back() {
	chain(|| {
		let [first, second] = [draft_of(alice()), draft_of(alice())];
		let free = Balances::free_balance(alice());
		accept(register(alice(), first, "digits"));
		assert_eq!(held_for_names(&alice()), deposit(6, 1));
		accept(register(alice(), second, "digits"));
		assert_eq!(held_for_names(&alice()), deposit(6, 2));
		accept(register(alice(), first, "other.name"));
		assert_eq!(held_for_names(&alice()), deposit(6, 2) + deposit(10, 1));
		assert_eq!(Balances::free_balance(alice()) + held_for_names(&alice()), free);

		accept(release(alice(), "digits", 2));
		assert_eq!(
			last_event(),
			Event::NameReleased { name: alias("digits"), version: 2, remaining: 1, released: 80 }
		);
		assert_eq!(Registry::resolve(b"digits"), Some(first));
		refuse!(release(alice(), "digits", 2), Error::<Test>::UnknownVersion);
		accept(release(alice(), "digits", 1));
		accept(release(alice(), "other.name", 1));
		assert_eq!((held_for_names(&alice()), Balances::free_balance(alice())), (0, free));
		assert_eq!(Names::<Test>::iter().count(), 0);
		refuse!(release(alice(), "digits", 1), Error::<Test>::UnknownName);
		// Free for anybody now.
		let theirs = draft_of(bob());
		accept(register(bob(), theirs, "digits"));
	});
}

#[test]
fn a_version_is_never_given_twice() {
	chain(|| {
		let [first, second] = [draft_of(alice()), draft_of(alice())];
		accept(register(alice(), first, "m"));
		accept(register(alice(), second, "m"));
		accept(release(alice(), "m", 2));
		accept(register(alice(), second, "m"));
		assert_eq!(Registry::resolve_version(b"m", 2), None);
		let info = Names::<Test>::get(alias("m")).expect("it is there");
		assert_eq!(info.latest(), Some(NameVersion { version: 3, model: second }));
		assert_eq!(info.last, 3);
	});
}

#[test]
fn the_same_version_isnt_registered_twice_in_a_row() {
	chain(|| {
		let id = draft_of(alice());
		accept(register(alice(), id, "m"));
		refuse!(register(alice(), id, "m"), Error::<Test>::AlreadyRegistered);
	});
}

#[test]
fn a_name_has_so_many_versions() {
	chain(|| {
		let ids = [draft_of(alice()), draft_of(alice())];
		for n in 0..MAX_NAME_VERSIONS {
			accept(register(alice(), ids[n as usize % 2], "m"));
		}
		refuse!(register(alice(), ids[0], "m"), Error::<Test>::TooManyVersions);
		accept(release(alice(), "m", 1));
		accept(register(alice(), ids[0], "m"));
		assert_eq!(Registry::resolve_version(b"m", MAX_NAME_VERSIONS + 1), Some(ids[0]));
	});
}

#[test]
fn the_deposit_goes_with_the_name() {
	chain(|| {
		let id = draft_of(alice());
		accept(register(alice(), id, "m"));
		let free = Balances::free_balance(bob());
		refuse!(
			Registry::transfer_name(signed(alice()), alias("m"), alice()),
			Error::<Test>::AlreadyOwner
		);
		refuse!(
			Registry::transfer_name(signed(alice()), alias("n"), bob()),
			Error::<Test>::UnknownName
		);
		refuse!(
			Registry::transfer_name(signed(alice()), alias("m"), account(9)),
			TokenError::CannotCreateHold
		);
		accept(Registry::transfer_name(signed(alice()), alias("m"), bob()));
		assert_eq!(
			last_event(),
			Event::NameTransferred { name: alias("m"), from: alice(), to: bob() }
		);
		assert_eq!((held_for_names(&alice()), held_for_names(&bob())), (0, deposit(1, 1)));
		assert_eq!(Balances::free_balance(bob()), free);
		let theirs = draft_of(bob());
		accept(register(bob(), theirs, "m"));
		accept(release(bob(), "m", 1));
		accept(release(bob(), "m", 2));
		// What Alice had put down for the first version is Bob's now.
		assert_eq!(Balances::free_balance(bob()), free + deposit(1, 1));
	});
}

#[test]
fn retired_models_get_no_name_and_keep_the_one_they_have() {
	chain(|| {
		let [first, second] = [draft_of(alice()), draft_of(alice())];
		accept(register(alice(), first, "m"));
		for id in [first, second] {
			accept(Registry::retire(signed(alice()), id));
		}
		refuse!(register(alice(), second, "m"), Error::<Test>::WrongStatus);
		accept(Registry::reap(signed(bob()), first));
		assert_eq!(Registry::resolve(b"m"), Some(first));
		accept(release(alice(), "m", 1));
	});
}

#[test]
fn without_funds_nothing_is_registered() {
	chain(|| {
		let id = draft_of(alice());
		let spare = ED + deposit(1, 1) - 1;
		let rest = Balances::free_balance(alice()) - spare;
		accept(Balances::transfer_keep_alive(signed(alice()), bob(), rest));
		refuse!(register(alice(), id, "m"), TokenError::FundsUnavailable);
		accept(Balances::transfer_keep_alive(signed(bob()), alice(), 1));
		accept(register(alice(), id, "m"));
	});
}
