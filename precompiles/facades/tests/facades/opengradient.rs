//! `runModelInference` and the hub's `run`: what they give.

use super::{
	contracts::{proxy, Kind},
	mock::*,
	onnx,
};
use opg_precompile_facades::{
	forwarder::{Forwarder, OPENGRADIENT, OPENGRADIENT_HUB},
	opengradient::{
		interface::{
			IOpenGradientHub::{runCall, InferenceResult},
			IOpenGradientInference::runModelInferenceCall,
			OgModelInferenceRequest, OgModelInput, OgModelOutput, OgNumber, OgNumberTensor,
			OgStringTensor,
		},
		ADDRESS,
	},
};
use pallet_inference::Receipts;
use polkadot_sdk::{
	pallet_revive::{
		self,
		precompiles::alloy::sol_types::{SolCall, SolEvent, SolType},
	},
	sp_core::{self, H160, H256},
};

pub fn numbers(numbers: &[(i128, i128)]) -> Vec<OgNumber> {
	numbers
		.iter()
		.map(|(value, decimals)| OgNumber { value: *value, decimals: *decimals })
		.collect()
}

pub fn tensor(name: &str, values: &[(i128, i128)], shape: &[u32]) -> OgNumberTensor {
	OgNumberTensor { name: name.into(), values: numbers(values), shape: shape.into() }
}

/// The input of `onnx::doubler`: 0.5, -1, 8.25 and 3.
pub fn quarters() -> OgNumberTensor {
	tensor("x", &[(5, 1), (-1, 0), (8_250, 3), (300, 2)], &[1, 4])
}

pub fn input(numbers: Vec<OgNumberTensor>) -> OgModelInput {
	OgModelInput { numbers, strings: vec![] }
}

/// Calldata of a forwarder's function.
pub fn call_of(forwarder: Forwarder, model: &str, mode: u8, input: OgModelInput) -> Vec<u8> {
	if forwarder == OPENGRADIENT_HUB {
		runCall { modelId: model.into(), inferenceMode: mode, modelInput: input }.abi_encode()
	} else {
		let request = OgModelInferenceRequest { mode, modelCID: model.into(), input };
		runModelInferenceCall { request }.abi_encode()
	}
}

/// Calldata that runs `onnx::doubler`.
pub fn doubled(forwarder: Forwarder, model: &str) -> Vec<u8> {
	call_of(forwarder, model, 0, input(vec![quarters()]))
}

pub fn decoded(data: &[u8]) -> OgModelOutput {
	runModelInferenceCall::abi_decode_returns_validate(data).unwrap()
}

pub fn pairs(tensor: &OgNumberTensor) -> Vec<(i128, i128)> {
	tensor.values.iter().map(|number| (number.value, number.decimals)).collect()
}

/// Logs of contracts: address, topics, data.
pub fn logs() -> Vec<(H160, Vec<H256>, Vec<u8>)> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Revive(pallet_revive::Event::ContractEmitted {
				contract,
				data,
				topics,
			}) => Some((contract, topics, data)),
			_ => None,
		})
		.collect()
}

fn is_doubled(output: &OgModelOutput) {
	assert_eq!(output.numbers.len(), 2);
	let [label, doubled] = &output.numbers[..] else { panic!("two outputs") };
	assert_eq!((label.name.as_str(), &label.shape[..]), ("label", &[1][..]));
	assert_eq!(pairs(label), [(2, 0)]);
	assert_eq!((doubled.name.as_str(), &doubled.shape[..]), ("doubled", &[1, 4][..]));
	assert_eq!(pairs(doubled), [(1, 0), (-2, 0), (165, 1), (6, 0)]);
	assert!(output.strings.is_empty() && output.jsons.is_empty());
	assert!(!output.is_simulation_result);
}

#[test]
fn a_free_model_runs_at_both_addresses() {
	ext().execute_with(|| {
		let id = publish(0);
		name(id, "doubler");
		for (receipts, forwarder) in [OPENGRADIENT, OPENGRADIENT_HUB].into_iter().enumerate() {
			let before = money();
			let output = data(call(at(forwarder), doubled(forwarder, "doubler")));
			is_doubled(&decoded(&output));
			assert_eq!(money(), before);
			assert_eq!(Receipts::<Test>::iter().count(), receipts + 1);
			assert!(Receipts::<Test>::iter_values().all(|receipt| receipt.caller == alice()));
		}
	});
}

#[test]
fn the_hub_logs_what_it_returns() {
	ext().execute_with(|| {
		let id = publish(0);
		name(id, "doubler");
		let output = data(call(at(OPENGRADIENT_HUB), doubled(OPENGRADIENT_HUB, "doubler")));
		let logs = logs();
		assert_eq!(logs.len(), 2);
		let (native, topics, _) = &logs[0];
		assert_eq!(*native, H160(ADDRESS));
		// Indexed: who called, the model, the receipt.
		assert_eq!(topics.len(), 4);
		assert_eq!(topics[1].0[12..], address_of(&alice()).0);
		assert_eq!(topics[2], H256::from_low_u64_be(id.into()));
		let receipt = Receipts::<Test>::iter_keys().next().unwrap();
		assert_eq!(topics[3], receipt);

		let (hub, topics, event) = &logs[1];
		assert_eq!(*hub, at(OPENGRADIENT_HUB));
		assert_eq!(topics[..], [H256(InferenceResult::SIGNATURE_HASH.0)]);
		assert_eq!(*event, output);
		let decoded = InferenceResult::abi_decode_data_validate(event).unwrap().0;
		is_doubled(&decoded);
	});
}

#[test]
fn models_are_found_by_name_version_and_id() {
	ext().execute_with(|| {
		let first = publish(0);
		let second = publish_file(&onnx::widener(4), 0);
		name(first, "digits.v-1_x");
		name(second, "digits.v-1_x");
		let to = at(OPENGRADIENT);
		for reference in ["digits.v-1_x@1", &format!("id:{first}")] {
			is_doubled(&decoded(&data(call(to, doubled(OPENGRADIENT, reference)))));
		}
		let wide = input(vec![tensor("x", &[(125, 2)], &[1, 1])]);
		for reference in ["digits.v-1_x", "digits.v-1_x@2", &format!("id:{second}")] {
			let data = data(call(to, call_of(OPENGRADIENT, reference, 0, wide.clone())));
			assert_eq!(pairs(&decoded(&data).numbers[0]), [(125, 2); 4]);
		}
	});
}

#[test]
fn integers_go_in_whole() {
	ext().execute_with(|| {
		let id = publish_file(&onnx::table(), 0);
		let reference = format!("id:{id}");
		for (index, element) in [(2i128, 3i128), (-1, 4)] {
			// 20 tenths are 2.
			for number in [(index, 0), (index * 10, 1)] {
				let input = input(vec![tensor("index", &[number], &[1])]);
				let data =
					data(call(at(OPENGRADIENT), call_of(OPENGRADIENT, &reference, 0, input)));
				assert_eq!(pairs(&decoded(&data).numbers[0]), [(element, 0)]);
			}
		}
	});
}

/// The SDK writes a float32 with all its digits.
#[test]
fn small_numbers_keep_their_digits() {
	ext().execute_with(|| {
		let id = publish_file(&onnx::widener(1), 0);
		let reference = format!("id:{id}");
		for value in [0.1f32, 1.5e-30, f32::MIN_POSITIVE, 1e-45, -3.402_823_5e37, 7.0] {
			let text = format!("{value:e}");
			let (digits, exponent) = text.split_once('e').unwrap();
			let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
			let number: i128 = format!("{whole}{fraction}").parse().unwrap();
			let exponent = exponent.parse::<i32>().unwrap() - fraction.len() as i32;
			let number = if exponent >= 0 {
				(number * 10i128.pow(exponent as u32), 0)
			} else {
				(number, -i128::from(exponent))
			};
			let input = input(vec![tensor("x", &[number], &[1, 1])]);
			let data = data(call(at(OPENGRADIENT), call_of(OPENGRADIENT, &reference, 0, input)));
			let (digits, decimals) = pairs(&decoded(&data).numbers[0])[0];
			let back: f32 = format!("{digits}e-{decimals}").parse().unwrap();
			// Subnormal or not, times one is the same.
			assert_eq!(back.to_bits(), value.to_bits(), "{value}");
		}
	});
}

#[test]
fn a_free_model_runs_in_a_static_call() {
	ext().execute_with(|| {
		let id = publish(0);
		let reference = format!("id:{id}");
		let viewer = deploy(proxy(Kind::Static, at(OPENGRADIENT)));
		System::reset_events();
		let output = data(call(viewer, doubled(OPENGRADIENT, &reference)));
		is_doubled(&decoded(&output));
		assert_eq!((Receipts::<Test>::iter().count(), logs().len()), (0, 0));
		let viewer = deploy(proxy(Kind::Static, at(OPENGRADIENT_HUB)));
		refused(viewer, doubled(OPENGRADIENT_HUB, &reference), "StaticCallDenied(): ");
		let priced = publish(5);
		let viewer = deploy(proxy(Kind::Static, at(OPENGRADIENT)));
		let data = doubled(OPENGRADIENT, &format!("id:{priced}"));
		refused(viewer, data, "StaticCallDenied(price=5): ");
	});
}

/// What the Python package opengradient 1.1.4 sends for `infer("doubler", VANILLA, {"x": [[0.5, -1, 8.25,
/// 3]]})` with an array of float32.
const PACKAGE_CALL: [&str; 28] = [
	"cbf09d80",
	"0000000000000000000000000000000000000000000000000000000000000060",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"00000000000000000000000000000000000000000000000000000000000000a0",
	"0000000000000000000000000000000000000000000000000000000000000007",
	"646f75626c657200000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000040",
	"00000000000000000000000000000000000000000000000000000000000002a0",
	"0000000000000000000000000000000000000000000000000000000000000001",
	"0000000000000000000000000000000000000000000000000000000000000020",
	"0000000000000000000000000000000000000000000000000000000000000060",
	"00000000000000000000000000000000000000000000000000000000000000a0",
	"00000000000000000000000000000000000000000000000000000000000001c0",
	"0000000000000000000000000000000000000000000000000000000000000001",
	"7800000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000004",
	"0000000000000000000000000000000000000000000000000000000000000005",
	"0000000000000000000000000000000000000000000000000000000000000001",
	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000339",
	"0000000000000000000000000000000000000000000000000000000000000002",
	"0000000000000000000000000000000000000000000000000000000000000003",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000002",
	"0000000000000000000000000000000000000000000000000000000000000001",
	"0000000000000000000000000000000000000000000000000000000000000004",
	"0000000000000000000000000000000000000000000000000000000000000000",
];

#[test]
fn the_packages_call_runs() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		let calldata = sp_core::bytes::from_hex(&format!("0x{}", PACKAGE_CALL.concat())).unwrap();
		is_doubled(&decoded(&data(call(at(OPENGRADIENT_HUB), calldata))));
	});
}

/// What decoders other than ours read: the types of the package's ABI.
#[test]
fn the_answer_has_the_types_of_the_package() {
	use polkadot_sdk::pallet_revive::precompiles::alloy::sol;
	sol! {
		struct Number { int128 value; int128 decimals; }
		struct Numbers { string name; Number[] values; uint32[] shape; }
		struct Strings { string name; string[] values; }
		struct Json { string name; string value; }
		struct Output { Numbers[] numbers; Strings[] strings; Json[] jsons; bool simulated; }
	}
	ext().execute_with(|| {
		let id = publish(0);
		let output = data(call(at(OPENGRADIENT), doubled(OPENGRADIENT, &format!("id:{id}"))));
		let output = <(Output,) as SolType>::abi_decode_params_validate(&output).unwrap().0;
		assert_eq!(output.numbers[1].values[2].value, 165);
		assert_eq!(output.numbers[1].values[2].decimals, 1);
	});
}

/// Tensors of strings.
pub fn strings(count: usize) -> Vec<OgStringTensor> {
	vec![OgStringTensor { name: "x".into(), values: vec!["a".into()] }; count]
}
