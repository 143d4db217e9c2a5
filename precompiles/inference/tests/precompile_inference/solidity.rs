//! The libraries as contracts have them: compiled by solc, called on the chain.

use super::mock::{
	onnx::{adder, floats, table},
	*,
};
use opg_engine_abi::DType;
use opg_precompile_inference::interface::{
	IInference,
	InferenceLib::{NotFree, StageFailed, UnknownModel, WrongDtype, WrongStageCount},
};
use opg_precompile_model::fixed;
use polkadot_sdk::{
	pallet_revive::precompiles::alloy::{
		self,
		primitives::{Bytes, I256, U256},
		sol_types::{SolCall, SolError},
	},
	sp_core::H160,
};
use std::sync::OnceLock;

alloy::sol! {
	struct Tensor { uint8 dtype; uint32[] shape; bytes data; }
	struct TensorSpec { string name; uint8 dtype; uint32[] shape; }
	struct Quote {
		uint256 price;
		uint256 maxCompute;
		uint256 expectedCompute;
		uint256 maxGas;
		uint256 expectedGas;
	}
	interface Caller {
		error StagesDontFit(uint256 stage, TensorSpec[] outputs, TensorSpec[] inputs);
		error NotFinite(uint32 bits);
		error ValueOutOfRange(int256 value, uint8 decimals);
		error TooManyDecimals(uint8 decimals, uint8 max);
		error NotWholeElements(uint256 length, uint256 elementBytes);
		error NoSuchElement(uint256 index, uint256 count);
		function inferTensors(uint32 modelId, Tensor[] inputs) external returns (Tensor[]);
		function inferView(uint32 modelId, bytes inputs) external returns (bytes);
		function pipeline(uint32[] modelIds, bytes inputs) external returns (bytes);
		function quote(uint32 modelId) external returns (Quote);
		function packFloat32(int256[] values, uint8 decimals) external returns (bytes);
		function unpackFloat32(bytes data, uint8 decimals) external returns (int256[]);
		function float32At(bytes data, uint256 index) external returns (uint32);
		function argmaxFloat32(bytes data) external returns (uint256);
		function int8s(int8[] values) external returns (bytes data, int8[] back);
		function int64s(int64[] values) external returns (bytes data, int64[] back);
		function unpackInt64(bytes data) external returns (int64[]);
	}
}

/// Deploys `Caller.sol`.
fn caller() -> H160 {
	static CODE: OnceLock<Vec<u8>> = OnceLock::new();
	let source = "precompiles/inference/tests/contracts/Caller.sol";
	deploy(CODE.get_or_init(|| solidity::compile(source, "Caller")).clone())
}

/// A call that must go well.
fn ask<C: SolCall>(contract: H160, call: C) -> C::Return {
	returned::<C>(call_raw(contract, 0, call.abi_encode()))
}

/// A call that must revert with that custom error.
fn custom<E: SolError>(contract: H160, value: Balance, call: impl SolCall) -> E {
	let data = reverted_data(call_raw(contract, value, call.abi_encode()));
	E::abi_decode_validate(&data).unwrap_or_else(|_| panic!("another error: {data:?}"))
}

fn int(value: i128) -> I256 {
	I256::try_from(value).unwrap()
}

#[test]
fn calls_through_the_library() {
	ext().execute_with(|| {
		let contract = caller();
		let (free, paid) = (publish(0), publish(100));
		let data = floats(&[1.0, 2.0, 4.0, 3.0]);
		let doubled = floats(&[2.0, 4.0, 8.0, 6.0]);
		let tensor = Tensor { dtype: 1, shape: vec![1, 4], data: data.clone().into() };
		let call = Caller::inferTensorsCall { modelId: paid, inputs: vec![tensor] };
		let outputs =
			returned::<Caller::inferTensorsCall>(call_raw(contract, 150, call.abi_encode()));
		assert_eq!((outputs.len(), outputs[1].dtype, &outputs[1].shape[..]), (2, 1, &[1, 4][..]));
		assert_eq!(outputs[1].data, doubled);
		assert_eq!(Revive::evm_balance(&contract), 50u128.into());

		let view = Caller::inferViewCall { modelId: free, inputs: data.clone().into() };
		assert_eq!(ask(contract, view)[8..], doubled[..]);

		let plus = publish_file(&adder(4), 10);
		let pipe = Caller::pipelineCall { modelIds: vec![plus, plus], inputs: data.into() };
		let outputs = returned::<Caller::pipelineCall>(call_raw(contract, 20, pipe.abi_encode()));
		assert_eq!(outputs, floats(&[3.0, 4.0, 6.0, 5.0]));

		let quote = ask(contract, Caller::quoteCall { modelId: paid });
		let expected = Inference::quote(paid).unwrap();
		assert_eq!(quote.price, U256::from(100));
		assert_eq!(quote.maxCompute, U256::from(expected.max_compute));
		assert_eq!(quote.expectedCompute, U256::from(expected.expected_compute));
		assert!(quote.expectedGas <= quote.maxGas);
	});
}

#[test]
fn refusals_are_custom_errors() {
	ext().execute_with(|| {
		let contract = caller();
		let paid = publish(100);
		let data: Bytes = floats(&[0.0; 4]).into();
		let view = Caller::inferViewCall { modelId: paid, inputs: data.clone() };
		assert_eq!(custom::<NotFree>(contract, 0, view).price, U256::from(100));
		let unknown = Caller::quoteCall { modelId: 9 };
		assert_eq!(custom::<UnknownModel>(contract, 0, unknown).modelId, U256::from(9));
		let tensor = Tensor { dtype: 7, shape: vec![1, 4], data: data.clone() };
		let wrong = Caller::inferTensorsCall { modelId: paid, inputs: vec![tensor] };
		assert_eq!(custom::<WrongDtype>(contract, 0, wrong).got, U256::from(7));

		let pipe = |models: &[u32]| Caller::pipelineCall {
			modelIds: models.to_vec(),
			inputs: data.clone(),
		};
		let none = custom::<WrongStageCount>(contract, 0, pipe(&[]));
		assert_eq!((none.stages, none.max), (U256::ZERO, U256::from(8)));
		let failed = custom::<StageFailed>(contract, 0, pipe(&[paid, 77]));
		assert_eq!((failed.stage, failed.code), (U256::from(1), 256));
		let free = publish_file(&adder(4), 0);
		let index = publish_file(&table(), 0);
		let unfit = custom::<Caller::StagesDontFit>(contract, 0, pipe(&[free, index]));
		assert_eq!(unfit.stage, U256::from(1));
		let both = (&unfit.outputs[0], &unfit.inputs[0]);
		assert_eq!((&both.0.name[..], both.0.dtype, &both.0.shape[..]), ("more", 1, &[1, 4][..]));
		assert_eq!((&both.1.name[..], both.1.dtype, &both.1.shape[..]), ("index", 7, &[1][..]));
	});
}

#[test]
fn decimal_numbers_convert_as_the_chain_converts_them() {
	ext().execute_with(|| {
		let contract = caller();
		// Edges: ties, subnormal numbers, the largest float32, and everything in between.
		let mut values = vec![0, 1, -1, 5, 10i128.pow(30), -(10i128.pow(38)), (1 << 24) + 1];
		let mut seed = 1u64;
		for bits in 0..127 {
			seed = seed
				.wrapping_mul(6_364_136_223_846_793_005)
				.wrapping_add(1_442_695_040_888_963_407);
			let random = i128::from(seed) << 64 | i128::from(seed.rotate_left(17));
			values.push(random >> bits);
		}
		let values: Vec<_> = values.into_iter().map(int).collect();
		for decimals in [0, 1, 6, 18, 38] {
			let mut expected = Vec::new();
			for value in &values {
				fixed::push(&mut expected, DType::Float32, *value, decimals).unwrap();
			}
			let call = Caller::packFloat32Call { values: values.clone(), decimals };
			let packed = ask(contract, call);
			assert_eq!(packed, expected, "{decimals} decimals");
			let back: Vec<_> = expected
				.chunks(4)
				.map(|element| fixed::read(DType::Float32, element, decimals).unwrap())
				.collect();
			let call = Caller::unpackFloat32Call { data: packed, decimals };
			assert_eq!(ask(contract, call), back, "{decimals} decimals");
		}
		// Every exponent, with and without fraction bits.
		let all: Vec<u8> = (0..255u32)
			.flat_map(|field| [field << 23, field << 23 | 1, field << 23 | 0x807f_ffff])
			.flat_map(u32::to_le_bytes)
			.collect();
		for decimals in [0, 38] {
			let expected: Vec<_> = all
				.chunks(4)
				.map(|element| fixed::read(DType::Float32, element, decimals).unwrap())
				.collect();
			let call = Caller::unpackFloat32Call { data: all.clone().into(), decimals };
			assert_eq!(ask(contract, call), expected);
		}
	});
}

#[test]
fn numbers_without_a_place_are_custom_errors() {
	ext().execute_with(|| {
		let contract = caller();
		let pack = |value, decimals| Caller::packFloat32Call { values: vec![value], decimals };
		let unpack = |bits: u32, decimals| Caller::unpackFloat32Call {
			data: bits.to_le_bytes().to_vec().into(),
			decimals,
		};
		// The first number that rounds to infinity, and the one before.
		let edge = int((1 << 25) - 1) * (int(2).pow(U256::from(103)));
		let error = custom::<Caller::ValueOutOfRange>(contract, 0, pack(edge, 0));
		assert_eq!(error.value, edge);
		assert_eq!(ask(contract, pack(edge - int(1), 0)).to_vec(), [0xff, 0xff, 0x7f, 0x7f]);
		for extreme in [I256::MIN, I256::MAX] {
			custom::<Caller::ValueOutOfRange>(contract, 0, pack(extreme, 38));
		}
		for bits in [0x7f80_0000, 0xff80_0000, 0x7fc0_0000, u32::MAX] {
			let error = custom::<Caller::NotFinite>(contract, 0, unpack(bits, 0));
			assert_eq!(error.bits, bits);
		}
		custom::<Caller::TooManyDecimals>(contract, 0, pack(int(1), 39));
		custom::<Caller::TooManyDecimals>(contract, 0, unpack(0, 255));
		let odd = |length: usize| Bytes::from(vec![0; length]);
		let call = Caller::unpackFloat32Call { data: odd(7), decimals: 0 };
		custom::<Caller::NotWholeElements>(contract, 0, call);
		custom::<Caller::NotWholeElements>(contract, 0, Caller::unpackInt64Call { data: odd(4) });
		let call = Caller::float32AtCall { data: odd(8), index: U256::from(2) };
		custom::<Caller::NoSuchElement>(contract, 0, call);
		custom::<Caller::NoSuchElement>(contract, 0, Caller::argmaxFloat32Call { data: odd(0) });
	});
}

#[test]
fn integers_and_the_largest_element() {
	ext().execute_with(|| {
		let contract = caller();
		let values = vec![-128, -1, 0, 1, 127];
		let answer = ask(contract, Caller::int8sCall { values: values.clone() });
		assert_eq!((answer.data, answer.back), (vec![0x80, 0xff, 0, 1, 0x7f].into(), values));
		let values = vec![i64::MIN, -2, 0, 1 << 40, i64::MAX];
		let answer = ask(contract, Caller::int64sCall { values: values.clone() });
		let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
		assert_eq!((answer.data, answer.back), (raw.into(), values));

		let nan = f32::NAN;
		for (values, largest) in [
			(vec![1.0], 0),
			(vec![-1.0, 3.0, 2.0], 1),
			(vec![-3.0, -2.0, -2.0], 1),
			(vec![-0.0, 0.0], 0),
			(vec![nan, -nan, f32::NEG_INFINITY], 2),
			(vec![nan, nan], 0),
			(vec![f32::MAX, f32::INFINITY, nan], 1),
			(vec![-1e-45, 1e-45, 0.0], 1),
		] {
			let call = Caller::argmaxFloat32Call { data: floats(&values).into() };
			assert_eq!(ask(contract, call), U256::from(largest), "{values:?}");
		}
		let data = floats(&[1.5, -2.5]);
		let call = Caller::float32AtCall { data: data.into(), index: U256::from(1) };
		assert_eq!(ask(contract, call), (-2.5f32).to_bits());
	});
}

#[test]
fn the_library_has_the_interfaces_types() {
	assert_eq!(
		Caller::StagesDontFit::SIGNATURE,
		opg_precompile_inference::interface::InferenceLib::StagesDontFit::SIGNATURE
	);
	assert_eq!(IInference::inferTensorsCall::SIGNATURE, Caller::inferTensorsCall::SIGNATURE);
}
