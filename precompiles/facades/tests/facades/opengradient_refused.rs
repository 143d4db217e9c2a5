//! What OpenGradient's functions refuse, and that nothing has changed then.

use super::{mock::*, onnx, opengradient::*};
use opg_precompile_facades::{
	forwarder::{OPENGRADIENT, OPENGRADIENT_HUB},
	opengradient::interface::{
		IOpenGradientInference::{runLLMChatCall, runLLMCompletionCall},
		OgChatRequest, OgCompletionRequest, OgModelInput, OgNumberTensor,
	},
};
use polkadot_sdk::{
	frame_support::{assert_ok, weights::Weight},
	pallet_revive::{precompiles::alloy::sol_types::SolCall, TransactionLimits},
};

/// Refused with that text's start at both addresses.
fn both(model: &str, mode: u8, input: OgModelInput, start: &str) {
	for forwarder in [OPENGRADIENT, OPENGRADIENT_HUB] {
		refused(at(forwarder), call_of(forwarder, model, mode, input.clone()), start);
	}
}

fn doubler_with(tensors: Vec<OgNumberTensor>, start: &str) {
	both("doubler", 0, input(tensors), start);
}

#[test]
fn other_modes() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		for mode in [1, 2, 3, 255] {
			let start = format!("UnsupportedMode(mode={mode}): ");
			both("doubler", mode, input(vec![quarters()]), &start);
		}
	});
}

#[test]
fn unknown_names_and_models() {
	ext().execute_with(|| {
		let id = publish(0);
		name(id, "doubler");
		let cid = "QmbUqS93oc4JTLMHwpVxsE39mhNxy6hpf6Py3r9oANr8aZ";
		let locator = "hf/owner/repo/m.onnx@fd0501654c4144a9900a670c5c9a074b6bd3d4ef";
		for (reference, shown) in [
			("", ""),
			("doubler2", "doubler2"),
			("Doubler", "Doubler"),
			("doubler@2", "doubler@2"),
			("doubler@0", "doubler@0"),
			("doubler@1@1", "doubler@1@1"),
			("doubler@-1", "doubler@-1"),
			("id:x", "id:x"),
			("id:4294967296", "id:4294967296"),
			("a,b=c)", "a?b?c?"),
			(cid, cid),
			(locator, locator),
			(&"x".repeat(3_000), &"x".repeat(80)),
		] {
			let start = format!("UnknownName(name={shown}): ");
			both(reference, 0, input(vec![quarters()]), &start);
		}
		both("id:77", 0, input(vec![quarters()]), "UnknownModel(model=77): ");
		assert_ok!(ModelRegistry::pause(RuntimeOrigin::signed(owner()), id));
		both("doubler", 0, input(vec![quarters()]), &format!("ModelNotActive(model={id}): "));
	});
}

#[test]
fn prompts() {
	ext().execute_with(|| {
		let chat = runLLMChatCall {
			request: OgChatRequest {
				mode: 0,
				modelCID: "m".into(),
				messages: vec![],
				tools: vec![],
				tool_choice: String::new(),
				max_tokens: 1,
				stop_sequence: vec![],
				temperature: 0,
			},
		};
		let completion = runLLMCompletionCall {
			request: OgCompletionRequest {
				mode: 0,
				modelCID: "m".into(),
				prompt: "p".into(),
				max_tokens: 1,
				stop_sequence: vec![],
				temperature: 0,
			},
		};
		for forwarder in [OPENGRADIENT, OPENGRADIENT_HUB] {
			for data in [chat.abi_encode(), completion.abi_encode()] {
				refused(at(forwarder), data, "LanguageModelRefused(): ");
			}
		}
	});
}

#[test]
fn value() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		for forwarder in [OPENGRADIENT, OPENGRADIENT_HUB] {
			let before = money();
			let text = reverted(call_raw(at(forwarder), 7, doubled(forwarder, "doubler")));
			assert!(text.starts_with("ValueRefused(value=7): "), "{text}");
			assert_eq!(money(), before);
		}
	});
}

#[test]
fn inputs_that_are_not_the_models() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		doubler_with(vec![], "WrongInputCount(");
		doubler_with(vec![quarters(), quarters()], "WrongInputCount(");
		let mut other = quarters();
		other.name = "X".into();
		doubler_with(vec![other], "MissingInput(input=0): ");
		let strings = OgModelInput { numbers: vec![quarters()], strings: strings(2) };
		both("doubler", 0, strings, "StringTensorRefused(count=2): ");
		let strings = OgModelInput { numbers: vec![], strings: super::opengradient::strings(1) };
		both("doubler", 0, strings, "StringTensorRefused(count=1): ");
	});
}

#[test]
fn other_shapes() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		let four = [(1, 0); 4];
		doubler_with(vec![tensor("x", &four, &[4])], "WrongShape(");
		doubler_with(vec![tensor("x", &four, &[])], "WrongShape(");
		doubler_with(vec![tensor("x", &four, &[4, 1])], "WrongShape(");
		doubler_with(vec![tensor("x", &four, &[1, u32::MAX])], "WrongShape(");
		doubler_with(vec![tensor("x", &four, &[1; 500])], "WrongShape(");
		for count in [0, 3, 5, 400] {
			let start = format!("WrongValueCount(input=0,expected=4,got={count}): ");
			doubler_with(vec![tensor("x", &vec![(1, 0); count], &[1, 4])], &start);
		}
	});
}

#[test]
fn numbers_without_a_place() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		let with = |number| vec![tensor("x", &[(1, 0), number, (1, 0), (1, 0)], &[1, 4])];
		for decimals in [61, 256, -1, i128::MAX, i128::MIN] {
			doubler_with(with((1, decimals)), "DecimalsOutOfRange(input=0,index=1,max=60): ");
		}
		// Twice 1e38 is a float32, but none that int128 has a place for.
		doubler_with(with((10i128.pow(38), 0)), "OutputOutOfRange(output=1,index=1): ");
		// The largest int128 is 2^127 in float32, and twice that is infinity.
		doubler_with(with((i128::MAX, 0)), "OutputNotFinite(output=1,index=1): ");

		name(publish_file(&onnx::table(), 0), "table");
		let index = |number| input(vec![tensor("index", &[number], &[1])]);
		both("table", 0, index((15, 1)), "ValueNotWhole(input=0,index=0,dtype=int64): ");
		both("table", 0, index((1 << 63, 0)), "ValueOutOfRange(input=0,index=0,dtype=int64): ");
		// The run fails.
		both("table", 0, index((4, 0)), "RunFailed(");
	});
}

/// 64 bytes a number: the hub's event ends at 64 KiB, an answer at 128 KiB.
#[test]
fn outputs_without_room() {
	ext().execute_with(|| {
		let one = input(vec![tensor("x", &[(1, 0)], &[1, 1])]);
		name(publish_file(&onnx::widener(1_000), 0), "fits");
		let to = at(OPENGRADIENT_HUB);
		let output = data(call(to, call_of(OPENGRADIENT_HUB, "fits", 0, one.clone())));
		assert_eq!(decoded(&output).numbers[0].values.len(), 1_000);
		name(publish_file(&onnx::widener(2_000), 0), "half");
		let hub = call_of(OPENGRADIENT_HUB, "half", 0, one.clone());
		refused(to, hub, "OutputTooLarge(");
		let to = at(OPENGRADIENT);
		let output = data(call(to, call_of(OPENGRADIENT, "half", 0, one.clone())));
		assert_eq!(decoded(&output).numbers[0].values.len(), 2_000);
		name(publish_file(&onnx::widener(3_000), 0), "none");
		refused(to, call_of(OPENGRADIENT, "none", 0, one), "OutputTooLarge(");
	});
}

#[test]
fn too_little_gas() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		let before = money();
		let limits = TransactionLimits::WeightAndDeposit {
			weight_limit: Weight::from_parts(3_000_000_000, u64::MAX),
			deposit_limit: FUNDS,
		};
		let data = doubled(OPENGRADIENT, "doubler");
		let text = reverted(call_within(at(OPENGRADIENT), 0, data, limits));
		assert!(text.starts_with("GasTooLow(needed="), "{text}");
		assert_eq!(money(), before);
	});
}
