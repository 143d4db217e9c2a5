//! `pipeline`: what it gives, costs and refuses.

use super::mock::{
	onnx::{adder, floats, table, widener},
	*,
};
use opg_precompile_inference::interface::IInference::{pipelineCall, tryPipelineCall, Inferred};
use pallet_inference::{Receipts, ReceiptsOf};
use polkadot_sdk::{
	frame_support::{assert_ok, weights::Weight},
	pallet_revive::{
		self,
		precompiles::alloy::{
			primitives::{LogData, B256, U256},
			sol_types::{SolCall, SolEvent, SolValue},
		},
		TransactionLimits,
	},
};

fn pipe(models: &[u32], inputs: &[f32]) -> pipelineCall {
	pipelineCall { modelIds: models.to_vec(), inputs: floats(inputs).into() }
}

fn try_pipe(models: &[u32], inputs: &[f32]) -> tryPipelineCall {
	tryPipelineCall { modelIds: models.to_vec(), inputs: floats(inputs).into() }
}

/// A model `x ↦ x + 1` of `float32[1,4]` at that price.
fn plus_one(price: Balance) -> u32 {
	publish_file(&adder(4), price)
}

/// Both twins refuse it alike and change nothing.
fn refused(models: &[u32], inputs: &[f32], value: Balance, text: &str, code: u32, stage: u32) {
	let before = (money(), Receipts::<Test>::iter().count());
	let reason = reverted(call(value, pipe(models, inputs)));
	assert!(reason.starts_with(&format!("{text}: ")), "{reason}");
	let answer = returned::<tryPipelineCall>(call(value, try_pipe(models, inputs)));
	assert_eq!((answer.code, answer.stage), (code, stage), "{reason}");
	assert!(<[U256; 4]>::abi_decode_validate(&answer.data).is_ok());
	assert_eq!((money(), Receipts::<Test>::iter().count()), before);
}

const NO_STAGE: u32 = u32::MAX;

#[test]
fn each_stage_has_its_receipt_event_and_price() {
	ext().execute_with(|| {
		let (first, second) = (plus_one(300), plus_one(0));
		let before = money();
		let result = call(1_000, pipe(&[first, second, first], &[1.0, 2.0, 3.0, 4.0]));
		assert_eq!(returned::<pipelineCall>(result), floats(&[4.0, 5.0, 6.0, 7.0]));
		let moved: Vec<_> =
			money().iter().zip(&before).map(|(new, old)| *new as i128 - *old as i128).collect();
		assert_eq!(moved, [-600, 540, 60, 0, 0]);
		let events: Vec<_> = System::events()
			.into_iter()
			.filter_map(|record| match record.event {
				RuntimeEvent::Revive(pallet_revive::Event::ContractEmitted {
					contract,
					data,
					topics,
				}) => {
					assert_eq!(contract, precompile());
					let topics = topics.into_iter().map(|topic| B256::from(topic.0)).collect();
					let log = LogData::new(topics, data.into()).unwrap();
					Some(Inferred::decode_log_data_validate(&log).unwrap())
				},
				_ => None,
			})
			.collect();
		let seen: Vec<_> = events.iter().map(|event| (event.modelId, event.price)).collect();
		let price = U256::from(300);
		assert_eq!(seen, [(first, price), (second, U256::ZERO), (first, price)]);
		let receipts: Vec<_> = ReceiptsOf::<Test>::get(1).into_iter().map(|id| id.0).collect();
		assert_eq!(receipts, events.iter().map(|event| event.receipt.0).collect::<Vec<_>>());
	});
}

#[test]
fn the_twin_gives_the_same() {
	ext().execute_with(|| {
		let id = plus_one(1);
		let answer = returned::<tryPipelineCall>(call(2, try_pipe(&[id, id], &[0.0; 4])));
		assert_eq!((answer.code, answer.stage, answer.data), (0, 0, floats(&[2.0; 4]).into()));
	});
}

#[test]
fn it_is_charged_what_its_stages_take() {
	ext().execute_with(|| {
		let id = plus_one(0);
		let gas = |stages: usize| {
			let result = call(0, pipe(&vec![id; stages], &[0.0; 4]));
			let used = (result.weight_consumed.ref_time(), result.weight_required.ref_time());
			returned::<pipelineCall>(result);
			used
		};
		let (one, four) = (gas(1), gas(4));
		assert!(four.0 > 3 * one.0 && four.0 < 4 * one.0, "{four:?}, {one:?}");
		assert!(four.1 > 3 * one.1 && four.1 < 4 * one.1, "{four:?}, {one:?}");
	});
}

#[test]
fn stages_that_do_not_fit_are_named_with_both_sides() {
	ext().execute_with(|| {
		let (four, five, double) = (plus_one(1), publish_file(&adder(5), 1), publish(1));
		let text = "WrongShape(stage=1,input=0,axis=1,expected=5,got=4,\
			takes=float32[1x5],gets=float32[1x4])";
		refused(&[four, five], &[0.0; 4], 2, text, 34, 1);
		let text = "WrongInputCount(stage=2,expected=1,got=2,\
			takes=float32[1x4],gets=int64[1]+float32[1x4])";
		refused(&[four, double, four], &[0.0; 4], 3, text, 32, 2);
		let index = publish_file(&table(), 1);
		let text = "WrongDtype(stage=1,input=0,expected=7,got=1,takes=int64[1],gets=float32[1x4])";
		refused(&[four, index], &[0.0; 4], 2, text, 33, 1);
		// Whatever is after it.
		let text = "WrongShape(stage=1,input=0,axis=1,expected=5,got=4,\
			takes=float32[1x5],gets=float32[1x4])";
		refused(&[four, five, 99], &[0.0; 4], 2, text, 34, 1);
	});
}

#[test]
fn what_else_is_refused() {
	ext().execute_with(|| {
		let id = plus_one(100);
		let paused = plus_one(0);
		assert_ok!(ModelRegistry::pause(RuntimeOrigin::signed(owner()), paused));
		refused(&[], &[0.0; 4], 5, "WrongStageCount(stages=0,max=8)", 272, NO_STAGE);
		refused(&[id; 9], &[0.0; 4], 900, "WrongStageCount(stages=9,max=8)", 272, NO_STAGE);
		refused(&[77; 3_000], &[0.0; 4], 5, "WrongStageCount(stages=3000,max=8)", 272, NO_STAGE);
		refused(&[id, 77], &[0.0; 4], 200, "UnknownModel(stage=1,model=77)", 256, 1);
		refused(&[paused, id], &[0.0; 4], 200, "ModelNotActive(stage=0,model=2)", 257, 0);
		let text = "WrongDataLength(stage=0,input=0,expected=16,got=12)";
		refused(&[id, id], &[0.0; 3], 200, text, 35, 0);
		refused(&[id, id], &[0.0; 4], 199, "PriceAboveMax(price=200,max=199)", 259, NO_STAGE);
		refused(&[id, id], &[0.0; 4], 0, "PriceAboveMax(price=200,max=0)", 259, NO_STAGE);
		let most = (128 * 1024 - 3 * 32) / 4;
		let wide = publish_file(&widener(most + 1), 0);
		let text = "OutputTooLarge(bytes=130980,max=130976)";
		refused(&[wide], &[0.0], 0, text, 38, NO_STAGE);
	});
}

#[test]
fn a_stage_that_fails_undoes_all_and_pays_for_what_was_run() {
	ext().execute_with(|| {
		// A free one first: it runs, and its receipt isn't kept.
		let first = publish_file(&onnx::counter(), 50);
		let index = publish_file(&table(), 50);
		let call_with = |n: i64| pipelineCall {
			modelIds: vec![first, index],
			inputs: n.to_le_bytes().to_vec().into(),
		};
		let result = call(100, call_with(1));
		let ran = result.weight_consumed.ref_time();
		// The counter adds one.
		assert_eq!(returned::<pipelineCall>(result), floats(&[3.0]));
		let before = (money(), Receipts::<Test>::iter().count());
		let failed = call(100, call_with(3));
		let used = failed.weight_consumed.ref_time();
		assert!(used > ran / 2 && used <= ran, "{used} of {ran}");
		let text = reverted(failed);
		assert!(text.starts_with("RunFailed(stage=1"), "{text}");
		let call_with = call_with(3);
		let twin = tryPipelineCall { modelIds: call_with.modelIds, inputs: call_with.inputs };
		let answer = returned::<tryPipelineCall>(call(100, twin));
		assert_eq!((answer.code, answer.stage), (37, 1));
		assert_eq!((money(), Receipts::<Test>::iter().count()), before);
	});
}

#[test]
fn a_contract_pays_for_itself_and_credit_without_value() {
	ext().execute_with(|| {
		let id = plus_one(100);
		let middle = deploy(proxy(Kind::Call));
		let data = pipe(&[id, id], &[0.0; 4]).abi_encode();
		returned::<pipelineCall>(call_raw(middle, 250, data.clone()));
		assert_eq!(Revive::evm_balance(&middle), 50u128.into());
		assert_ok!(Credit::deposit(RuntimeOrigin::signed(alice()), ED));
		returned::<pipelineCall>(call_raw(precompile(), 0, data));
		assert_eq!(Credit::credit_of(&alice()), ED - 200);
	});
}

#[test]
fn static_and_delegate_calls_malformed_data_and_too_little_gas() {
	ext().execute_with(|| {
		let id = plus_one(0);
		for data in
			[pipe(&[id, id], &[0.0; 4]).abi_encode(), try_pipe(&[id, id], &[0.0; 4]).abi_encode()]
		{
			let text = reverted(call_raw(deploy(proxy(Kind::Static)), 0, data.clone()));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
			let text = reverted(call_raw(deploy(proxy(Kind::Delegate)), 0, data.clone()));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
			assert!(panicked(call_raw(precompile(), 0, data[..data.len() - 40].to_vec())));
			let mut long = data.clone();
			long[4 + 64..4 + 96].fill(0xff); // the number of models
			assert!(panicked(call_raw(precompile(), 0, long)));

			let count = || Receipts::<Test>::iter().count();
			let enough = call_raw(precompile(), 0, data.clone()).weight_required;
			let before = (money(), count());
			for part in 1..20 {
				let limit = enough.ref_time() / 20 * part;
				let limits = TransactionLimits::WeightAndDeposit {
					weight_limit: Weight::from_parts(limit, u64::MAX),
					deposit_limit: FUNDS,
				};
				let result = call_within(precompile(), 0, data.clone(), limits).result;
				assert!(!result.is_ok_and(|output| !output.did_revert()), "{part}");
				assert_eq!((money(), count()), before);
			}
		}
	});
}
