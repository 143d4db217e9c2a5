//! Runs that go well.

use super::mock::{onnx::floats, *};
use opg_engine_abi::{DType, Tensor};
use opg_precompile_inference::interface::IInference::{inferCall, tryInferCall, Inferred};
use pallet_inference::Receipts;
use pallet_model_registry::{cost, Models};
use polkadot_sdk::{
	pallet_revive::{
		self,
		precompiles::alloy::{
			primitives::{LogData, B256, U256},
			sol_types::{SolCall, SolEvent},
		},
	},
	sp_core::{H160, H256},
};

const PRICE: Balance = 12_345;

fn data() -> Vec<u8> {
	floats(&[0.5, -1.0, 8.25, 3.0])
}

fn infer(model: u32) -> inferCall {
	inferCall { modelId: model, inputs: data().into() }
}

/// What the model makes of [`data`]: the label 2 and every element twice.
fn expected() -> Vec<u8> {
	[2i64.to_le_bytes().to_vec(), floats(&[1.0, -2.0, 16.5, 6.0])].concat()
}

/// The precompile's events so far, with the address that emitted each.
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
fn outputs_are_the_pallets() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let tensor = Tensor { dtype: DType::Float32, shape: vec![1, 4], data: data() };
		let dry = Inference::dry_run(id, vec![tensor], Some(alice()), None, None).unwrap();
		let packed: Vec<u8> = dry.outputs.into_iter().flat_map(|t| t.data).collect();
		assert_eq!(packed, expected());

		let outputs = returned::<inferCall>(call(PRICE, infer(id)));
		assert_eq!(outputs, packed);

		let twin = tryInferCall { modelId: id, inputs: data().into() };
		let answer = returned::<tryInferCall>(call(PRICE, twin));
		assert_eq!((answer.code, &answer.data[..]), (0, &packed[..]));
	});
}

#[test]
fn the_price_is_paid_and_the_excess_back() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let before = money();
		returned::<inferCall>(call(PRICE * 1_000 + 1, infer(id)));
		let share = PRICE * SHARE / 100;
		let moved: Vec<_> =
			money().iter().zip(&before).map(|(new, old)| *new as i128 - *old as i128).collect();
		let (price, share) = (PRICE as i128, share as i128);
		assert_eq!(moved, [-price, price - share, share, 0, 0]);
	});
}

#[test]
fn a_contract_pays_for_itself() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let middle = deploy(proxy(Kind::Call));
		let before = money();
		let value = PRICE + 7_777;
		let outputs = returned::<inferCall>(call_raw(middle, value, infer(id).abi_encode()));
		assert_eq!(outputs, expected());
		// The contract is the caller: the excess is its own, and it is who the receipt names. A new
		// account's existential deposit came from the transaction's origin at its deployment.
		assert_eq!(Revive::evm_balance(&middle), 7_777u128.into());
		assert_eq!(money()[0], before[0] - value);
		assert_eq!(money().last(), before.last());
		let receipt = Receipts::<Test>::iter_values().next().unwrap();
		assert_eq!(receipt.caller, account_of(middle));
		assert_eq!(receipt.payer, account_of(middle));
		assert_eq!(events()[0].1.caller.into_array(), middle.0);
	});
}

#[test]
fn a_free_model_takes_no_value() {
	ext().execute_with(|| {
		let id = publish(0);
		let before = money();
		assert_eq!(returned::<inferCall>(call(0, infer(id))), expected());
		assert_eq!(returned::<inferCall>(call(55_555, infer(id))), expected());
		assert_eq!(money(), before);
	});
}

#[test]
fn nothing_stays_with_the_precompile_when_it_was_not_endowed() {
	let people = [alice(), owner(), Treasury::get()].map(|account| (account, FUNDS));
	ext_of(people.to_vec()).execute_with(|| {
		let id = publish(PRICE);
		let issuance = Balances::total_issuance();
		// pallet-revive creates the account with an existential deposit of the origin's, once.
		for left in [ED, ED] {
			returned::<inferCall>(call(PRICE * 2, infer(id)));
			assert_eq!(Balances::free_balance(account_at(precompile())), left);
		}
		assert_eq!(Balances::free_balance(alice()), FUNDS - 2 * PRICE - ED);
		assert_eq!(Balances::total_issuance(), issuance);
	});
}

#[test]
fn the_event_names_the_receipt() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		returned::<inferCall>(call(PRICE, infer(id)));
		let (contract, event) = events().pop().unwrap();
		assert_eq!(contract, precompile());
		let receipt = Receipts::<Test>::get(H256(event.receipt.0)).unwrap();
		assert_eq!(receipt.caller, alice());
		assert_eq!(receipt.payer, alice());
		assert_eq!(event.caller.into_array(), address_of(&alice()).0);
		assert_eq!(event.modelId, id);
		assert_eq!(event.fuel, receipt.fuel);
		assert_eq!(event.price, U256::from(PRICE));
	});
}

#[test]
fn the_fuel_that_was_not_used_is_given_back() {
	ext().execute_with(|| {
		let id = publish(0);
		let costs = Models::<Test>::get(id).unwrap().costs.unwrap();
		let result = call(0, infer(id));
		let (consumed, required) = (result.weight_consumed, result.weight_required);
		returned::<inferCall>(result);
		let fuel = events()[0].1.fuel;
		let unused = costs.run_limit - fuel;
		assert!(unused > 0);
		assert_eq!(required.ref_time() - consumed.ref_time(), cost::fuel_ref_time(unused));
		assert!(consumed.ref_time() > cost::fuel_ref_time(costs.charged(fuel)));

		// A refusal before the run costs no fuel at all.
		let refused = call(0, inferCall { modelId: id, inputs: vec![].into() });
		assert!(refused.weight_consumed.ref_time() < cost::fuel_ref_time(costs.load_fuel));
	});
}

#[test]
fn receipts_are_unique_and_results_equal() {
	ext().execute_with(|| {
		let id = publish(0);
		returned::<inferCall>(call(0, infer(id)));
		returned::<inferCall>(call(0, infer(id)));
		let receipts: Vec<_> = Receipts::<Test>::iter().collect();
		assert_eq!(receipts.len(), 2);
		assert_ne!(receipts[0].0, receipts[1].0);
		assert_eq!(receipts[0].1.result_id, receipts[1].1.result_id);
	});
}
