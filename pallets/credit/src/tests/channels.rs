//! Opening, topping up and closing channels.

use super::mock::*;
use crate::{Channels, CreditFault, Error, Event, HoldReason, NextChannelId};
use polkadot_sdk::{
	frame_support::{assert_noop, traits::fungible::InspectHold},
	sp_core::H160,
	sp_runtime::DispatchError,
};

fn held(who: &Account) -> Balance {
	Balances::balance_on_hold(&HoldReason::Channel.into(), who)
}

#[test]
fn a_channel_takes_credit_and_a_deposit_and_gives_both_back() {
	chain(|| {
		deposit(1_000);
		let id = open(bob(), 600);
		assert_eq!(id, 1);
		let deposit_of = Credit::channel_deposit();
		assert_eq!((credit(&alice()), held(&alice())), (400, deposit_of));
		assert_eq!(
			events().pop(),
			Some(Event::ChannelOpened {
				channel: 1,
				payer: alice(),
				payee: bob(),
				signer: SIGNER,
				amount: 600,
				expires: 100,
				deposit: deposit_of
			})
		);
		accept(Credit::close(signed(bob()), id));
		assert_eq!((credit(&alice()), held(&alice())), (1_000, 0));
		assert_eq!(
			events().pop(),
			Some(Event::ChannelClosed { channel: 1, payer: alice(), returned: 600 })
		);
		// An id is never used twice.
		assert_eq!(open(bob(), 600), 2);
	});
}

#[test]
fn what_cannot_be_opened_is_refused() {
	chain(|| {
		deposit(1_000);
		let open = |payer: Account, signer, amount, expires| {
			Credit::do_open_channel(payer, bob(), signer, amount, expires)
		};
		refuse(|| open(alice(), SIGNER, 0, 100), CreditFault::ZeroAmount);
		refuse(|| open(alice(), H160::zero(), 1, 100), CreditFault::ZeroSigner);
		refuse(|| open(alice(), SIGNER, 1, 1), CreditFault::ExpiryInPast { expires: 1, now: 1 });
		for needed in [1_001, Balance::MAX] {
			refuse(
				|| open(alice(), SIGNER, needed, 100),
				CreditFault::InsufficientCredit { needed, available: 1_000 },
			);
		}
		accept(Credit::deposit_to(signed(alice()), nobody(), 500));
		refuse(
			|| open(nobody(), SIGNER, 1, 100),
			CreditFault::InsufficientFunds { needed: Credit::channel_deposit(), available: 0 },
		);
		NextChannelId::<Test>::put(u64::MAX);
		refuse(|| open(alice(), SIGNER, 1, 100), CreditFault::IdsExhausted);
		assert_eq!(
			Credit::open_channel(RuntimeOrigin::none(), bob(), SIGNER, 1, 100),
			Err(DispatchError::BadOrigin)
		);
	});
}

#[test]
fn only_its_payer_tops_a_channel_up() {
	chain(|| {
		deposit(1_000);
		let id = open(bob(), 600);
		accept(Credit::top_up(signed(alice()), id, 400));
		assert_eq!(Channels::<Test>::get(id).map(|c| c.funds), Some(1_000));
		assert_eq!(events().pop(), Some(Event::ChannelToppedUp { channel: id, amount: 400 }));
		let top_up = |who: Account, id, amount| Credit::do_top_up(&who, id, amount);
		refuse(|| top_up(alice(), id, 0), CreditFault::ZeroAmount);
		refuse(|| top_up(bob(), id, 1), CreditFault::NotPayer { channel: id });
		refuse(|| top_up(alice(), 7, 1), CreditFault::UnknownChannel { channel: 7 });
		refuse(
			|| top_up(alice(), id, 1),
			CreditFault::InsufficientCredit { needed: 1, available: 0 },
		);
		refuse(
			|| top_up(alice(), id, Balance::MAX),
			DispatchError::Arithmetic(polkadot_sdk::sp_runtime::ArithmeticError::Overflow).into(),
		);
	});
}

#[test]
fn a_payer_waits_before_it_closes() {
	chain(|| {
		deposit(1_000);
		let id = open(bob(), 600);
		let close = |who: Account| Credit::do_close(&who, id);
		let request = |who: Account| Credit::do_request_close(&who, id);
		refuse(|| close(alice()), CreditFault::NotClosable { from: 100 });
		refuse(|| close(charlie()), CreditFault::NotClosable { from: u64::MAX });
		refuse(|| request(bob()), CreditFault::NotPayer { channel: id });
		go_to(5);
		accept(Credit::request_close(signed(alice()), id));
		assert_eq!(events().pop(), Some(Event::ChannelClosing { channel: id, from: 5 + PERIOD }));
		refuse(|| request(alice()), CreditFault::ChannelIsClosing { from: 5 + PERIOD });
		refuse(
			|| Credit::do_top_up(&alice(), id, 1),
			CreditFault::ChannelIsClosing { from: 5 + PERIOD },
		);
		go_to(4 + PERIOD);
		for who in [alice(), charlie()] {
			refuse(|| close(who.clone()), CreditFault::NotClosable { from: 5 + PERIOD });
		}
		go_to(5 + PERIOD);
		accept(Credit::close(signed(charlie()), id));
		assert_eq!((credit(&alice()), held(&alice())), (1_000, 0));
	});
}

#[test]
fn a_payer_closes_an_expired_channel_at_once() {
	chain(|| {
		deposit(1_000);
		let id = open(bob(), 600);
		go_to(99);
		refuse(|| Credit::do_close(&alice(), id), CreditFault::NotClosable { from: 100 });
		// Asked for late, the period would end after the expiry.
		accept(Credit::request_close(signed(alice()), id));
		go_to(100);
		assert_noop!(Credit::close(signed(charlie()), id), Error::<Test>::NotClosable);
		accept(Credit::close(signed(alice()), id));
		refuse(|| Credit::do_close(&alice(), id), CreditFault::UnknownChannel { channel: id });
	});
}

#[test]
fn a_payer_may_pay_itself() {
	chain(|| {
		deposit(1_000);
		let id = open(alice(), 600);
		redeem(vec![promise(id, 100)]);
		assert_eq!(free(&alice()) + held(&alice()), FUNDS - 900);
		accept(Credit::close(signed(alice()), id));
		assert_eq!(credit(&alice()), 900);
	});
}
