//! A call that goes well: outputs, payment, receipt, event.

use super::mock::*;
use crate::{data_bytes, Event, Receipts};
use codec::{Decode, Encode};
use opg_engine_abi::{
	hash::{tensors_hash, ReceiptParts, ResultParts},
	Tensor,
};
use pallet_model_registry::Models;

#[test]
fn outputs_are_what_the_model_says() {
	chain(|| {
		let id = active("affine", 0);
		let inference = do_infer(id, four([0.0, 1.0, -2.5, 1e6])).expect("it succeeds");
		let expected = vec![floats(&[1, 4], &[1.0, 3.0, -4.0, 2_000_001.0])];
		assert_eq!(inference.tensors, expected);
		assert_eq!(inference.outputs, expected.encode());
		let id = active("sum", 0);
		let inputs = vec![floats(&[2], &[1.0, 2.0]), floats(&[2], &[10.0, 20.0])];
		let inference = do_infer(id, inputs).expect("it succeeds");
		assert_eq!(inference.tensors, [floats(&[2], &[11.0, 22.0])]);
		let id = active("two-chunks", 0);
		let inference = do_infer(id, vec![floats(&[1, 400], &[0.0; 400])]).expect("it succeeds");
		assert_eq!(inference.tensors, [floats(&[1, 400], &[0.0; 400])]);
	});
}

#[test]
fn event_and_receipt_say_the_same() {
	chain(|| {
		let id = active("affine", 1_000);
		let inputs = four([1.0, 2.0, 3.0, 4.0]);
		let info = accept(id, inputs.clone());
		let Some(Event::Inferred {
			caller,
			payer,
			model,
			receipt,
			result_id,
			fuel,
			price,
			protocol_share,
			output_hash,
			output,
		}) = events().pop()
		else {
			panic!("the event is there");
		};
		assert_eq!((caller, payer, model), (bob(), bob(), id));
		assert_eq!((price, protocol_share), (1_000, 50));
		assert_eq!(fuel_of(info, data_bytes(&inputs)), costs(id).charged(fuel));
		let outputs = Vec::<Tensor>::decode(&mut &output[..]).expect("the event has the outputs");
		assert_eq!(outputs, [floats(&[1, 4], &[3.0, 5.0, 7.0, 9.0])]);
		assert_eq!(output_hash.0, tensors_hash(&outputs));

		// Anybody recomputes the result's id from the engine, the model and the input.
		let engine = opg_engine_blob::latest();
		let parts = ResultParts {
			engine_hash: engine.hash,
			profile: engine.profile,
			model_root: opg_engine_abi::hash::content_root_of(&model_file("affine")),
			input_hash: tensors_hash(&inputs),
			output_hash: output_hash.0,
		};
		assert_eq!(result_id.0, parts.id());

		let stored = Receipts::<Test>::get(receipt).expect("the receipt is kept");
		assert_eq!((stored.block, stored.index, stored.model), (1, 0, id));
		assert_eq!((stored.caller.clone(), stored.payer.clone()), (bob(), bob()));
		assert_eq!((stored.result_id, stored.output_hash), (result_id, output_hash));
		assert_eq!(stored.input_hash.0, tensors_hash(&inputs));
		assert_eq!((stored.fuel, stored.price, stored.protocol_share), (fuel, 1_000, 50));
		let id = ReceiptParts {
			genesis_hash: System::block_hash(0).0,
			block: 1,
			index: 0,
			caller: [2; 32],
			payer: [2; 32],
			model_id: id,
			result_id: result_id.0,
			fuel,
			price: 1_000,
			protocol_share: 50,
		}
		.id();
		assert_eq!(receipt.0, id);
	});
}

#[test]
fn a_large_output_is_told_by_its_hash_alone() {
	chain(|| {
		let id = active("wide", 0);
		accept(id, vec![floats(&[1], &[1.5])]);
		let Some(Event::Inferred { output, output_hash, .. }) = events().pop() else {
			panic!("the event is there");
		};
		assert!(output.is_empty());
		assert_eq!(output_hash.0, tensors_hash(&[floats(&[2048], &[1.5; 2048])]));
	});
}

#[test]
fn the_same_call_gives_the_same_result_and_another_receipt() {
	chain(|| {
		let id = active("affine", 3);
		let inputs = || four([1.0, 2.0, 3.0, 4.0]);
		let first = do_infer(id, inputs()).expect("it succeeds");
		let second = do_infer(id, inputs()).expect("it succeeds");
		assert_eq!(first.result_id, second.result_id);
		assert_eq!(first.run_fuel, second.run_fuel);
		assert_ne!(first.receipt, second.receipt);
		go_to(2);
		let third = do_infer(id, inputs()).expect("it succeeds");
		assert_eq!(first.result_id, third.result_id);
		assert_ne!(first.receipt, third.receipt);
	});
}

#[test]
fn a_retiring_model_is_called_until_it_is_retired() {
	chain(|| {
		let id = active("affine", 3);
		Registry::retire(signed(alice()), id).expect("it retires");
		go_to(10);
		accept(id, four([0.0; 4]));
		assert!(Models::<Test>::contains_key(id));
	});
}
