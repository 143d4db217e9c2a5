//! Contracts that do as they are told.

use super::mock::*;
use crate::{CallFault, Called, Contracts, Outcome, ScheduleId, Terms};
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	frame_support::{
		traits::{fungible::Mutate, tokens::Preservation, Hooks},
		weights::Weight,
	},
	sp_core::H160,
	sp_runtime::DispatchError,
};
use std::cell::RefCell;

/// What a contract does when it is called. The contract of number `n` has the address `n n … n`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
	/// Answers that, or nothing when it is told.
	Answer(Vec<u8>),
	/// Fails.
	Fail(CallFault),
	/// Takes that much for state.
	Take(Balance),
	/// Frees state of that much.
	Free(Balance),
	/// Cancels that schedule.
	Cancel(ScheduleId),
	/// Withdraws all of Bob's credit.
	Withdraw,
	/// Creates a schedule of Bob's.
	Create(Box<Terms<Balance, u64>>),
	/// Calls the pallet's hook, as no contract can.
	Reenter,
}

/// A call that a contract got.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Call {
	Input(ScheduleId),
	Told { schedule: ScheduleId, model: ModelId, receipt: [u8; 32], output: Vec<u8> },
}

thread_local! {
	static SCRIPTS: RefCell<Vec<(u8, u64, Vec<Act>)>> = const { RefCell::new(Vec::new()) };
	static CALLS: RefCell<Vec<(u8, Call)>> = const { RefCell::new(Vec::new()) };
}

/// Makes the contract of that number take `ref_time` and do that, in every call.
pub(crate) fn script(number: u8, ref_time: u64, acts: Vec<Act>) -> H160 {
	SCRIPTS.with_borrow_mut(|scripts| {
		scripts.retain(|(other, ..)| *other != number);
		scripts.push((number, ref_time, acts));
	});
	H160::repeat_byte(number)
}

/// The calls since the last time.
pub(crate) fn calls() -> Vec<(u8, Call)> {
	CALLS.with_borrow_mut(std::mem::take)
}

/// What an overhead is, picoseconds.
pub(crate) const OVERHEAD: u64 = 3_000_000;

/// Contracts by script.
pub struct Scripted;

/// What contracts' state holds lies here.
pub(crate) fn contracts() -> Account {
	account(50)
}

fn act(number: u8, limit: u64, caller: &Account, call: Call) -> Called<Vec<u8>> {
	assert_eq!(*caller, Caller::get());
	CALLS.with_borrow_mut(|calls| calls.push((number, call)));
	let found =
		SCRIPTS.with_borrow(|scripts| scripts.iter().find(|(other, ..)| *other == number).cloned());
	let Some((_, wanted, acts)) = found else {
		return Called { result: Err(CallFault::BadAnswer), ref_time: 0 };
	};
	if wanted > limit {
		return Called {
			result: Err(CallFault::Failed(DispatchError::Exhausted)),
			ref_time: limit,
		};
	}
	let mut answer = vec![];
	for act in acts {
		let done = match act {
			Act::Answer(bytes) => {
				answer = bytes;
				Ok(())
			},
			Act::Fail(fault) => Err(fault),
			Act::Take(amount) => {
				let keep = Preservation::Preserve;
				Balances::transfer(caller, &contracts(), amount, keep)
					.map(|_| ())
					.map_err(Into::into)
			},
			Act::Free(amount) => {
				let keep = Preservation::Preserve;
				Balances::transfer(&contracts(), caller, amount, keep)
					.map(|_| ())
					.map_err(Into::into)
			},
			Act::Cancel(id) => Schedule::do_cancel(&bob(), id).map_err(Into::into),
			Act::Withdraw => Credit::do_withdraw(&bob(), credit())
				.map_err(|fault| fault.dispatch_error::<Test>().into()),
			Act::Create(terms) => {
				Schedule::do_create(bob(), *terms).map(|_| ()).map_err(Into::into)
			},
			Act::Reenter => {
				Schedule::on_idle(System::block_number(), Weight::MAX);
				Ok(())
			},
		};
		if let Err(fault) = done {
			return Called { result: Err(fault), ref_time: wanted };
		}
	}
	Called { result: Ok(answer), ref_time: wanted }
}

impl Contracts<Account, Balance> for Scripted {
	fn overhead() -> u64 {
		OVERHEAD
	}

	fn input(caller: &Account, contract: H160, id: ScheduleId, limit: u64) -> Called<Vec<u8>> {
		act(contract.0[0], limit, caller, Call::Input(id))
	}

	fn deliver(
		caller: &Account,
		contract: H160,
		outcome: Outcome<'_>,
		limit: u64,
		_deposit_limit: Balance,
	) -> Called<()> {
		let Outcome { schedule, model, receipt, output } = outcome;
		let output = output.to_vec();
		let call = Call::Told { schedule, model, receipt: receipt.0, output };
		let Called { result, ref_time } = act(contract.0[0], limit, caller, call);
		Called { result: result.map(|_| ()), ref_time }
	}
}

/// Begins anew.
pub(crate) fn forget_scripts() {
	SCRIPTS.with_borrow_mut(Vec::clear);
	calls();
}
