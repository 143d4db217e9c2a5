//! Calls that are refused before any work: nothing changes, nothing but the base is charged.

use super::mock::*;
use crate::{Error, InferFault};
use opg_engine_abi::{DType, EngineError, ErrorCode, Tensor};
use pallet_model_registry::RefusalCode;
use polkadot_sdk::sp_runtime::DispatchError;

const INPUT: [f32; 4] = [1.0, 2.0, 3.0, 4.0];

/// A call by Bob that must be refused without charge.
fn refused(id: u32, inputs: Vec<Tensor>, max_price: Balance, max_fuel: u64) -> InferFault {
	let (fault, _, fuel) = refusal(bob(), id, inputs, max_price, max_fuel);
	assert_eq!(fuel, 0);
	fault
}

#[test]
fn what_isnt_active_is_refused() {
	chain(|| {
		let call = |id| refused(id, four(INPUT), Balance::MAX, FUEL);
		assert_eq!(call(0), InferFault::UnknownModel { model: 0 });
		assert_eq!(call(7), InferFault::UnknownModel { model: 7 });
		let id = draft("affine", 0);
		assert_eq!(call(id), InferFault::ModelNotActive { model: id });
		let id = active("affine", 0);
		Registry::pause(signed(alice()), id).expect("it is paused");
		assert_eq!(call(id), InferFault::ModelNotActive { model: id });
		Registry::resume(signed(alice()), id).expect("it is resumed");
		accept(id, four(INPUT));
		Registry::retire(signed(alice()), id).expect("it retires");
		go_to(11);
		assert_eq!(call(id), InferFault::ModelNotActive { model: id });
		Registry::reap(signed(bob()), id).expect("it is reaped");
		assert_eq!(call(id), InferFault::UnknownModel { model: id });
	});
}

#[test]
fn a_disabled_engine_is_refused() {
	chain(|| {
		let id = active("affine", 0);
		Registry::disable_engine(RuntimeOrigin::root(), 1).expect("root disables it");
		accept(id, four(INPUT));
		go_to(2);
		assert_eq!(
			refused(id, four(INPUT), Balance::MAX, FUEL),
			InferFault::EngineUnavailable { model: id }
		);
	});
}

#[test]
fn a_price_above_the_limit_is_refused() {
	chain(|| {
		let id = active("affine", 500);
		assert_eq!(
			refused(id, four(INPUT), 499, FUEL),
			InferFault::PriceAboveMax { price: 500, max: 499 }
		);
		Engine::infer(signed(bob()), id, four(INPUT), 500, FUEL).expect("it is paid");
		// A raise protects callers by their limit as well.
		Registry::set_price(signed(alice()), id, 501).expect("it is announced");
		go_to(6);
		assert_eq!(
			refused(id, four(INPUT), 500, FUEL),
			InferFault::PriceAboveMax { price: 501, max: 500 }
		);
	});
}

#[test]
fn fuel_below_the_need_is_refused() {
	chain(|| {
		let id = active("affine", 0);
		let needed = costs(id).max_fuel();
		for given in [0, needed - 1] {
			assert_eq!(
				refused(id, four(INPUT), 0, given),
				InferFault::FuelLimitTooLow { needed, given }
			);
		}
		Engine::infer(signed(bob()), id, four(INPUT), 0, needed).expect("it is enough");
	});
}

#[test]
fn a_payer_without_funds_is_refused() {
	chain(|| {
		let id = active("affine", FUNDS);
		// Bob has the price, but would die of it.
		assert_eq!(
			refused(id, four(INPUT), Balance::MAX, FUEL),
			InferFault::InsufficientFunds { needed: FUNDS, available: FUNDS - ED }
		);
		let (fault, error, fuel) = refusal(account(9), id, four(INPUT), Balance::MAX, FUEL);
		assert_eq!(fault, InferFault::InsufficientFunds { needed: FUNDS, available: 0 });
		assert_eq!(error, Error::<Test>::InsufficientFunds.into());
		assert_eq!(fuel, 0);
	});
}

#[test]
fn funds_on_hold_pay_no_price() {
	chain(|| {
		let id = active("affine", 1);
		// Alice's deposit isn't hers to spend.
		let deposit = pallet_model_registry::Models::<Test>::get(id).map(|info| info.deposit);
		let spendable = FUNDS - deposit.unwrap_or_default();
		let dear = active("affine", spendable + 1);
		let (fault, ..) = refusal(alice(), dear, four(INPUT), Balance::MAX, FUEL);
		assert!(matches!(fault, InferFault::InsufficientFunds { .. }));
	});
}

#[test]
fn wrong_inputs_are_refused_with_what_is_wrong() {
	chain(|| {
		let id = active("affine", 0);
		let call = |inputs| {
			let (fault, error, fuel) = refusal(bob(), id, inputs, 0, FUEL);
			let InferFault::Engine(engine) = fault else { panic!("{fault:?}") };
			let expected = Error::<Test>::EngineRefused(RefusalCode(engine.code));
			assert_eq!(error, DispatchError::from(expected));
			assert_eq!(fuel, 0);
			engine
		};
		let good = floats(&[1, 4], &INPUT);
		assert_eq!(call(vec![]), EngineError::new(ErrorCode::WrongInputCount, &[1, 0]));
		assert_eq!(
			call(vec![good.clone(), good.clone()]),
			EngineError::new(ErrorCode::WrongInputCount, &[1, 2])
		);
		let wrong = Tensor { dtype: DType::Int32, ..good.clone() };
		assert_eq!(call(vec![wrong]), EngineError::new(ErrorCode::WrongDtype, &[0, 1, 6]));
		let wrong = Tensor { shape: vec![4, 1], ..good.clone() };
		assert_eq!(call(vec![wrong]), EngineError::new(ErrorCode::WrongShape, &[0, 0, 1, 4]));
		let wrong = Tensor { data: vec![0; 17], ..good };
		assert_eq!(call(vec![wrong]), EngineError::new(ErrorCode::WrongDataLength, &[0, 16, 17]));
	});
}

#[test]
fn nobody_calls_without_an_account() {
	chain(|| {
		let id = active("affine", 0);
		let failed = Engine::infer(RuntimeOrigin::none(), id, four(INPUT), 0, FUEL)
			.expect_err("it is refused");
		assert_eq!(failed.error, DispatchError::BadOrigin);
	});
}
