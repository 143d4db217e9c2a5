//! What calls in Ritual's form are refused for, and that nothing has changed then.

use super::{mock::*, onnx, ritual::*};
use opg_precompile_facades::forwarder::RITUAL_ONNX;

fn linreg() {
	name(publish_file(&onnx::widener(1), 0), "linreg");
}

fn one() -> Vec<u8> {
	floats32(&[1, 1], &[1.0])
}

fn wrong(request: Vec<u8>, start: &str) {
	refused(at(RITUAL_ONNX), request, start);
}

#[test]
fn codes_that_mean_nothing() {
	ext().execute_with(|| {
		linreg();
		for code in [0, 3, 255] {
			let request = |codes| request_with("linreg", &one(), codes);
			let start = format!("UnknownArithmetic(input={code}): ");
			wrong(request([code, 0, IEEE, 0, NEAREST]), &start);
			let start = format!("UnknownArithmetic(output={code}): ");
			wrong(request([IEEE, 0, code, 0, NEAREST]), &start);
		}
		for code in [0, 5, 255] {
			let start = format!("UnknownRounding(rounding={code}): ");
			wrong(request_with("linreg", &one(), [IEEE, 0, IEEE, 0, code]), &start);
		}
		for scale in [61, 255] {
			let start = format!("TooManyDecimals(input={scale},max=60): ");
			wrong(request_with("linreg", &one(), [FIXED, scale, IEEE, 0, NEAREST]), &start);
			let start = format!("TooManyDecimals(output={scale},max=60): ");
			wrong(request_with("linreg", &one(), [IEEE, 0, FIXED, scale, NEAREST]), &start);
		}
		for code in [0, 2, 3, 7, 8, 17, 255] {
			let start = format!("UnknownDtype(dtype={code}): ");
			wrong(request("linreg", &tensor(code, &[1, 1], &[0])), &start);
		}
	});
}

#[test]
fn tensors_that_are_not_the_models() {
	ext().execute_with(|| {
		linreg();
		wrong(request("linreg", &tensor(6, &[1, 1], &[0])), "WrongDtype(");
		wrong(request("linreg", &tensor(FLOAT32, &[1], &[0])), "WrongShape(");
		wrong(request("linreg", &tensor(FLOAT32, &[1, 2], &[0, 0])), "WrongShape(");
		wrong(request("linreg", &tensor(FLOAT32, &[1; 900], &[0])), "WrongShape(");
		for values in [&[][..], &[0, 0], &[0; 900]] {
			let start = format!("WrongValueCount(input=0,expected=1,got={}): ", values.len());
			wrong(request("linreg", &tensor(FLOAT32, &[1, 1], values)), &start);
		}
		name(publish(0), "doubler");
		let four = floats32(&[1, 4], &[1.0; 4]);
		wrong(request("doubler", &four), "OneTensorOnly(inputs=1,outputs=2): ");
	});
}

#[test]
fn numbers_without_a_place() {
	ext().execute_with(|| {
		linreg();
		let float = "ValueOutOfRange(input=0,index=0,dtype=float32): ";
		for value in [i128::from(i32::MAX) + 1, i128::from(i32::MIN) - 1, i128::MAX, i128::MIN] {
			let tensor = tensor(FLOAT32, &[1, 1], &[value]);
			for arithmetic in [FIXED, IEEE] {
				let codes = [arithmetic, 0, IEEE, 0, NEAREST];
				wrong(request_with("linreg", &tensor, codes), float);
			}
		}
		// 1.0 with ten decimals has no int32.
		let codes = [IEEE, 0, FIXED, 10, NEAREST];
		wrong(request_with("linreg", &one(), codes), "OutputOutOfRange(output=0,index=0): ");
		for value in [f32::NAN, f32::INFINITY] {
			let tensor = floats32(&[1, 1], &[value]);
			let codes = [IEEE, 0, FIXED, 0, NEAREST];
			wrong(request_with("linreg", &tensor, codes), "OutputNotFinite(output=0,index=0): ");
		}
		name(publish_file(&onnx::table(), 0), "table");
		let codes = [FIXED, 1, IEEE, 0, NEAREST];
		let start = "ValueNotWhole(input=0,index=0,dtype=int64): ";
		wrong(request_with("table", &tensor(INT64, &[1], &[15]), codes), start);
		wrong(request("table", &tensor(INT64, &[1], &[4])), "RunFailed(");
	});
}

#[test]
fn unknown_models_value_and_too_much_output() {
	ext().execute_with(|| {
		linreg();
		let locator = "hf/Owner/repo/file.onnx@fd0501654c4144a9900a670c5c9a074b6bd3d4ef";
		wrong(request(locator, &one()), &format!("UnknownName(name={locator}): "));
		wrong(request("id:9", &one()), "UnknownModel(model=9): ");
		let before = money();
		let text = reverted(call_raw(at(RITUAL_ONNX), 3, request("linreg", &one())));
		assert!(text.starts_with("ValueRefused(value=3): "), "{text}");
		assert_eq!(money(), before);
		name(publish_file(&onnx::widener(4_080), 0), "fits");
		data(call(at(RITUAL_ONNX), request("fits", &one())));
		name(publish_file(&onnx::widener(4_090), 0), "wide");
		wrong(request("wide", &one()), "OutputTooLarge(");
	});
}

#[test]
fn calls_that_are_no_encoding() {
	ext().execute_with(|| {
		linreg();
		let whole = request("linreg", &one());
		for end in (0..whole.len()).step_by(7) {
			malformed(at(RITUAL_ONNX), whole[..end].to_vec());
		}
		// The tensor's own encoding is cut.
		let tensor = one();
		for end in 0..tensor.len() {
			malformed(at(RITUAL_ONNX), request("linreg", &tensor[..end]));
		}
		// An axis of more than 16 bits.
		let mut long = one();
		let axis = long.len() - 4 * 32;
		long[axis..axis + 32].copy_from_slice(&[0xff; 32]);
		malformed(at(RITUAL_ONNX), request("linreg", &long));
	});
}
