//! Calls that credit pays: the immediate caller's, or a sponsor's.

use super::mock::{onnx::floats, *};
use opg_precompile_inference::interface::IInference::{
	inferBatchCall, inferCall, inferSponsoredCall, tryInferCall, tryInferSponsoredCall,
};
use pallet_credit::Allowance;
use pallet_inference::Receipts;
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::precompiles::alloy::{
		primitives::{Address, U256},
		sol_types::{SolCall, SolValue},
	},
	sp_core::H160,
	sp_runtime::AccountId32,
};

const PRICE: Balance = 10_000;

fn data() -> Vec<u8> {
	floats(&[0.5, -1.0, 8.25, 3.0])
}

fn infer(model: u32) -> inferCall {
	inferCall { modelId: model, inputs: data().into() }
}

fn credit(who: &AccountId32) -> Balance {
	Credit::credit_of(who)
}

/// Gives an account credit of the owner's money.
fn prepay(who: &AccountId32, amount: Balance) {
	assert_ok!(Credit::deposit_to(RuntimeOrigin::signed(owner()), who.clone(), amount));
}

/// The owner of the models, who has this credit, sponsors an address.
fn sponsor(beneficiary: H160, amount: Balance, per_call: Balance, total: Balance) {
	prepay(&owner(), amount);
	let allowance = Allowance { per_call, total, models: Default::default(), expires: 50 };
	let beneficiary = account_of(beneficiary);
	assert_ok!(Credit::sponsor(RuntimeOrigin::signed(owner()), beneficiary, allowance));
}

fn sponsored(model: u32) -> inferSponsoredCall {
	inferSponsoredCall {
		sponsor: Address::from(address_of(&owner()).0),
		modelId: model,
		inputs: data().into(),
	}
}

fn try_sponsored(model: u32) -> tryInferSponsoredCall {
	let inferSponsoredCall { sponsor, modelId, inputs } = sponsored(model);
	tryInferSponsoredCall { sponsor, modelId, inputs }
}

#[test]
fn credit_pays_a_call_without_value() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		prepay(&alice(), 3 * PRICE);
		let before = money();
		returned::<inferCall>(call(0, infer(id)));
		let twin = tryInferCall { modelId: id, inputs: data().into() };
		assert_eq!(returned::<tryInferCall>(call(0, twin)).code, 0);
		assert_eq!(credit(&alice()), PRICE);
		let after = money();
		assert_eq!(after[0], before[0]);
		assert_eq!(after[1] - before[1], 2 * (PRICE - PRICE * SHARE / 100));
		assert_eq!(after.last(), before.last());
		assert!(Receipts::<Test>::iter_values().all(|receipt| receipt.payer == alice()));
	});
}

#[test]
fn credit_pays_a_batch_without_value_if_it_covers_all_rows() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		prepay(&alice(), 4 * PRICE - 1);
		let batch = |rows: u32| inferBatchCall {
			modelId: id,
			rows,
			inputs: data().repeat(rows as usize).into(),
		};
		let text = reverted(call(0, batch(4)));
		assert!(text.starts_with("PriceAboveMax(price=40000,max=0)"), "{text}");
		returned::<inferBatchCall>(call(0, batch(3)));
		assert_eq!(credit(&alice()), PRICE - 1);
		returned::<inferBatchCall>(call(2 * PRICE, batch(2)));
		assert_eq!(credit(&alice()), PRICE - 1);
	});
}

#[test]
fn value_pays_before_credit_and_is_never_made_up_from_it() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		prepay(&alice(), 3 * PRICE);
		let before = money();
		returned::<inferCall>(call(PRICE + 5, infer(id)));
		assert_eq!((credit(&alice()), money()[0]), (3 * PRICE, before[0] - PRICE));
		let before = money();
		for value in [1, PRICE - 1] {
			let text = reverted(call(value, infer(id)));
			assert!(text.starts_with(&format!("PriceAboveMax(price=10000,max={value})")), "{text}");
		}
		assert_eq!((credit(&alice()), money()), (3 * PRICE, before));
	});
}

#[test]
fn credit_below_the_price_pays_nothing() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		prepay(&alice(), PRICE - 1);
		let text = reverted(call(0, infer(id)));
		assert!(text.starts_with("PriceAboveMax(price=10000,max=0)"), "{text}");
		assert_eq!(credit(&alice()), PRICE - 1);
	});
}

#[test]
fn only_the_immediate_callers_credit_pays() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let middle = deploy(proxy(Kind::Call));
		// The transaction's origin has credit, the contract that it calls has none.
		prepay(&alice(), PRICE);
		let text = reverted(call_raw(middle, 0, infer(id).abi_encode()));
		assert!(text.starts_with("PriceAboveMax(price=10000,max=0)"), "{text}");
		assert_eq!(credit(&alice()), PRICE);
		prepay(&account_of(middle), PRICE);
		returned::<inferCall>(call_raw(middle, 0, infer(id).abi_encode()));
		assert_eq!((credit(&alice()), credit(&account_of(middle))), (PRICE, 0));
		let receipt = Receipts::<Test>::iter_values().next().unwrap();
		assert_eq!((receipt.caller, receipt.payer), (account_of(middle), account_of(middle)));
	});
}

#[test]
fn a_sponsor_pays_for_a_contract() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let middle = deploy(proxy(Kind::Call));
		sponsor(middle, 5 * PRICE, PRICE, 2 * PRICE);
		let before = money();
		returned::<inferSponsoredCall>(call_raw(middle, 0, sponsored(id).abi_encode()));
		let answer =
			returned::<tryInferSponsoredCall>(call_raw(middle, 0, try_sponsored(id).abi_encode()));
		assert_eq!(answer.code, 0);
		assert_eq!((money()[0], Revive::evm_balance(&middle)), (before[0], 0u128.into()));
		// The sponsor owns the model too, so its part stays in its credit.
		let share = PRICE * SHARE / 100;
		assert_eq!(credit(&owner()), 5 * PRICE - 2 * share);
		let receipt = Receipts::<Test>::iter_values().next().unwrap();
		assert_eq!((receipt.caller, receipt.payer), (account_of(middle), owner()));
		// The allowance is used up; nobody else can use it either.
		let text = reverted(call_raw(middle, 0, sponsored(id).abi_encode()));
		assert!(text.starts_with("AllowanceTotal(price=10000,left=0): "), "{text}");
		let text = reverted(call(0, sponsored(id)));
		assert!(text.starts_with("NotSponsored(): "), "{text}");
		let answer = returned::<tryInferSponsoredCall>(call(0, try_sponsored(id)));
		assert_eq!(answer.code, 265);
		assert_eq!(<[U256; 4]>::abi_decode_validate(&answer.data).unwrap(), [U256::ZERO; 4]);
	});
}

#[test]
fn a_sponsored_call_takes_no_value_and_none_of_the_callers_credit() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		sponsor(address_of(&alice()), PRICE, PRICE - 1, 2 * PRICE);
		prepay(&alice(), 5 * PRICE);
		let before = money();
		let text = reverted(call(PRICE, sponsored(id)));
		assert!(text.starts_with("ValueRefused(value=10000): "), "{text}");
		let answer = returned::<tryInferSponsoredCall>(call(0, try_sponsored(id)));
		assert_eq!(answer.code, 268);
		let numbers = <[U256; 4]>::abi_decode_validate(&answer.data).unwrap();
		assert_eq!(numbers[..2], [U256::from(PRICE), U256::from(PRICE - 1)]);
		assert_eq!((money(), credit(&alice())), (before, 5 * PRICE));
	});
}

#[test]
fn static_and_delegate_calls_are_refused() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		for (kind, start) in
			[(Kind::Static, "StaticCallDenied(): "), (Kind::Delegate, "DelegateCallDenied(): ")]
		{
			let middle = deploy(proxy(kind));
			for data in [sponsored(id).abi_encode(), try_sponsored(id).abi_encode()] {
				let text = reverted(call_raw(middle, 0, data));
				assert!(text.starts_with(start), "{text}");
			}
		}
	});
}

#[test]
fn a_budget_of_its_own_limits_what_a_contract_pays() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		prepay(&alice(), 5 * PRICE);
		let budget = Allowance {
			per_call: PRICE - 1,
			total: PRICE,
			models: Default::default(),
			expires: 50,
		};
		assert_ok!(Credit::sponsor(RuntimeOrigin::signed(alice()), alice(), budget));
		let own = inferSponsoredCall {
			sponsor: Address::from(address_of(&alice()).0),
			modelId: id,
			inputs: data().into(),
		};
		let text = reverted(call(0, own));
		assert!(text.starts_with("AllowancePerCall(price=10000,max=9999): "), "{text}");
		assert_eq!(credit(&alice()), 5 * PRICE);
	});
}
