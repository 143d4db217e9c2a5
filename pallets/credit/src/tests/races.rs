//! A payee and a payer in each other's way: whoever comes first, nothing is paid twice or lost.

use super::mock::*;
use crate::{CreditFault, VoucherFault};
use polkadot_sdk::frame_support::assert_ok;

fn with_channel(test: impl FnOnce(u64)) {
	chain(|| {
		deposit(1_000);
		test(open(bob(), 600));
		check();
	});
}

fn gone(id: u64) {
	refuse(
		|| Credit::do_redeem(&[promise(id, 600)]),
		CreditFault::BadVoucher { index: 0, why: VoucherFault::UnknownChannel },
	);
}

#[test]
fn a_payee_redeems_until_the_last_block_of_the_period() {
	with_channel(|id| {
		accept(Credit::request_close(signed(alice()), id));
		go_to(PERIOD);
		redeem(vec![promise(id, 100)]);
		go_to(1 + PERIOD);
		// In the block in which it can be closed the order decides.
		redeem(vec![promise(id, 250)]);
		accept(Credit::close(signed(alice()), id));
		gone(id);
		assert_eq!((credit(&alice()), free(&bob())), (750, FUNDS + 250));
	});
}

#[test]
fn a_payer_who_closes_first_keeps_the_rest() {
	with_channel(|id| {
		redeem(vec![promise(id, 100)]);
		go_to(100);
		accept(Credit::close(signed(alice()), id));
		gone(id);
		assert_eq!(credit(&alice()), 900);
	});
}

#[test]
fn an_expired_channel_pays_until_it_is_closed() {
	with_channel(|id| {
		go_to(500);
		redeem(vec![promise(id, 600)]);
		accept(Credit::close(signed(alice()), id));
		assert_eq!((credit(&alice()), free(&bob())), (400, FUNDS + 600));
	});
}

#[test]
fn a_payee_who_closes_gives_up_the_rest() {
	with_channel(|id| {
		redeem(vec![promise(id, 100)]);
		accept(Credit::close(signed(bob()), id));
		gone(id);
		assert_eq!(credit(&alice()), 900);
	});
}

#[test]
fn vouchers_of_a_closed_channel_draw_nothing_from_the_next() {
	with_channel(|id| {
		accept(Credit::close(signed(bob()), id));
		let next = open(bob(), 600);
		assert_ne!(next, id);
		gone(id);
	});
}

#[test]
fn a_payer_cannot_spend_what_it_put_in_a_channel() {
	with_channel(|id| {
		refuse(
			|| Credit::do_withdraw(&alice(), 401),
			CreditFault::InsufficientCredit { needed: 401, available: 400 },
		);
		accept(Credit::withdraw(signed(alice()), 400));
		// Nor does its account die while it holds the deposit.
		assert!(Balances::transfer_allow_death(signed(alice()), bob(), free(&alice())).is_err());
		assert_ok!(Balances::transfer_all(signed(alice()), charlie(), false));
		check();
		redeem(vec![promise(id, 600)]);
		accept(Credit::close(signed(bob()), id));
		assert_ok!(Balances::transfer_all(signed(alice()), charlie(), false));
		check();
		assert_eq!(total(&alice()), 0);
	});
}
