//! Where inputs come from, and what is kept of outputs.

use super::mock::*;
use crate::{Delivered, Event, Fault, Input, Terms};
use polkadot_sdk::sp_core::H160;

#[test]
fn fixed_inputs_are_the_same_for_every_run() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		for (turn, block) in [(1, 5), (2, 8), (3, 11)] {
			go_to(block);
			assert_eq!(counts(id), (turn, 0, 0));
			let result = last(id).expect("it has run");
			assert_eq!(result.block, block - 1);
			assert_eq!(result.output.to_vec(), raw(&[3.0, 5.0, 7.0, 9.0]));
			assert_eq!(result.delivered, Delivered::Nothing);
			let receipt = pallet_inference::Receipts::<Test>::get(result.receipt);
			let receipt = receipt.expect("it is kept");
			// It is among those that the block's root is made of.
			assert!(Inference::receipt_proof(result.receipt).is_some());
			assert_eq!((receipt.caller, receipt.payer), (bob(), bob()));
			assert_eq!((receipt.model, receipt.price), (model, 7));
		}
	});
}

#[test]
fn the_last_output_is_the_next_input() {
	chain(|| {
		let model = active("affine", 0);
		let input = Input::LastOutput { initial: packed(&[0.0, 1.0, 2.0, 3.0]) };
		let id = create(Terms { input, ..terms(model) });
		for (block, output) in
			[(5, [1.0, 3.0, 5.0, 7.0]), (8, [3.0, 7.0, 11.0, 15.0]), (11, [7.0, 15.0, 23.0, 31.0])]
		{
			go_to(block);
			assert_eq!(last(id).expect("it has run").output.to_vec(), raw(&output));
		}
	});
}

#[test]
fn a_failed_run_is_no_last_output() {
	chain(|| {
		let model = active("affine", 0);
		let input = Input::LastOutput { initial: packed(&[0.0; 4]) };
		let id = create(Terms { input, ..terms(model) });
		go_to(5);
		Registry::pause(signed(alice()), model).expect("it is active");
		go_to(8);
		assert_eq!(counts(id), (1, 1, 0));
		assert_eq!(last(id).expect("it has run").block, 4);
		Registry::resume(signed(alice()), model).expect("it is paused");
		go_to(11);
		assert_eq!(last(id).expect("it has run").output.to_vec(), raw(&[3.0; 4]));
	});
}

fn asked(model: u32, contract: H160) -> Terms<Balance, u64> {
	let input = Input::Contract { contract, ref_time: 2_000_000_000 };
	Terms { input, ..terms(model) }
}

#[test]
fn a_contract_gives_inputs() {
	chain(|| {
		let model = active("affine", 7);
		let contract = script(1, 5_000_000, vec![Act::Answer(raw(&[1.0; 4]))]);
		let id = create(asked(model, contract));
		let before = credit();
		go_to(5);
		assert_eq!(calls(), [(1, Call::Input(id))]);
		assert_eq!(last(id).expect("it has run").output.to_vec(), raw(&[3.0; 4]));
		let (turn, run) = bookkeeping();
		let work = affine_ref_time(model, &[1.0; 4]);
		let paid = fee(turn + run + OVERHEAD + 5_000_000 + work);
		assert_eq!(before - credit(), paid + 7);
		script(1, 5_000_000, vec![Act::Answer(raw(&[2.0; 4]))]);
		go_to(8);
		assert_eq!(last(id).expect("it has run").output.to_vec(), raw(&[5.0; 4]));
	});
}

#[test]
fn an_answer_of_another_length_fails() {
	chain(|| {
		let model = active("affine", 7);
		for (number, got) in [(1u8, 0usize), (2, 15), (3, 17), (4, 100_000)] {
			let contract = script(number, 5_000_000, vec![Act::Answer(vec![0; got])]);
			let id = create(Terms { runs: 1, ..asked(model, contract) });
			let before = credit();
			go_to(System::block_number() + 4);
			let fee = fee(turn(0) + bookkeeping().1 + OVERHEAD + 5_000_000);
			let fault = Fault::WrongInputLength { expected: 16, got: got as u64 };
			let failed = Event::RunFailed { schedule: id, owner: bob(), model, fault, fee };
			assert_eq!(events()[0], failed);
			assert_eq!(before - credit(), fee);
		}
	});
}

#[test]
fn outputs_that_are_too_long_are_kept_as_their_receipt() {
	chain(|| {
		let model = active("wide", 0);
		let input = Input::Fixed(packed(&[1.0]));
		let id = create(Terms { input, ..terms(model) });
		go_to(5);
		let result = last(id).expect("it has run");
		assert!(result.output.is_empty());
		let receipt = pallet_inference::Receipts::<Test>::get(result.receipt).expect("it is kept");
		assert_ne!(receipt.output_hash, Default::default());
		assert_eq!(counts(id), (1, 0, 0));
	});
}
