//! Redeeming: what a voucher pays, and which ones pay nothing.

use super::mock::*;
use crate::{
	voucher, Channels, CreditFault, Error, Event, Signature, Voucher, VoucherFault, MAX_VOUCHERS,
};
use codec::{Decode, Encode};
use polkadot_sdk::{
	frame_support::{assert_noop, BoundedVec},
	sp_core::H160,
	sp_runtime::DispatchError,
};

/// A batch that must be refused because of its voucher `index`.
fn refused(index: u8, why: VoucherFault, vouchers: Vec<(Voucher, Signature)>) {
	refuse(|| Credit::do_redeem(&vouchers), CreditFault::BadVoucher { index, why });
	let batch = BoundedVec::truncate_from(vouchers);
	assert_noop!(Credit::redeem(signed(bob()), batch), Error::<Test>::BadVoucher { index, why });
}

/// Two channels of 600 and 300 from Alice to Bob.
fn with_channels(test: impl FnOnce(u64, u64)) {
	chain(|| {
		deposit(1_000);
		let (first, second) = (open(bob(), 600), open(bob(), 300));
		test(first, second);
		check();
	});
}

#[test]
fn a_voucher_pays_what_is_new_in_it() {
	with_channels(|id, _| {
		redeem(vec![promise(id, 100)]);
		assert_eq!(free(&bob()), FUNDS + 100);
		redeem(vec![promise(id, 101)]);
		redeem(vec![promise(id, 600)]);
		assert_eq!(free(&bob()), FUNDS + 600);
		assert_eq!(
			events().split_off(3),
			[100, 1, 499].map(|amount| Event::VoucherRedeemed {
				channel: id,
				payee: bob(),
				amount
			})
		);
		assert_eq!(Channels::<Test>::get(id).map(|c| (c.funds, c.redeemed)), Some((600, 600)));
	});
}

#[test]
fn nothing_is_paid_twice() {
	with_channels(|id, _| {
		redeem(vec![promise(id, 100)]);
		for cumulative in [100, 99, 0] {
			refused(0, VoucherFault::NothingToRedeem, vec![promise(id, cumulative)]);
		}
		refused(1, VoucherFault::NothingToRedeem, vec![promise(id, 200), promise(id, 200)]);
		refused(1, VoucherFault::NothingToRedeem, vec![promise(id, 200), promise(id, 150)]);
	});
}

#[test]
fn a_channels_funds_cap_what_is_promised() {
	with_channels(|_, id| {
		redeem(vec![promise(id, u128::MAX)]);
		assert_eq!(free(&bob()), FUNDS + 300);
		refused(0, VoucherFault::NothingToRedeem, vec![promise(id, u128::MAX)]);
		// A top-up makes the same voucher good again.
		accept(Credit::top_up(signed(alice()), id, 50));
		redeem(vec![promise(id, u128::MAX)]);
		assert_eq!(free(&bob()), FUNDS + 350);
	});
}

#[test]
fn a_batch_pays_all_or_nothing() {
	with_channels(|first, second| {
		redeem(vec![promise(first, 10), promise(second, 20), promise(first, 30)]);
		assert_eq!(free(&bob()), FUNDS + 50);
		refused(
			2,
			VoucherFault::NothingToRedeem,
			vec![promise(first, 40), promise(second, 30), promise(second, 25)],
		);
		refuse(|| Credit::do_redeem(&[]), CreditFault::NoVouchers);
	});
}

#[test]
fn a_batch_has_at_most_64() {
	chain(|| {
		deposit(10_000);
		let id = open(bob(), 10_000);
		let vouchers: Vec<_> = (1..=MAX_VOUCHERS).map(|n| promise(id, n.into())).collect();
		redeem(vouchers.clone());
		assert_eq!(free(&bob()), FUNDS + 64);
		let more: Vec<_> = (1..=MAX_VOUCHERS + 1).map(|n| promise(id, n.into())).collect();
		assert!(crate::VoucherList::decode(&mut &more.encode()[..]).is_err());
		assert!(crate::VoucherList::decode(&mut &vouchers.encode()[..]).is_ok());
	});
}

#[test]
fn another_signer_signs_for_nothing() {
	with_channels(|id, _| {
		refused(0, VoucherFault::WrongSigner, vec![signed_by(OTHER_KEY, voucher(id, 100))]);
	});
}

#[test]
fn a_signature_is_good_for_its_own_words_alone() {
	with_channels(|first, second| {
		let (voucher, signature) = promise(first, 100);
		for changed in [
			Voucher { channel: second, ..voucher },
			Voucher { cumulative: 101, ..voucher },
			Voucher { valid_until_block: 999, ..voucher },
		] {
			refused(0, VoucherFault::WrongSigner, vec![(changed, signature)]);
		}
		let unknown = Voucher { channel: 9, ..voucher };
		refused(0, VoucherFault::UnknownChannel, vec![(unknown, signature)]);
	});
}

#[test]
fn a_voucher_of_another_chain_or_contract_is_refused() {
	with_channels(|id, _| {
		let other = |chain_id, contract| {
			let domain = voucher::domain_separator(chain_id, &contract);
			let voucher = voucher(id, 100);
			(voucher, sign_digest(KEY, &voucher::digest(&domain, &voucher)))
		};
		refused(0, VoucherFault::WrongSigner, vec![other(CHAIN_ID + 1, CONTRACT)]);
		refused(0, VoucherFault::WrongSigner, vec![other(CHAIN_ID, H160::repeat_byte(1))]);
		redeem(vec![other(CHAIN_ID, CONTRACT)]);
	});
}

#[test]
fn a_voucher_expires() {
	with_channels(|id, _| {
		let short = Voucher { valid_until_block: 20, ..voucher(id, 100) };
		go_to(21);
		refused(0, VoucherFault::Expired, vec![signed_by(KEY, short)]);
		go_to(20);
		redeem(vec![signed_by(KEY, short)]);
	});
}

/// The order of secp256k1 (SEC 2, section 2.4.1), big-endian.
const ORDER: [u8; 32] = polkadot_sdk::sp_core::hex2array!(
	"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
);

/// `ORDER − s`: the other `s` that fits the same message.
fn negated(s: &[u8]) -> Vec<u8> {
	let mut borrow = 0;
	let mut result: Vec<u8> = ORDER
		.iter()
		.rev()
		.zip(s.iter().rev())
		.map(|(n, s)| {
			let difference = i32::from(*n) - i32::from(*s) - borrow;
			borrow = i32::from(difference < 0);
			difference.rem_euclid(256) as u8
		})
		.collect();
	result.reverse();
	result
}

#[test]
fn the_second_signature_of_a_voucher_is_refused() {
	with_channels(|id, _| {
		let (voucher, signature) = promise(id, 100);
		let mut malleable = signature;
		malleable[32..64].copy_from_slice(&negated(&signature[32..64]));
		malleable[64] = if signature[64] == 27 { 28 } else { 27 };
		// It is the signer's by the curve's rules, and refused all the same.
		let domain = voucher::domain_separator(CHAIN_ID, &CONTRACT);
		let digest = voucher::digest(&domain, &voucher);
		let key = polkadot_sdk::sp_io::crypto::secp256k1_ecdsa_recover(&malleable, &digest);
		assert_eq!(key.map(|key| voucher::address(&key)).ok(), Some(SIGNER));
		refused(0, VoucherFault::MalformedSignature, vec![(voucher, malleable)]);
		redeem(vec![(voucher, signature)]);
	});
}

#[test]
fn a_malformed_signature_is_refused() {
	with_channels(|id, _| {
		let (voucher, signature) = promise(id, 100);
		for v in [2, 3, 26, 29, 30, 35, 255] {
			let mut other = signature;
			other[64] = v;
			refused(0, VoucherFault::MalformedSignature, vec![(voucher, other)]);
		}
		for (r, s) in [([0; 32], [1; 32]), ([1; 32], [0; 32]), ([0; 32], [0; 32]), (ORDER, [1; 32])]
		{
			let mut other = [27; 65];
			other[..32].copy_from_slice(&r);
			other[32..64].copy_from_slice(&s);
			refused(0, VoucherFault::MalformedSignature, vec![(voucher, other)]);
		}
		refused(0, VoucherFault::MalformedSignature, vec![(voucher, [0xff; 65])]);
	});
}

#[test]
fn both_ways_to_write_v_are_the_same_signature() {
	with_channels(|id, _| {
		let (voucher, mut signature) = promise(id, 100);
		assert!(matches!(signature[64], 27 | 28));
		signature[64] -= 27;
		redeem(vec![(voucher, signature)]);
		signature[64] += 27;
		refused(0, VoucherFault::NothingToRedeem, vec![(voucher, signature)]);
	});
}

#[test]
fn a_payee_without_an_account_gets_credit() {
	chain(|| {
		deposit(1_000);
		let id = open(nobody(), 600);
		redeem(vec![promise(id, ED - 1)]);
		assert_eq!((total(&nobody()), credit(&nobody())), (0, ED - 1));
		redeem(vec![promise(id, 2 * ED - 1)]);
		assert_eq!((total(&nobody()), credit(&nobody())), (ED, ED - 1));
	});
}

#[test]
fn nobody_redeems_without_an_account() {
	with_channels(|id, _| {
		let batch = BoundedVec::truncate_from(vec![promise(id, 1)]);
		assert_eq!(Credit::redeem(RuntimeOrigin::none(), batch), Err(DispatchError::BadOrigin));
	});
}
