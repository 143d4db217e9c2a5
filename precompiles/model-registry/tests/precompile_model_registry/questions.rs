//! What the registry tells of models.

use super::mock::*;
use opg_precompile_model_registry::interface::IModelRegistry::{
	beneficiariesCall, costsCall, modelCall, modelCountCall, ownerOfCall, priceOfCall,
	statusOfCall, Status,
};
use pallet_model_registry::{Beneficiary, BeneficiaryList, Models};
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::precompiles::alloy::primitives::{B256, U256},
};

fn signed() -> RuntimeOrigin {
	RuntimeOrigin::signed(alice())
}

fn status(id: u32) -> u8 {
	returned::<statusOfCall>(call(0, statusOfCall { modelId: id })) as u8
}

#[test]
fn a_model_is_as_the_pallet_has_it() {
	ext().execute_with(|| {
		assert_eq!(returned::<modelCountCall>(call(0, modelCountCall {})), 0);
		let id = publish(1_234);
		let draft = draft(&onnx::table());
		assert_eq!(returned::<modelCountCall>(call(0, modelCountCall {})), 2);
		assert_ok!(ModelRegistry::set_price(signed(), id, 99));
		let info = Models::<Test>::get(id).unwrap();
		let costs = info.costs.unwrap();

		let model = returned::<modelCall>(call(0, modelCall { modelId: id }));
		assert_eq!(model.owner.into_array(), address_of(&alice()).0);
		assert!(matches!(model.status, Status::Active));
		assert!(model.callable && model.warm && !model.frozen);
		assert_eq!((model.engineVersion, model.length), (1, info.length));
		assert_eq!((model.price, model.pendingPrice), (U256::from(1_234), U256::from(99)));
		assert_eq!(model.pendingFrom, System::block_number() + 10);
		assert_eq!(model.root, B256::from(info.root.0));
		assert_eq!(model.engineHash, B256::from(opg_engine_blob::latest().hash));
		assert_eq!(model.name, "doubler");

		let figures = returned::<costsCall>(call(0, costsCall { modelId: id }));
		assert_eq!(
			[figures.loadFuel, figures.overheadFuel, figures.typicalFuel, figures.runLimit],
			[costs.load_fuel, costs.overhead_fuel, costs.typical_fuel, costs.run_limit]
		);
		assert_eq!(figures.maxFuel, costs.max_fuel());
		assert_eq!((figures.inputBytes, figures.outputBytes), (16, 24));
		assert_eq!(
			(figures.imagePages, figures.memoryPages, figures.imageHash),
			(costs.image_pages, costs.memory_pages, costs.image_hash.0.into())
		);

		let model = returned::<modelCall>(call(0, modelCall { modelId: draft }));
		assert!(matches!(model.status, Status::Draft) && !model.callable && !model.warm);
		assert_eq!((model.pendingPrice, model.pendingFrom), (U256::ZERO, 0));
		let figures = returned::<costsCall>(call(0, costsCall { modelId: draft }));
		assert_eq!((figures.maxFuel, figures.imageHash), (0, B256::ZERO));
	});
}

#[test]
fn owner_price_and_status_follow_the_model() {
	ext().execute_with(|| {
		let id = draft(&onnx::doubler());
		assert_eq!(status(id), 0);
		activate(id);
		assert_eq!(status(id), 1);
		assert_ok!(ModelRegistry::pause(signed(), id));
		assert_eq!(status(id), 2);
		assert_ok!(ModelRegistry::set_price(signed(), id, 7));
		let price = || returned::<priceOfCall>(call(0, priceOfCall { modelId: id }));
		assert_eq!(price(), U256::ZERO);
		assert_ok!(ModelRegistry::retire(signed(), id));
		assert_eq!(status(id), 3);
		System::set_block_number(System::block_number() + 10);
		// Announcements take effect by themselves.
		assert_eq!((status(id), price()), (4, U256::from(7)));
		let owner = || returned::<ownerOfCall>(call(0, ownerOfCall { modelId: id })).into_array();
		assert_eq!(owner(), address_of(&alice()).0);
		assert_ok!(ModelRegistry::transfer(signed(), id, bob()));
		assert_eq!(owner(), address_of(&bob()).0);
	});
}

#[test]
fn beneficiaries_are_the_owner_or_whom_it_named() {
	ext().execute_with(|| {
		let id = publish(0);
		let shown = || {
			let list = returned::<beneficiariesCall>(call(0, beneficiariesCall { modelId: id }));
			let pairs = list.into_iter().map(|one| (one.account.into_array(), one.parts));
			pairs.collect::<Vec<_>>()
		};
		assert_eq!(shown(), [(address_of(&alice()).0, 1_000_000_000)]);
		let list = [(bob(), 1), (alice(), 999_999_999)]
			.map(|(account, parts)| Beneficiary { account, parts });
		let list = BeneficiaryList::truncate_from(list.to_vec());
		assert_ok!(ModelRegistry::set_beneficiaries(signed(), id, list));
		assert_eq!(shown(), [(address_of(&bob()).0, 1), (address_of(&alice()).0, 999_999_999)]);
	});
}

#[test]
fn an_unknown_model_is_refused() {
	ext().execute_with(|| {
		publish(0);
		for id in [0, 2, u32::MAX] {
			let text = format!("UnknownModel(model={id}): check the model's id");
			refused(modelCall { modelId: id }, &text);
			refused(ownerOfCall { modelId: id }, &text);
			refused(priceOfCall { modelId: id }, &text);
			refused(statusOfCall { modelId: id }, &text);
			refused(costsCall { modelId: id }, &text);
			refused(beneficiariesCall { modelId: id }, &text);
		}
	});
}
