//! `predict(bytes)`: a run by another address.

use super::mock::{onnx::floats, *};
use opg_precompile_inference::interface::IInference::inferCall;
use opg_precompile_model::interface::IModel::{predict_0Call, Inferred};
use pallet_inference::Receipts;
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::{
		self,
		precompiles::alloy::{
			primitives::{LogData, B256, U256},
			sol_types::{SolCall, SolEvent},
		},
	},
	sp_core::H160,
};

const PRICE: Balance = 12_345;

fn predict() -> predict_0Call {
	predict_0Call { inputs: floats(&[0.5, -1.0, 8.25, 3.0]).into() }
}

/// What the model makes of it: the label 2 and every element twice.
fn expected() -> Vec<u8> {
	[2i64.to_le_bytes().to_vec(), floats(&[1.0, -2.0, 16.5, 6.0])].concat()
}

/// The precompiles' events so far, with the address that emitted each.
fn events() -> Vec<(H160, Inferred)> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Revive(pallet_revive::Event::ContractEmitted {
				contract,
				data,
				topics,
			}) => {
				let topics = topics.into_iter().map(|topic| B256::from(topic.0)).collect();
				let log = LogData::new(topics, data.into()).unwrap();
				Some((contract, Inferred::decode_log_data_validate(&log).unwrap()))
			},
			_ => None,
		})
		.collect()
}

#[test]
fn a_prediction_is_an_inference() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let call = inferCall { modelId: id, inputs: predict().inputs };
		let inferred = call_raw(inference(), PRICE, call.abi_encode());
		let predicted = call_raw(contract(id), PRICE, predict().abi_encode());
		// The other calldata alone are cheaper, so the gas is nearly the same.
		let gas = |result: &CallResult| result.weight_consumed.ref_time();
		assert!(gas(&predicted) <= gas(&inferred));
		assert!(gas(&inferred) - gas(&predicted) < gas(&inferred) / 100);
		assert_eq!(returned::<inferCall>(inferred), expected());
		assert_eq!(returned::<predict_0Call>(predicted), expected());

		let events = events();
		let [(first, one), (second, two)] = &events[..] else { panic!("two events") };
		assert_eq!((*first, *second), (inference(), contract(id)));
		assert_eq!((one.caller, one.modelId, one.fuel), (two.caller, two.modelId, two.fuel));
		assert_eq!((one.price, two.price), (U256::from(PRICE), U256::from(PRICE)));
		let receipts: Vec<_> = Receipts::<Test>::iter_values().collect();
		assert_eq!(receipts.len(), 2);
		assert_eq!(receipts[0].result_id, receipts[1].result_id);
	});
}

#[test]
fn each_model_has_its_own_address() {
	ext().execute_with(|| {
		let ids = [publish(1), publish(2)];
		for id in ids {
			let outputs = returned::<predict_0Call>(call(id, 2, predict()));
			assert_eq!(outputs, expected());
		}
		let seen: Vec<_> =
			events().into_iter().map(|(from, event)| (from, event.modelId)).collect();
		assert_eq!(seen, ids.map(|id| (contract(id), id)));
	});
}

#[test]
fn the_price_is_paid_and_the_excess_back() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let before = money(id);
		returned::<predict_0Call>(call(id, PRICE * 1_000, predict()));
		let moved: Vec<_> =
			money(id).iter().zip(&before).map(|(new, old)| *new as i128 - *old as i128).collect();
		let (price, share) = (PRICE as i128, (PRICE * SHARE / 100) as i128);
		assert_eq!(moved, [-price, price - share, share, 0, 0]);
	});
}

#[test]
fn a_contract_pays_for_itself() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let middle = deploy(proxy(Kind::Call, id));
		let result = call_raw(middle, PRICE + 7_777, predict().abi_encode());
		assert_eq!(returned::<predict_0Call>(result), expected());
		assert_eq!(Revive::evm_balance(&middle), 7_777u128.into());
		let receipt = Receipts::<Test>::iter_values().next().unwrap();
		assert_eq!(receipt.payer, account_of(middle));
	});
}

#[test]
fn without_value_credit_pays() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		assert_ok!(Credit::deposit(RuntimeOrigin::signed(alice()), PRICE));
		returned::<predict_0Call>(call(id, 0, predict()));
		let text = reverted(call(id, 0, predict()));
		assert!(text.starts_with("PriceAboveMax("), "{text}");
	});
}

#[test]
fn refusals_are_those_of_inference() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let before = money(id);
		for (value, inputs, start) in [
			(PRICE - 1, predict().inputs, "PriceAboveMax(price=12345,max=12344): "),
			(PRICE, vec![0; 15].into(), "WrongDataLength(input=0,expected=16,got=15): "),
			(PRICE, vec![].into(), "WrongDataLength(input=0,expected=16,got=0): "),
		] {
			let text = reverted(call(id, value, predict_0Call { inputs }));
			assert!(text.starts_with(start), "{text}");
			assert_eq!(money(id), before);
		}
		assert_ok!(ModelRegistry::pause(RuntimeOrigin::signed(owner()), id));
		let text = reverted(call(id, PRICE, predict()));
		assert!(text.starts_with("ModelNotActive(model=1): "), "{text}");
		assert_eq!(money(id), before);
	});
}
