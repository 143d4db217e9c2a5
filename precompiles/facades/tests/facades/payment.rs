//! Whose credit pays.

use super::{
	contracts::{proxy, Kind},
	mock::*,
	onnx::floats,
	opengradient::doubled,
};
use opg_precompile_facades::{
	forwarder::{OPENGRADIENT, OPENGRADIENT_HUB},
	verifier::{self, interface::IProofVerifier::verifyCall},
};
use pallet_inference::Receipts;
use polkadot_sdk::{
	pallet_revive::precompiles::alloy::sol_types::{SolCall, SolValue},
	sp_core::H160,
};

const PRICE: Balance = 10_000;

#[test]
fn a_price_comes_from_the_callers_credit() {
	for forwarder in [OPENGRADIENT, OPENGRADIENT_HUB] {
		ext().execute_with(|| {
			name(publish(PRICE), "doubler");
			prepay(&alice(), 3 * PRICE);
			let before = money();
			data(call(at(forwarder), doubled(forwarder, "doubler")));
			assert_eq!(Credit::credit_of(&alice()), 2 * PRICE);
			let receipt = Receipts::<Test>::iter_values().next().unwrap();
			assert_eq!((receipt.payer, receipt.caller, receipt.price), (alice(), alice(), PRICE));
			// Not from her balance; and the owner is paid.
			let after = money();
			assert_eq!(after[0], before[0]);
			assert_eq!(after[1], before[1] + PRICE - PRICE * SHARE / 100);
			assert_eq!(after.last(), before.last());
		});
	}
}

#[test]
fn without_credit_nothing_runs() {
	ext().execute_with(|| {
		name(publish(PRICE), "doubler");
		for credit in [0, PRICE - 1] {
			if credit > 0 {
				prepay(&alice(), credit);
			}
			for forwarder in [OPENGRADIENT, OPENGRADIENT_HUB] {
				refused(
					at(forwarder),
					doubled(forwarder, "doubler"),
					&format!("InsufficientCredit(needed={PRICE},available={credit}): "),
				);
			}
		}
	});
}

#[test]
fn a_contract_pays_with_its_own_credit() {
	ext().execute_with(|| {
		name(publish(PRICE), "doubler");
		let contract = deploy(proxy(Kind::Call, at(OPENGRADIENT)));
		// Its caller, who signed the transaction, has credit.
		prepay(&alice(), 5 * PRICE);
		let data = doubled(OPENGRADIENT, "doubler");
		refused(
			contract,
			data.clone(),
			&format!("InsufficientCredit(needed={PRICE},available=0): "),
		);

		prepay(&account_of(contract), 2 * PRICE);
		super::mock::data(call(contract, data));
		assert_eq!(Credit::credit_of(&account_of(contract)), PRICE);
		assert_eq!(Credit::credit_of(&alice()), 5 * PRICE);
		let receipt = Receipts::<Test>::iter_values().next().unwrap();
		assert_eq!((receipt.payer, receipt.caller), (account_of(contract), account_of(contract)));
	});
}

#[test]
fn a_revert_after_the_run_pays_nothing() {
	ext().execute_with(|| {
		name(publish(PRICE), "doubler");
		prepay(&alice(), PRICE);
		let mut tensor = super::opengradient::quarters();
		tensor.values[0].value = 10i128.pow(38);
		tensor.values[0].decimals = 0;
		let input = super::opengradient::input(vec![tensor]);
		let data = super::opengradient::call_of(OPENGRADIENT, "doubler", 0, input);
		refused(at(OPENGRADIENT), data, "OutputOutOfRange(output=1,index=0): ");
	});
}

/// A verification is a run, and costs one.
#[test]
fn a_verification_is_paid_too() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let metadata = (id, floats(&[1.0; 4])).abi_encode_params();
		let call = |input_hash: [u8; 32]| {
			verifyCall {
				inputHash: input_hash.into(),
				outputHash: Default::default(),
				metadata: metadata.clone().into(),
				proof: Default::default(),
			}
			.abi_encode()
		};
		let to = H160(verifier::ADDRESS);
		// Another input: nothing is run.
		let free = super::mock::call(to, call([7; 32]));
		assert!(!returned::<verifyCall>(free));
		let hash = super::verifier::input_hash(&[1.0; 4]);
		refused(to, call(hash), &format!("InsufficientCredit(needed={PRICE},available=0): "));
		prepay(&alice(), PRICE);
		assert!(!returned::<verifyCall>(super::mock::call(to, call(hash))));
		assert_eq!(Credit::credit_of(&alice()), 0);
	});
}
