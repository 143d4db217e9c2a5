//! Static calls, delegate calls and value where none is taken.

use super::mock::*;
use opg_precompile_credit::interface::ICredit::{
	allowanceCall, channelInfoCall, closeCall, creditOfCall, depositCall, depositToCall,
	openChannelCall, redeemCall, requestCloseCall, revokeCall, sponsorCall, topUpCall,
	voucherDigestCall, withdrawCall, Voucher,
};
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	primitives::{Address, U256},
	sol_types::{Panic, PanicKind, SolCall, SolError},
};

/// A call of every function that takes value.
fn payable() -> Vec<Vec<u8>> {
	vec![depositCall {}.abi_encode(), depositToCall { account: Address::ZERO }.abi_encode()]
}

/// A call of every other function that changes something.
fn changes() -> Vec<Vec<u8>> {
	let one = U256::from(1);
	vec![
		withdrawCall { amount: one }.abi_encode(),
		sponsorCall {
			beneficiary: Address::ZERO,
			perCall: one,
			total: one,
			models: vec![],
			expires: 9,
		}
		.abi_encode(),
		revokeCall { beneficiary: Address::ZERO }.abi_encode(),
		openChannelCall { payee: Address::ZERO, signer: Address::ZERO, amount: one, expires: 9 }
			.abi_encode(),
		topUpCall { channel: 1, amount: one }.abi_encode(),
		requestCloseCall { channel: 1 }.abi_encode(),
		closeCall { channel: 1 }.abi_encode(),
		redeemCall { vouchers: vec![], signatures: vec![] }.abi_encode(),
	]
}

/// A call of every question.
fn questions() -> Vec<Vec<u8>> {
	let voucher = Voucher { channel: 1, cumulative: 1, validUntilBlock: 1 };
	vec![
		creditOfCall { account: Address::ZERO }.abi_encode(),
		allowanceCall { sponsor: Address::ZERO, beneficiary: Address::ZERO }.abi_encode(),
		channelInfoCall { channel: 1 }.abi_encode(),
		voucherDigestCall { voucher }.abi_encode(),
	]
}

#[test]
fn delegate_calls_are_refused() {
	ext().execute_with(|| {
		let delegator = deploy(proxy(Kind::Delegate));
		for data in [payable(), changes(), questions()].concat() {
			let text = reverted(call_raw(delegator, 5_000, data));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		}
		assert_eq!(pallet_credit::Credits::<Test>::iter().count(), 0);
	});
}

#[test]
fn static_calls_are_answered_and_change_nothing() {
	ext().execute_with(|| {
		let asker = deploy(proxy(Kind::Static));
		for data in [payable(), changes()].concat() {
			let text = reverted(call_raw(asker, 0, data));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
		}
		let question = creditOfCall { account: Address::ZERO }.abi_encode();
		assert_eq!(returned::<creditOfCall>(call_raw(asker, 0, question)), U256::ZERO);
	});
}

#[test]
fn value_is_refused_where_none_is_taken() {
	ext().execute_with(|| {
		let before = money();
		for data in [changes(), questions()].concat() {
			let text = reverted(call_raw(precompile(), 5_000, data));
			assert!(text.starts_with("ValueRefused(value=5000): "), "{text}");
		}
		assert_eq!(money(), before);
	});
}

#[test]
fn calldata_that_is_no_abi_panics() {
	ext().execute_with(|| {
		let before = money();
		let mut cut = topUpCall { channel: 1, amount: U256::from(1) }.abi_encode();
		cut.pop();
		for data in [vec![], vec![0xde, 0xad, 0xbe, 0xef], cut] {
			let output = call_raw(precompile(), 5_000, data).result.unwrap();
			assert!(output.did_revert());
			let panic = Panic::abi_decode_validate(&output.data).unwrap();
			assert_eq!(panic.kind(), Some(PanicKind::ResourceError));
		}
		assert_eq!(money(), before);
	});
}
