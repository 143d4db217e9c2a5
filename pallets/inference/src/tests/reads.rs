//! Quotes and dry runs say what a call will cost and give.

use super::mock::*;
use crate::{data_bytes, InferFault, PaidFrom, Pallet};
use opg_engine_abi::{EngineError, ErrorCode};
use polkadot_sdk::{
	sp_io,
	sp_runtime::{traits::Convert, StateVersion},
};

#[test]
fn a_quote_bounds_the_charge() {
	chain(|| {
		let id = active("affine", 700);
		let quote = Engine::quote(id).expect("it is callable");
		assert_eq!(quote.price, 700);
		assert_eq!(quote.max_fuel, costs(id).max_fuel());
		let inputs = four([1.0; 4]);
		let info = Engine::infer(signed(bob()), id, inputs.clone(), quote.price, quote.max_fuel)
			.expect("the quote's limits are enough");
		let weight = info.actual_weight.expect("the weight is refunded");
		assert!(Fee::convert(weight) <= quote.max_compute);
		// Bob's run is like the canaries.
		assert_eq!(Fee::convert(weight), quote.expected_compute);
		assert_eq!(fuel_of(info, data_bytes(&inputs)), quote.expected_fuel);
		// The worst case too.
		let id = active("branch", 0);
		let quote = Engine::quote(id).expect("it is callable");
		let failed = infer(id, branch(true)).expect_err("it runs out of fuel");
		let weight = failed.post_info.actual_weight.expect("the weight is refunded");
		// But for the payouts, which there are none of.
		let bytes = data_bytes(&branch(true));
		let payout = Engine::infer_weight(bytes, 1, 0) - Engine::infer_weight(bytes, 0, 0);
		assert_eq!(Fee::convert(weight + payout), quote.max_compute);
	});
}

#[test]
fn a_quote_of_what_cannot_be_called_is_refused() {
	chain(|| {
		assert_eq!(Engine::quote(3).err(), Some(InferFault::UnknownModel { model: 3 }));
		let id = draft("affine", 0);
		assert_eq!(Engine::quote(id).err(), Some(InferFault::ModelNotActive { model: id }));
	});
}

#[test]
fn a_dry_run_is_exact_and_changes_nothing() {
	chain(|| {
		let id = active("affine", 700);
		let inputs = || four([1.0, 2.0, 3.0, 4.0]);
		let before = sp_io::storage::root(StateVersion::V1);
		let dry = Pallet::<Test>::dry_run(id, inputs(), Some(bob()), Some(700), Some(FUEL))
			.expect("it succeeds");
		assert_eq!(sp_io::storage::root(StateVersion::V1), before);
		let info = accept(id, inputs());
		let weight = info.actual_weight.expect("the weight is refunded");
		assert_eq!(dry.compute, Fee::convert(weight));
		assert_eq!((dry.price, dry.paid_from), (700, Some(PaidFrom::Balance)));
		assert_eq!(dry.charged_fuel, fuel_of(info, data_bytes(&inputs())));
		assert_eq!(dry.outputs, [floats(&[1, 4], &[3.0, 5.0, 7.0, 9.0])]);
		let receipt = crate::Receipts::<Test>::get(receipt_ids()[0]).expect("it is kept");
		assert_eq!(
			(dry.result_id, dry.input_hash, dry.output_hash, dry.run_fuel),
			(receipt.result_id, receipt.input_hash, receipt.output_hash, receipt.fuel)
		);
	});
}

#[test]
fn a_dry_run_refuses_what_a_call_would() {
	chain(|| {
		let id = active("affine", 700);
		let dry = |inputs, caller, max_price, max_fuel| {
			Engine::dry_run(id, inputs, caller, max_price, max_fuel).map(|_| ())
		};
		assert_eq!(dry(four([0.0; 4]), None, None, None), Ok(()));
		assert_eq!(
			dry(four([0.0; 4]), None, Some(699), None),
			Err(InferFault::PriceAboveMax { price: 700, max: 699 })
		);
		let needed = costs(id).max_fuel();
		assert_eq!(
			dry(four([0.0; 4]), None, None, Some(1)),
			Err(InferFault::FuelLimitTooLow { needed, given: 1 })
		);
		assert_eq!(
			dry(four([0.0; 4]), Some(account(9)), None, None),
			Err(InferFault::InsufficientFunds { needed: 700, available: 0 })
		);
		assert_eq!(
			dry(vec![], None, None, None),
			Err(EngineError::new(ErrorCode::WrongInputCount, &[1, 0]).into())
		);
	});
}
