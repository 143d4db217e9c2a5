//! `migrate`: golden vectors are replayed, and nothing changes unless the owner accepts it.

use super::{engines, mock::*, refuse};
use crate::{
	cost, Call, Error, Event, GoldenVector, ModelStatus, NotCallable, Vectors, WeightInfo,
};
use opg_engine_abi::{hash::tensors_hash, Tensor};
use polkadot_sdk::{
	frame_support::{assert_err, dispatch::GetDispatchInfo, BoundedVec},
	sp_core::H256,
};

/// A chain whose engine is there a second time, as version 2, callable.
fn two_engines(test: impl FnOnce()) {
	chain(|| {
		accept(engines::set(2, engines::upload()));
		go_to(4);
		test();
	});
}

fn canaries() -> Vec<Vec<Tensor>> {
	vec![vec![floats(&[1, 4], &[1.0, -2.0, 0.5, 3.0])], vec![floats(&[1, 4], &[9.0; 4])]]
}

/// A model that was activated with those canaries.
fn with_canaries() -> u32 {
	let id = complete(&file("affine"));
	accept(activate(id, 0, canaries(), FUEL));
	id
}

fn vectors(id: u32) -> Vec<GoldenVector> {
	Vectors::<Test>::get(id).into_inner()
}

/// As if the old engine had computed something else.
fn with_other_outputs(id: u32) {
	Vectors::<Test>::mutate(id, |vectors| {
		for vector in vectors.iter_mut() {
			vector.outputs = H256::repeat_byte(7);
		}
	});
}

fn fails(id: u32, engine: u32, canaries: Vec<Vec<Tensor>>, error: Error<Test>) -> u64 {
	let before = (model(id), vectors(id), Registry::signature(id));
	let bytes = crate::Pallet::<Test>::canary_bytes(&canaries);
	let failed = migrate(id, engine, canaries, false, FUEL).expect_err("is refused");
	assert_eq!(failed.error, error.into());
	assert_eq!((model(id), vectors(id), Registry::signature(id)), before);
	check();
	(failed.post_info.actual_weight.expect("is refunded").ref_time()
		- crate::weights::SubstrateWeight::<Test>::migrate(bytes).ref_time())
		/ cost::C_FUEL_PS
}

#[test]
fn activation_keeps_what_the_canaries_gave() {
	chain(|| {
		let id = with_canaries();
		let inputs: Vec<_> = canaries().iter().map(|c| tensors_hash(c).into()).collect();
		let kept = vectors(id);
		assert_eq!(kept.iter().map(|v| v.inputs).collect::<Vec<H256>>(), inputs);
		assert_ne!(kept[0].outputs, kept[1].outputs);
		// Without canaries: zeros.
		let zeros = active("affine");
		let expected = tensors_hash(&[floats(&[1, 4], &[0.0; 4])]).into();
		assert_eq!(vectors(zeros).iter().map(|v| v.inputs).collect::<Vec<H256>>(), [expected]);
	});
}

#[test]
fn a_model_whose_vectors_hold_moves() {
	two_engines(|| {
		for id in [with_canaries(), active("affine")] {
			let before = (model(id), vectors(id));
			let canaries = if before.1.len() == 2 { canaries() } else { vec![] };
			accept(migrate(id, 2, canaries.clone(), false, FUEL));
			let costs = model(id).costs.expect("it is active");
			assert_eq!(
				last_event(),
				Event::ModelMigrated {
					model: id,
					from: 1,
					to: 2,
					changed: false,
					load_fuel: costs.load_fuel,
					run_limit: costs.run_limit,
					typical_fuel: costs.typical_fuel,
					max_fuel: costs.max_fuel(),
				}
			);
			// The same engine under another number: nothing but the number changes.
			let mut expected = before.0;
			expected.engine = 2;
			assert_eq!((model(id), vectors(id)), (expected, before.1));
			// And back again, by the same way.
			accept(migrate(id, 1, canaries, false, FUEL));
			assert_eq!(model(id).engine, 1);
		}
	});
}

#[test]
fn a_change_needs_the_owners_consent() {
	two_engines(|| {
		let id = with_canaries();
		let right = vectors(id);
		with_other_outputs(id);
		let used = fails(id, 2, canaries(), Error::OutputsDiffer);
		// All of the work was done, and is paid.
		assert!(used > model(id).costs.expect("it is active").load_fuel);
		accept(migrate(id, 2, canaries(), true, FUEL));
		assert!(matches!(last_event(), Event::ModelMigrated { changed: true, .. }));
		assert_eq!(vectors(id), right);
	});
}

#[test]
fn only_the_canaries_of_the_activation_count() {
	two_engines(|| {
		let id = with_canaries();
		let mut swapped = canaries();
		swapped.swap(0, 1);
		for other in [vec![], canaries()[..1].to_vec(), swapped, [canaries(), canaries()].concat()]
		{
			// Refused before any work.
			let base = crate::weights::SubstrateWeight::<Test>::migrate;
			let bytes = crate::Pallet::<Test>::canary_bytes(&other);
			let failed = migrate(id, 2, other, true, FUEL).expect_err("is refused");
			assert_eq!(failed.error, Error::<Test>::WrongCanaries.into());
			assert_eq!(failed.post_info.actual_weight, Some(base(bytes)));
		}
	});
}

#[test]
fn a_model_outlives_its_engine() {
	two_engines(|| {
		let id = with_canaries();
		accept(Registry::disable_engine(RuntimeOrigin::root(), 1));
		go_to(6);
		assert_eq!(Registry::callable(id), Err(NotCallable::EngineUnavailable));
		assert_eq!(fails(id, 1, canaries(), Error::AlreadyOnEngine), 0);
		accept(migrate(id, 2, canaries(), false, FUEL));
		assert!(Registry::callable(id).is_ok());
		// Nobody moves to what is switched off.
		assert_eq!(fails(id, 1, canaries(), Error::EngineIsDisabled), 0);
	});
}

#[test]
fn who_may_not_and_when_not() {
	two_engines(|| {
		let id = with_canaries();
		let by = |who| {
			let canaries = BoundedVec::truncate_from(canaries());
			Registry::migrate(signed(who), id, 2, 0, canaries, false, FUEL).map_err(|e| e.error)
		};
		assert_err!(by(bob()), Error::<Test>::NotOwner);
		assert_eq!(fails(id, 3, canaries(), Error::UnknownEngine), 0);
		let next = engines::upload();
		accept(engines::set(3, next));
		assert_eq!(fails(id, 3, canaries(), Error::EngineNotCallable), 0);
		assert_err!(
			migrate(99, 2, vec![], false, FUEL).map_err(|e| e.error),
			Error::<Test>::UnknownModel
		);
		let draft = complete(&file("affine"));
		assert_eq!(fails(draft, 2, vec![], Error::WrongStatus), 0);
		assert_eq!(fails(next, 2, vec![], Error::WrongStatus), 0);

		accept(Registry::pause(signed(alice()), id));
		accept(migrate(id, 2, canaries(), false, FUEL));
		assert_eq!(model(id).status, ModelStatus::Paused);
		accept(Registry::retire(signed(alice()), id));
		assert_eq!(fails(id, 1, canaries(), Error::WrongStatus), 0);
	});
}

#[test]
fn a_frozen_model_moves_only_if_nobody_can_tell() {
	two_engines(|| {
		let id = with_canaries();
		accept(Registry::freeze(signed(alice()), id));
		with_other_outputs(id);
		let failed = migrate(id, 2, canaries(), true, FUEL).expect_err("is refused");
		assert_eq!(failed.error, Error::<Test>::ModelIsFrozen.into());
		let other = with_canaries();
		accept(Registry::freeze(signed(alice()), other));
		let limit = model(other).costs.expect("it is active").run_limit + 1;
		let by_limit = |run_limit| {
			let canaries = BoundedVec::truncate_from(canaries());
			Registry::migrate(signed(alice()), other, 2, run_limit, canaries, false, FUEL)
		};
		// A higher run limit makes every call declare more.
		let failed = by_limit(limit).expect_err("is refused");
		assert_eq!(failed.error, Error::<Test>::ModelIsFrozen.into());
		accept(by_limit(limit - 1));
		assert!(model(other).frozen);
	});
}

#[test]
fn fuel_limits_hold() {
	two_engines(|| {
		let id = with_canaries();
		let base = crate::weights::SubstrateWeight::<Test>::migrate;
		let bytes = crate::Pallet::<Test>::canary_bytes(&canaries());
		let used = |info: polkadot_sdk::frame_support::dispatch::PostDispatchInfo| {
			(info.actual_weight.expect("is refunded").ref_time() - base(bytes).ref_time())
				/ cost::C_FUEL_PS
		};
		let full = used(accept(migrate(id, 2, canaries(), false, FUEL)));
		for max in [0, 1, full / 2, full - 1] {
			let failed = migrate(id, 1, canaries(), false, max).expect_err("is too little");
			assert_eq!(failed.error, Error::<Test>::FuelLimitTooLow.into());
			assert!(used(failed.post_info) <= max);
			assert_eq!(model(id).engine, 2);
		}
		assert_eq!(used(accept(migrate(id, 1, canaries(), false, full))), full);
		refuse!(
			Registry::migrate(
				signed(alice()),
				id,
				2,
				u64::MAX,
				BoundedVec::truncate_from(canaries()),
				false,
				FUEL
			)
			.map(|_| ())
			.map_err(|e| e.error),
			Error::<Test>::RunLimitTooHigh
		);
		let declared = RuntimeCall::Registry(Call::migrate {
			model: id,
			engine: 2,
			run_limit: 0,
			canaries: BoundedVec::truncate_from(canaries()),
			accept_change: false,
			max_fuel: 5,
		})
		.get_dispatch_info();
		assert_eq!(declared.call_weight, base(bytes) + cost::fuel_weight(5));
	});
}

#[test]
fn another_signature_is_refused() {
	two_engines(|| {
		let id = with_canaries();
		crate::Signatures::<Test>::mutate(id, |stored| {
			let mut other = Registry::signature(id).expect("it is active");
			other.outputs[0].name = b"z".to_vec();
			*stored = Some(crate::StoredSignature::truncate_from(codec::Encode::encode(&other)));
		});
		assert!(fails(id, 2, canaries(), Error::SignatureDiffers) > 0);
	});
}
