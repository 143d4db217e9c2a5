//! Calls in Ritual's form: what they give.

use super::{
	contracts::{proxy, Kind},
	mock::*,
	onnx,
	opengradient::logs,
};
use opg_precompile_facades::forwarder::RITUAL_ONNX;
use pallet_inference::Receipts;
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	primitives::{Bytes, I256, U256},
	sol_types::SolValue,
};

/// Codes of element types, of ways to write numbers, and of roundings.
pub const FLOAT32: u8 = 5;
pub const INT64: u8 = 12;
pub const FIXED: u8 = 1;
pub const IEEE: u8 = 2;
pub const NEAREST: u8 = 1;

/// A tensor's encoding. Every element is a word, whatever its type.
pub fn tensor(dtype: u8, shape: &[u16], values: &[i128]) -> Vec<u8> {
	let values: Vec<_> = values.iter().map(|value| I256::try_from(*value).unwrap()).collect();
	(U256::from(dtype), shape.to_vec(), values).abi_encode_params()
}

/// A tensor of floats as their bits.
pub fn floats32(shape: &[u16], values: &[f32]) -> Vec<u8> {
	let bits: Vec<_> = values.iter().map(|value| i128::from(value.to_bits() as i32)).collect();
	tensor(FLOAT32, shape, &bits)
}

/// Model, tensor, arithmetic and scale of inputs and of outputs, rounding.
pub fn request_with(model: &str, tensor: &[u8], codes: [u8; 5]) -> Vec<u8> {
	let [from, from_scale, to, to_scale, rounding] = codes.map(U256::from);
	let model = Bytes::from(model.as_bytes().to_vec());
	let tensor = Bytes::from(tensor.to_vec());
	(model, tensor, from, from_scale, to, to_scale, rounding).abi_encode_params()
}

/// Floats in, floats out.
pub fn request(model: &str, tensor: &[u8]) -> Vec<u8> {
	request_with(model, tensor, [IEEE, 0, IEEE, 0, NEAREST])
}

/// The tensor of an answer and the three codes that come back with it.
fn answer(data: &[u8]) -> ((u8, Vec<u16>, Vec<I256>), [u8; 3]) {
	let (tensor, arithmetic, scale, rounding) =
		<(Bytes, U256, U256, U256)>::abi_decode_params_validate(data).unwrap();
	let (dtype, shape, values) =
		<(U256, Vec<u16>, Vec<I256>)>::abi_decode_params_validate(&tensor).unwrap();
	((dtype.to(), shape, values), [arithmetic, scale, rounding].map(|code| code.to()))
}

fn ints(values: &[i128]) -> Vec<I256> {
	values.iter().map(|value| I256::try_from(*value).unwrap()).collect()
}

#[test]
fn floats_are_their_bits() {
	ext().execute_with(|| {
		name(publish_file(&onnx::widener(3), 0), "linreg");
		let before = money();
		for value in [1.5f32, -2.25, 0.0, f32::MAX, f32::INFINITY, 1e-45] {
			let request = request("linreg", &floats32(&[1, 1], &[value]));
			let ((dtype, shape, values), codes) = answer(&data(call(at(RITUAL_ONNX), request)));
			assert_eq!((dtype, &shape[..], codes), (FLOAT32, &[1, 3][..], [IEEE, 0, NEAREST]));
			assert_eq!(values, ints(&[i128::from(value.to_bits() as i32); 3]));
		}
		assert_eq!(money(), before);
		assert_eq!(Receipts::<Test>::iter().count(), 6);
		assert!(Receipts::<Test>::iter_values().all(|receipt| receipt.caller == alice()));
	});
}

#[test]
fn fixed_point_in_and_out() {
	ext().execute_with(|| {
		name(publish_file(&onnx::widener(1), 0), "linreg");
		for (value, scale, to_scale, expected) in
			[(15, 1, 4, 15_000), (-1, 3, 6, -1_000), (7, 0, 0, 7), (i32::MAX.into(), 9, 2, 215)]
		{
			let tensor = tensor(FLOAT32, &[1, 1], &[value]);
			let codes = [FIXED, scale, FIXED, to_scale, NEAREST];
			let data = data(call(at(RITUAL_ONNX), request_with("linreg", &tensor, codes)));
			let ((_, _, values), codes) = answer(&data);
			assert_eq!(codes, [FIXED, to_scale, NEAREST]);
			assert_eq!(values, ints(&[expected]), "{value}");
		}
	});
}

#[test]
fn outputs_are_rounded_as_asked() {
	ext().execute_with(|| {
		name(publish_file(&onnx::widener(1), 0), "linreg");
		for (value, rounded) in [(2.5f32, [2, 2, 2, 3]), (-2.5, [-2, -2, -3, -2]), (3.0, [3; 4])] {
			for (rounding, expected) in (1u8..).zip(rounded) {
				let codes = [IEEE, 0, FIXED, 0, rounding];
				let request = request_with("linreg", &floats32(&[1, 1], &[value]), codes);
				let ((_, _, values), codes) = answer(&data(call(at(RITUAL_ONNX), request)));
				assert_eq!(codes, [FIXED, 0, rounding]);
				assert_eq!(values, ints(&[expected]), "{value} {rounding}");
			}
		}
	});
}

#[test]
fn integers_are_themselves() {
	ext().execute_with(|| {
		name(publish_file(&onnx::table(), 0), "table");
		for (index, element) in [(2, 3f32), (-1, 4.0)] {
			let request = request("table", &tensor(INT64, &[1], &[index]));
			let ((dtype, shape, values), _) = answer(&data(call(at(RITUAL_ONNX), request)));
			assert_eq!((dtype, &shape[..]), (FLOAT32, &[1][..]));
			assert_eq!(values, ints(&[i128::from(element.to_bits() as i32)]));
			// Twenty tenths are two.
			let tensor = tensor(INT64, &[1], &[index * 10]);
			let request = request_with("table", &tensor, [FIXED, 1, FIXED, 2, NEAREST]);
			let ((_, _, values), _) = answer(&data(call(at(RITUAL_ONNX), request)));
			assert_eq!(values, ints(&[element as i128 * 100]));
		}
	});
}

/// How Ritual's own examples call.
#[test]
fn a_free_model_runs_in_a_static_call() {
	ext().execute_with(|| {
		name(publish_file(&onnx::widener(1), 0), "linreg");
		let viewer = deploy(proxy(Kind::Static, at(RITUAL_ONNX)));
		System::reset_events();
		let request = request("linreg@1", &floats32(&[1, 1], &[0.5]));
		let ((_, _, values), _) = answer(&data(call(viewer, request)));
		assert_eq!(values, ints(&[0x3f00_0000]));
		assert_eq!((Receipts::<Test>::iter().count(), logs().len()), (0, 0));
	});
}

#[test]
fn a_price_comes_from_the_callers_credit() {
	const PRICE: Balance = 10_000;
	ext().execute_with(|| {
		let id = publish_file(&onnx::widener(1), PRICE);
		let request = request(&format!("id:{id}"), &floats32(&[1, 1], &[0.5]));
		let start = format!("InsufficientCredit(needed={PRICE},available=0): ");
		refused(at(RITUAL_ONNX), request.clone(), &start);
		let contract = deploy(proxy(Kind::Call, at(RITUAL_ONNX)));
		prepay(&account_of(contract), PRICE);
		refused(at(RITUAL_ONNX), request.clone(), &start);
		data(call(contract, request.clone()));
		assert_eq!(Credit::credit_of(&account_of(contract)), 0);
		let viewer = deploy(proxy(Kind::Static, at(RITUAL_ONNX)));
		prepay(&account_of(viewer), PRICE);
		refused(viewer, request, &format!("StaticCallDenied(price={PRICE}): "));
	});
}
