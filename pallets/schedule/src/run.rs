//! One run: what it may take and cost, its inputs, the inference, the delivery, and who pays what.

use crate::{
	contracts::{CallFault, Contracts, Fees, Outcome},
	create::outputs_are_inputs,
	fault::Fault,
	pallet::*,
	types::*,
	BalanceOf, ScheduleOf, TermsOf, WeightInfo,
};
use alloc::{boxed::Box, vec::Vec};
use frame_system::pallet_prelude::BlockNumberFor;
use opg_engine_abi::{ModelSignature, Tensor};
use pallet_credit::{self as credit, CreditFault};
use pallet_inference::{self as inference, InferFault, Inference, Source};
use pallet_model_registry::{self as registry, cost, MAX_BENEFICIARIES};
use polkadot_sdk::{
	frame_support::{
		ensure,
		storage::with_storage_layer,
		traits::{fungible::Inspect, Get},
		weights::Weight,
	},
	frame_system,
	sp_runtime::{
		traits::{CheckedAdd, CheckedSub, Convert, Saturating, Zero},
		ArithmeticError, DispatchError,
	},
};

/// What is to be done with a turn.
pub(crate) enum Plan<Balance> {
	/// The block has too little left for what it may take, picoseconds.
	Miss { needed: u64 },
	/// It can't begin.
	Fail(Fault),
	/// It can.
	Run(Box<Planned<Balance>>),
}

/// A run that fits the block.
pub(crate) struct Planned<Balance> {
	/// Execution time that it may take beyond the turn's bookkeeping, picoseconds.
	pub(crate) ref_time: u64,
	/// The model's price.
	price: Balance,
	/// Fuel that the model needs.
	fuel: u64,
	/// Its inputs and outputs.
	signature: ModelSignature,
}

/// A run that was paid.
struct Paid<Balance> {
	/// What came of it.
	result: Result<Done<Balance>, Fault>,
	/// Fee of all that it used.
	fee: Balance,
	/// What new state of contracts holds.
	deposit: Balance,
	/// What contracts freed.
	released: Balance,
}

/// A run that succeeded.
struct Done<Balance> {
	inference: Inference<Balance>,
	delivered: Delivered,
}

impl<T: Config> Pallet<T> {
	/// Execution time that a run with that much fuel may take beyond the turn's bookkeeping,
	/// picoseconds.
	pub(crate) fn run_ref_time(terms: &TermsOf<T>, signature: &ModelSignature, fuel: u64) -> u64 {
		let called = |limit: Option<u64>| match limit {
			Some(limit) => T::Contracts::overhead().saturating_add(limit),
			None => 0,
		};
		let input = match &terms.input {
			Input::Contract { ref_time, .. } => Some(*ref_time),
			Input::Fixed(_) | Input::LastOutput { .. } => None,
		};
		let delivery = terms.delivery.as_ref().map(|delivery| delivery.ref_time);
		Self::fixed(<T as Config>::WeightInfo::run())
			.saturating_add(Self::infer_ref_time(signature, MAX_BENEFICIARIES, fuel))
			.saturating_add(called(input))
			.saturating_add(called(delivery))
	}

	fn infer_ref_time(signature: &ModelSignature, beneficiaries: u32, fuel: u64) -> u64 {
		let bytes = cost::signature_bytes(&signature.inputs);
		inference::Pallet::<T>::infer_weight(bytes, beneficiaries, fuel).ref_time()
	}

	/// The fee for that much execution time, OPG base units.
	pub(crate) fn fee(ref_time: u64) -> BalanceOf<T> {
		<T as inference::Config>::ComputeFee::convert(Weight::from_parts(ref_time, 0))
	}

	/// Whether a run can begin in this block, which has that much left for it, picoseconds. Looks at
	/// everything but the owner's credit.
	pub(crate) fn plan(terms: &TermsOf<T>, left: u64) -> Plan<BalanceOf<T>> {
		match Self::try_plan(terms, left) {
			Ok(plan) => plan,
			Err(fault) => Plan::Fail(fault),
		}
	}

	fn try_plan(terms: &TermsOf<T>, left: u64) -> Result<Plan<BalanceOf<T>>, Fault> {
		let model = terms.model;
		let callable = registry::Pallet::<T>::callable(model)
			.map_err(|why| InferFault::not_callable(model, why))?;
		let u128_of = registry::Pallet::<T>::balance_u128;
		let (price, max) = (callable.price, terms.max_price);
		ensure!(
			price <= max,
			Fault::from(InferFault::PriceAboveMax { price: u128_of(price), max: u128_of(max) })
		);
		let (needed, given) = (callable.costs.max_fuel(), terms.max_fuel);
		ensure!(needed <= given, Fault::from(InferFault::FuelLimitTooLow { needed, given }));
		let signature = callable.signature;
		let from_last = matches!(terms.input, Input::LastOutput { .. });
		ensure!(!from_last || outputs_are_inputs(&signature), Fault::OutputsAreNotInputs);
		let ref_time = Self::run_ref_time(terms, &signature, needed);
		let max = Self::heaviest_run();
		ensure!(ref_time <= max, Fault::TooHeavy { needed: ref_time, max });
		if ref_time > left || inference::Pallet::<T>::ensure_room(1).is_err() {
			return Ok(Plan::Miss { needed: ref_time });
		}
		Ok(Plan::Run(Box::new(Planned { ref_time, price, fuel: needed, signature })))
	}

	/// Records a run that couldn't begin, and takes the fee of its turn as far as the owner's credit goes.
	/// Says whether it went that far.
	pub(crate) fn fail_turn(
		id: ScheduleId,
		schedule: &ScheduleOf<T>,
		now: BlockNumberFor<T>,
		fault: Fault,
		lookups: u32,
	) -> bool {
		let whole = Self::fee(Self::turn_ref_time(lookups));
		let fee = whole.min(Self::credit_of(&schedule.owner));
		let paid = Self::pay_turn(&schedule.owner, fee);
		Self::record_failure(id, schedule, now, fault, paid);
		fee == whole
	}

	/// Takes a fee from the owner's credit, which has it, and says what was paid.
	fn pay_turn(owner: &T::AccountId, fee: BalanceOf<T>) -> BalanceOf<T> {
		let paid = with_storage_layer(|| -> Result<(), DispatchError> {
			credit::Pallet::<T>::set_aside(owner, fee).map_err(Self::credit_error)?;
			Self::pay_fee(fee)?;
			credit::Pallet::<T>::put_back(owner, fee, Zero::zero()).map_err(Self::credit_error)
		});
		if paid.is_ok() {
			fee
		} else {
			Zero::zero()
		}
	}

	/// Runs a model, pays for it and records it. Gives the execution time that it used beyond the
	/// turn's bookkeeping, picoseconds: what was planned at most; and whether the owner's credit covered
	/// the bookkeeping at least.
	pub(crate) fn run(
		id: ScheduleId,
		schedule: &ScheduleOf<T>,
		planned: Planned<BalanceOf<T>>,
		lookups: u32,
		now: BlockNumberFor<T>,
	) -> (u64, bool) {
		let infer = |used: &mut u64| Self::infer(id, schedule, &planned, used);
		Self::run_with(id, schedule, &planned, lookups, now, infer)
	}

	/// [`Self::run`] with that inference, which adds the execution time that it used.
	pub(crate) fn run_with(
		id: ScheduleId,
		schedule: &ScheduleOf<T>,
		planned: &Planned<BalanceOf<T>>,
		lookups: u32,
		now: BlockNumberFor<T>,
		infer: impl FnOnce(&mut u64) -> Result<Inference<BalanceOf<T>>, Fault>,
	) -> (u64, bool) {
		let owner = &schedule.owner;
		let turn = Self::turn_ref_time(lookups);
		if let Err(fault) = Self::ensure_credit(schedule, planned, turn) {
			return (0, Self::fail_turn(id, schedule, now, fault, lookups));
		}
		let mut used = Self::fixed(<T as Config>::WeightInfo::run());
		let paid = with_storage_layer(|| {
			Self::paid_run(id, schedule, planned, turn, now, &mut used, infer)
		});
		match paid {
			Ok(Paid { result: Ok(done), fee, deposit, released }) => {
				Self::update(id, |progress| {
					progress.succeeded = progress.succeeded.saturating_add(1);
					progress.failures = 0;
				});
				Self::deposit_event(Event::RunSucceeded {
					schedule: id,
					owner: owner.clone(),
					model: schedule.terms.model,
					receipt: done.inference.receipt,
					price: done.inference.price,
					fee,
					deposit,
					released,
					delivered: done.delivered,
				});
			},
			Ok(Paid { result: Err(fault), fee, .. }) => {
				Self::record_failure(id, schedule, now, fault, fee);
			},
			Err(error) => {
				let fault = Fault::Payment(error);
				Self::record_failure(id, schedule, now, fault, Zero::zero());
			},
		}
		(used.min(planned.ref_time), true)
	}

	/// Whether the owner's credit covers all that a run may cost.
	fn ensure_credit(
		schedule: &ScheduleOf<T>,
		planned: &Planned<BalanceOf<T>>,
		turn: u64,
	) -> Result<(), Fault> {
		let available = Self::credit_of(&schedule.owner);
		let needed = Self::most(schedule, planned, turn).saturating_add(planned.price);
		ensure!(
			available >= needed,
			Fault::InsufficientCredit {
				needed: registry::Pallet::<T>::balance_u128(needed),
				available: registry::Pallet::<T>::balance_u128(available),
			}
		);
		Ok(())
	}

	/// All that a run may cost but the price: its fee and the delivery's deposit.
	fn most(schedule: &ScheduleOf<T>, planned: &Planned<BalanceOf<T>>, turn: u64) -> BalanceOf<T> {
		let delivery = schedule.terms.delivery.as_ref();
		let deposit = delivery.map_or(Zero::zero(), |delivery| delivery.deposit_limit);
		Self::fee(turn.saturating_add(planned.ref_time)).saturating_add(deposit)
	}

	/// The run with its payments. After an error of it, all is to be undone; a run that fails is none.
	/// Adds the execution time that was used to `used`.
	fn paid_run(
		id: ScheduleId,
		schedule: &ScheduleOf<T>,
		planned: &Planned<BalanceOf<T>>,
		turn: u64,
		now: BlockNumberFor<T>,
		used: &mut u64,
		infer: impl FnOnce(&mut u64) -> Result<Inference<BalanceOf<T>>, Fault>,
	) -> Result<Paid<BalanceOf<T>>, DispatchError> {
		let owner = &schedule.owner;
		let aside = Self::most(schedule, planned, turn);
		let before = Self::own_balance();
		credit::Pallet::<T>::set_aside(owner, aside).map_err(Self::credit_error)?;
		let result = with_storage_layer(|| infer(used));
		let mut advanced = Zero::zero();
		let result = result.map(|inference| {
			let delivered = Self::conclude(id, schedule, &inference, now, used);
			if let (Delivered::Told, Some(delivery)) = (delivered, &schedule.terms.delivery) {
				advanced = delivery.deposit_limit;
			}
			Done { inference, delivered }
		});
		*used = (*used).min(planned.ref_time);
		let fee = Self::fee(turn.saturating_add(*used));
		Self::pay_fee(fee)?;
		// What came back of the advance, and what contracts freed. Less than before is impossible: they
		// were advanced all that they may take.
		let back = Self::own_balance()
			.checked_sub(&before)
			.ok_or(DispatchError::Other("contracts took more than was advanced"))?;
		credit::Pallet::<T>::take_in(&T::Account::get(), owner, back)
			.map_err(Self::credit_error)?;
		let spent = fee.checked_add(&advanced).ok_or(ArithmeticError::Overflow)?;
		let rest = aside.checked_sub(&spent).ok_or(ArithmeticError::Underflow)?;
		credit::Pallet::<T>::put_back(owner, aside, rest).map_err(Self::credit_error)?;
		Ok(Paid {
			result,
			fee,
			deposit: advanced.saturating_sub(back),
			released: back.saturating_sub(advanced),
		})
	}

	/// Gets the inputs and runs the model, in one storage layer: when it fails, what a contract did to
	/// give the inputs is undone too.
	fn infer(
		id: ScheduleId,
		schedule: &ScheduleOf<T>,
		planned: &Planned<BalanceOf<T>>,
		used: &mut u64,
	) -> Result<Inference<BalanceOf<T>>, Fault> {
		let inputs = Self::inputs(id, schedule, planned, used)?;
		let terms = &schedule.terms;
		let done = inference::Pallet::<T>::do_infer(
			&schedule.owner,
			&Source::Credit,
			terms.model,
			inputs,
			terms.max_price,
			planned.fuel,
		);
		let (beneficiaries, fuel) = match &done {
			Ok(done) => (done.beneficiaries, done.charged_fuel),
			Err(error) => (0, error.charged_fuel),
		};
		let signature = &planned.signature;
		*used = used.saturating_add(Self::infer_ref_time(signature, beneficiaries, fuel));
		done.map_err(|error| error.fault.into())
	}

	/// The inputs of a run.
	pub(crate) fn inputs(
		id: ScheduleId,
		schedule: &ScheduleOf<T>,
		planned: &Planned<BalanceOf<T>>,
		used: &mut u64,
	) -> Result<Vec<Tensor>, Fault> {
		let packed = match &schedule.terms.input {
			Input::Fixed(packed) => packed.to_vec(),
			Input::LastOutput { initial } => match LastResult::<T>::get(id) {
				Some(last) => last.output.into_inner(),
				None => initial.to_vec(),
			},
			Input::Contract { contract, ref_time } => {
				let called = T::Contracts::input(&T::Account::get(), *contract, id, *ref_time);
				Self::count_call(used, called.ref_time, *ref_time);
				called.result.map_err(Fault::Input)?
			},
		};
		planned
			.signature
			.unpack_inputs(&packed)
			.map_err(|(expected, got)| Fault::WrongInputLength { expected, got })
	}

	/// Keeps the result of a run, unless its schedule was cancelled, and tells the contract.
	fn conclude(
		id: ScheduleId,
		schedule: &ScheduleOf<T>,
		inference: &Inference<BalanceOf<T>>,
		now: BlockNumberFor<T>,
		used: &mut u64,
	) -> Delivered {
		let output = packed(&inference.tensors);
		let result = RunResult {
			block: now,
			receipt: inference.receipt,
			delivered: Delivered::Nothing,
			output: output.clone(),
		};
		// The contract that gave the inputs may have cancelled.
		if Schedules::<T>::contains_key(id) {
			LastResult::<T>::insert(id, result);
		}
		let Some(delivery) = &schedule.terms.delivery else { return Delivered::Nothing };
		let told = with_storage_layer(|| -> Result<(), CallFault> {
			let account = T::Account::get();
			credit::Pallet::<T>::advance(&account, delivery.deposit_limit)
				.map_err(Self::credit_error)?;
			let outcome = Outcome {
				schedule: id,
				model: schedule.terms.model,
				receipt: inference.receipt,
				output: &output,
			};
			let called = T::Contracts::deliver(
				&account,
				delivery.contract,
				outcome,
				delivery.ref_time,
				delivery.deposit_limit,
			);
			Self::count_call(used, called.ref_time, delivery.ref_time);
			called.result
		});
		let delivered = match told {
			Ok(()) => Delivered::Told,
			Err(fault) => Delivered::Failed(fault),
		};
		// The contract that was told may have cancelled.
		LastResult::<T>::mutate_extant(id, |result| result.delivered = delivered);
		delivered
	}

	/// Counts a call that took `ref_time` of its `limit`, picoseconds.
	fn count_call(used: &mut u64, ref_time: u64, limit: u64) {
		*used = used.saturating_add(T::Contracts::overhead()).saturating_add(ref_time.min(limit));
	}

	/// Pays a fee out of what was set aside.
	fn pay_fee(fee: BalanceOf<T>) -> Result<(), DispatchError> {
		if fee.is_zero() {
			return Ok(());
		}
		T::Fees::pay(&credit::Pallet::<T>::pot(), fee)
	}

	/// What the account that calls contracts has.
	fn own_balance() -> BalanceOf<T> {
		<T as credit::Config>::Currency::total_balance(&T::Account::get())
	}

	fn credit_of(owner: &T::AccountId) -> BalanceOf<T> {
		credit::Pallet::<T>::credit_of(owner)
	}

	fn credit_error(fault: CreditFault) -> DispatchError {
		fault.dispatch_error::<T>()
	}
}

/// Outputs as they are stored and delivered: each one's raw data, or nothing when they are too long.
fn packed(tensors: &[Tensor]) -> Packed {
	let bytes = tensors.iter().fold(0usize, |sum, tensor| sum.saturating_add(tensor.data.len()));
	if bytes > MAX_BYTES as usize {
		return Packed::default();
	}
	let data: Vec<u8> = tensors.iter().flat_map(|tensor| tensor.data.iter().copied()).collect();
	// As long as was just counted.
	Packed::truncate_from(data)
}
