//! The account of a model's address: who pays its existential deposit, and when.

use super::mock::{onnx::floats, *};
use opg_precompile_model::interface::IModel::predict_0Call;
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	frame_support::assert_ok, pallet_revive::precompiles::alloy::sol_types::SolCall,
};

const PRICE: Balance = 500;

fn predict() -> predict_0Call {
	predict_0Call { inputs: floats(&[1.0; 4]).into() }
}

/// What a call with that value costs Alice, besides gas.
fn cost(id: ModelId, value: Balance) -> Balance {
	let before = Balances::free_balance(alice());
	returned::<predict_0Call>(call(id, value, predict()));
	before - Balances::free_balance(alice())
}

fn on_the_address(id: ModelId) -> Balance {
	Balances::free_balance(account_at(contract(id)))
}

#[test]
fn a_call_costs_its_price_from_the_first_one_on() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		assert_eq!(on_the_address(id), ED);
		for value in [PRICE, PRICE, PRICE * 100] {
			assert_eq!(cost(id, value), PRICE);
			assert_eq!(on_the_address(id), ED);
		}
		let middle = deploy(proxy(Kind::Call, id));
		let before = Balances::free_balance(alice());
		returned::<predict_0Call>(call_raw(middle, PRICE, predict().abi_encode()));
		assert_eq!(before - Balances::free_balance(alice()), PRICE);
	});
}

/// Why activation endows the address: pallet-revive makes an account for a value on its way, and takes
/// the existential deposit from the transaction's origin.
#[test]
fn without_the_account_the_origin_would_pay_for_it() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let address = account_at(contract(id));
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), address, 0));
		assert_eq!(on_the_address(id), 0);
		let before = Balances::free_balance(alice());
		reverted(call(id, PRICE - 1, predict()));
		assert_eq!((Balances::free_balance(alice()), on_the_address(id)), (before, 0));
		assert_eq!(cost(id, PRICE), PRICE + ED);
		assert_eq!((cost(id, PRICE), on_the_address(id)), (PRICE, ED));
	});
}

#[test]
fn without_value_there_is_no_account() {
	ext().execute_with(|| {
		let free = publish(0);
		let address = account_at(contract(free));
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), address, 0));
		assert_eq!((cost(free, 0), on_the_address(free)), (0, 0));
	});
}

#[test]
fn a_value_that_is_refused_goes_back() {
	ext().execute_with(|| {
		let unknown = 77;
		let before = money(unknown);
		reverted(call(unknown, PRICE, predict()));
		assert_eq!(money(unknown), before);
	});
}
