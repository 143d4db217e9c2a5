//! Channels and vouchers.

use super::mock::*;
use opg_precompile_credit::interface::ICredit::{
	channelInfoCall, closeCall, depositCall, openChannelCall, redeemCall, requestCloseCall,
	topUpCall, voucherDigestCall, Voucher,
};
use polkadot_sdk::{
	pallet_revive::precompiles::alloy::primitives::{Address, Bytes, U256},
	sp_core::{ecdsa, hex2array, Pair},
};

/// The first key of "test test … junk", and its address.
const KEY: [u8; 32] =
	hex2array!("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
const SIGNER: [u8; 20] = hex2array!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");

fn word(amount: Balance) -> U256 {
	U256::from(amount)
}

/// Alice opens a channel of 5,000 to Bob that expires at block 50.
fn open() -> u64 {
	returned::<depositCall>(call(10_000, depositCall {}));
	returned::<openChannelCall>(call(
		0,
		openChannelCall {
			payee: Address::from(address_of(&bob()).0),
			signer: Address::from(SIGNER),
			amount: word(5_000),
			expires: 50,
		},
	))
}

/// A voucher, and its signature over the digest that the precompile says.
fn promise(channel: u64, cumulative: u128) -> (Voucher, Bytes) {
	let voucher = Voucher { channel, cumulative, validUntilBlock: 100 };
	let digest =
		returned::<voucherDigestCall>(call(0, voucherDigestCall { voucher: voucher.clone() }));
	let mut signature = ecdsa::Pair::from_seed(&KEY).sign_prehashed(&digest.0).0;
	signature[64] += 27;
	(voucher, signature.to_vec().into())
}

fn redeem(promises: Vec<(Voucher, Bytes)>) -> redeemCall {
	let (vouchers, signatures) = promises.into_iter().unzip();
	redeemCall { vouchers, signatures }
}

#[test]
fn a_channel_is_opened_told_drawn_and_closed() {
	ext().execute_with(|| {
		let id = open();
		let paid =
			returned::<redeemCall>(call(0, redeem(vec![promise(id, 100), promise(id, 250)])));
		assert_eq!(paid, word(250));
		assert_eq!(Balances::free_balance(bob()), FUNDS + 250);
		returned::<topUpCall>(call(0, topUpCall { channel: id, amount: word(500) }));
		returned::<requestCloseCall>(call(0, requestCloseCall { channel: id }));
		let info = returned::<channelInfoCall>(call(0, channelInfoCall { channel: id }));
		assert_eq!(info.payer, Address::from(address_of(&alice()).0));
		assert_eq!(info.payee, Address::from(address_of(&bob()).0));
		assert_eq!(info.signer, Address::from(SIGNER));
		assert_eq!((info.funds, info.redeemed), (word(5_500), word(250)));
		assert_eq!((info.expires, info.closing), (50, 11));
		refused(0, closeCall { channel: id }, "NotClosable(from=11): ");
		System::set_block_number(11);
		returned::<closeCall>(call(0, closeCall { channel: id }));
		assert_eq!(Credit::credit_of(&alice()), 9_750);
		refused(0, channelInfoCall { channel: id }, "UnknownChannel(channel=1): ");
		refused(0, redeem(vec![promise(id, 300)]), "BadVoucher(index=0,why=UnknownChannel): ");
		money();
	});
}

#[test]
fn a_bad_voucher_names_its_place_and_nothing_moves() {
	ext().execute_with(|| {
		let id = open();
		let (voucher, signature) = promise(id, 300);
		let forged = Voucher { cumulative: 301, ..voucher.clone() };
		refused(
			0,
			redeem(vec![promise(id, 100), (forged, signature.clone())]),
			"BadVoucher(index=1,why=WrongSigner): ",
		);
		refused(
			0,
			redeem(vec![(voucher.clone(), signature.clone()); 2]),
			"BadVoucher(index=1,why=NothingToRedeem): ",
		);
		let short = Bytes::copy_from_slice(&signature[..64]);
		refused(
			0,
			redeem(vec![promise(id, 100), (voucher.clone(), short)]),
			"WrongSignatureLength(index=1,got=64): ",
		);
		refused(
			0,
			redeemCall { vouchers: vec![voucher.clone()], signatures: vec![] },
			"WrongSignatureCount(vouchers=1,signatures=0): ",
		);
		refused(0, redeem(vec![(voucher, signature); 65]), "TooManyVouchers(count=65,max=64): ");
		refused(0, redeem(vec![]), "NoVouchers(): ");
	});
}

#[test]
fn channels_are_their_payers() {
	ext().execute_with(|| {
		let id = open();
		refused(0, topUpCall { channel: 9, amount: word(1) }, "UnknownChannel(channel=9): ");
		refused(
			0,
			topUpCall { channel: id, amount: word(5_001) },
			"InsufficientCredit(needed=5001,available=5000): ",
		);
		refused(0, closeCall { channel: id }, "NotClosable(from=50): ");
		refused(0, requestCloseCall { channel: 9 }, "UnknownChannel(channel=9): ");
	});
}

#[test]
fn every_voucher_of_a_batch_is_weighed() {
	ext().execute_with(|| {
		let id = open();
		let one = call(0, redeem(vec![promise(id, 1)])).weight_consumed;
		let batch = (2..12).map(|n| promise(id, n)).collect();
		let ten = call(0, redeem(batch)).weight_consumed;
		assert!(ten.ref_time() >= one.ref_time() + 9 * 160_000_000);
	});
}
