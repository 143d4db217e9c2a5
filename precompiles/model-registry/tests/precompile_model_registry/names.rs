//! Names through the EVM.

use super::mock::*;
use opg_precompile_model_registry::interface::IModelRegistry::{
	nameInfoCall, registerNameCall, releaseNameCall, resolve_0Call, resolve_1Call, transferNameCall,
};
use pallet_model_registry::HoldReason;
use polkadot_sdk::{
	frame_support::{assert_ok, traits::fungible::InspectHold},
	sp_runtime::AccountId32,
};

fn register(id: u32, name: &str) -> registerNameCall {
	registerNameCall { modelId: id, name: name.into() }
}

fn resolve(name: &str) -> u32 {
	returned::<resolve_0Call>(call(0, resolve_0Call { name: name.into() }))
}

fn held(account: &AccountId32) -> Balance {
	Balances::balance_on_hold(&HoldReason::ModelName.into(), account)
}

#[test]
fn a_name_stands_for_its_newest_version() {
	ext().execute_with(|| {
		let ids = [draft(&onnx::doubler()), draft(&onnx::table())];
		for (id, version) in ids.into_iter().zip(1..) {
			let given = returned::<registerNameCall>(call(0, register(id, "org.digits-v2")));
			assert_eq!((given, resolve("org.digits-v2")), (version, id));
		}
		for (id, version) in ids.into_iter().zip(1..) {
			let question = resolve_1Call { name: "org.digits-v2".into(), version };
			assert_eq!(returned::<resolve_1Call>(call(0, question)), id);
		}
		let question = nameInfoCall { name: "org.digits-v2".into() };
		let info = returned::<nameInfoCall>(call(0, question));
		assert_eq!(info.owner.into_array(), address_of(&alice()).0);
		assert_eq!((info.versions, info.models), (vec![1, 2], ids.to_vec()));
		assert!(held(&alice()) > 0);
		state();
	});
}

#[test]
fn a_name_is_released_and_given_away() {
	ext().execute_with(|| {
		let [first, second] = [draft(&onnx::doubler()), draft(&onnx::table())];
		for id in [first, second] {
			returned::<registerNameCall>(call(0, register(id, "m")));
		}
		let release = releaseNameCall { name: "m".into(), version: 2 };
		returned::<releaseNameCall>(call(0, release.clone()));
		assert_eq!(resolve("m"), first);
		refused(release, "UnknownVersion(name=m): check the version");
		refused(
			resolve_1Call { name: "m".into(), version: 2 },
			"UnknownVersion(name=m): check the version",
		);
		let held_before = held(&alice());
		let to = |account| transferNameCall { name: "m".into(), to: address_of(&account).0.into() };
		refused(to(alice()), "AlreadyOwner(name=m): name another account");
		returned::<transferNameCall>(call(0, to(bob())));
		assert_eq!((held(&alice()), held(&bob())), (0, held_before));
		let text = "NotNameOwner(name=m): call from the account that owns the name, or take \
			another name";
		refused(register(second, "m"), text);
		refused(to(alice()), text);
		refused(releaseNameCall { name: "m".into(), version: 1 }, text);
		state();
	});
}

#[test]
fn what_is_no_name_is_refused() {
	ext().execute_with(|| {
		let id = draft(&onnx::doubler());
		let hint = "use 1 to 64 of a-z, 0-9, '-', '_' and '.'";
		let long = "z".repeat(65);
		for (name, shown) in [
			("", ""),
			("A", "?"),
			("a b", "a?b"),
			("ä", "?"),
			("m): hint", "m???hint"),
			(&long, &long[1..]),
		] {
			refused(register(id, name), &format!("WrongName(name={shown}): {hint}"));
			let text = format!("UnknownName(name={shown}): check the name");
			refused(resolve_0Call { name: name.into() }, &text);
			refused(resolve_1Call { name: name.into(), version: 1 }, &text);
			refused(nameInfoCall { name: name.into() }, &text);
		}
		let longer = "y".repeat(100_000);
		let text = reverted(call(0, register(id, &longer)));
		assert!(text.len() < 200, "{text}");
	});
}

#[test]
fn a_name_needs_a_model_of_the_callers() {
	ext().execute_with(|| {
		let id = draft(&onnx::doubler());
		refused(register(9, "m"), "UnknownModel(model=9): check the model's id");
		returned::<registerNameCall>(call(0, register(id, "m")));
		refused(
			register(id, "m"),
			"AlreadyRegistered(name=m): the model is the name's newest version already",
		);
		let alices = RuntimeOrigin::signed(alice());
		assert_ok!(ModelRegistry::transfer(alices, id, bob()));
		refused(
			register(id, "other"),
			"NotOwner(model=1): call from the account that owns the model",
		);
	});
}
