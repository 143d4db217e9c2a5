//! The life of a schedule: creation with its checks, cancellation, the end.

use crate::{agenda::MAX_FIRST_SHIFT, pallet::*, types::*, BalanceOf, ScheduleOf, TermsOf};
use codec::{Encode, MaxEncodedLen};
use frame_system::pallet_prelude::BlockNumberFor;
use opg_engine_abi::ModelSignature;
use pallet_credit as credit;
use pallet_model_registry::{self as registry, NotCallable};
use polkadot_sdk::{
	frame_support::{
		defensive, ensure,
		storage::with_storage_layer,
		traits::{fungible::hold::Mutate as _, tokens::Precision, Get},
	},
	frame_system,
	sp_runtime::{
		traits::{CheckedAdd, Saturating},
		DispatchError, DispatchResult,
	},
};

/// Entries of one schedule in state: itself, its progress, its result.
const ITEMS: u32 = 3;

/// Bytes of their keys (Twox-64, concatenated), and of a turn in an agenda.
const KEY_BYTES: usize = 3 * (8 + 8) + 12;

impl<T: Config> Pallet<T> {
	/// Creates a schedule of that owner and gives its id.
	///
	/// Errors: see [`Error`]; too little balance for the deposit. Nothing has changed then.
	pub fn do_create(owner: T::AccountId, terms: TermsOf<T>) -> Result<ScheduleId, DispatchError> {
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(terms.every >= T::MinPeriod::get(), Error::<T>::PeriodTooShort);
		ensure!(terms.runs > 0, Error::<T>::NoRuns);
		let wished = now.checked_add(&terms.every).ok_or(Error::<T>::PeriodTooLong)?;
		let signature = Self::check_model(&terms)?;
		Self::check_data(&terms, &signature)?;
		let deposit = Self::deposit_for(&owner, &terms, &signature);
		let runs = terms.runs;
		let model = terms.model;
		with_storage_layer(|| {
			let id = NextScheduleId::<T>::get();
			let following = id.checked_add(1).ok_or(Error::<T>::IdsExhausted)?;
			NextScheduleId::<T>::put(following);
			let first = Self::book(Turn { schedule: id, misses: 0 }, Some(wished), MAX_FIRST_SHIFT)
				.block
				.ok_or(Error::<T>::NoRoom)?;
			<T as credit::Config>::Currency::hold(&HoldReason::Schedule.into(), &owner, deposit)?;
			if !Cursor::<T>::exists() {
				Cursor::<T>::put(now);
			}
			let schedule = Schedule { owner: owner.clone(), terms, deposit, created: now };
			Schedules::<T>::insert(id, schedule);
			let progress = Progress {
				next: Some(first),
				left: runs,
				succeeded: 0,
				failed: 0,
				missed: 0,
				failures: 0,
				misses: 0,
				last_failure: None,
			};
			ProgressOf::<T>::insert(id, progress);
			Self::deposit_event(Event::ScheduleCreated {
				schedule: id,
				owner,
				model,
				first,
				deposit,
			});
			Ok(id)
		})
	}

	/// Ends a schedule of that owner.
	///
	/// Errors: no such schedule, not its owner.
	pub fn do_cancel(owner: &T::AccountId, id: ScheduleId) -> DispatchResult {
		let schedule = Schedules::<T>::get(id).ok_or(Error::<T>::UnknownSchedule)?;
		ensure!(schedule.owner == *owner, Error::<T>::NotOwner);
		Self::end(id, schedule, EndReason::Cancelled);
		Ok(())
	}

	/// Removes a schedule with all that it has, and gives its deposit back.
	pub(crate) fn end(id: ScheduleId, schedule: ScheduleOf<T>, reason: EndReason) {
		Schedules::<T>::remove(id);
		LastResult::<T>::remove(id);
		if let Some(block) = ProgressOf::<T>::take(id).and_then(|progress| progress.next) {
			Self::unbook(id, block);
		}
		let Schedule { owner, deposit, .. } = schedule;
		let held = &HoldReason::Schedule.into();
		// It was held when the schedule was created, and only this releases it.
		if <T as credit::Config>::Currency::release(held, &owner, deposit, Precision::BestEffort)
			.is_err()
		{
			defensive!("a schedule's deposit can be released");
		}
		Self::deposit_event(Event::ScheduleEnded { schedule: id, owner, reason });
	}

	/// The model can be called, within the schedule's price and fuel.
	fn check_model(terms: &TermsOf<T>) -> Result<ModelSignature, DispatchError> {
		let callable = registry::Pallet::<T>::callable(terms.model).map_err(|why| match why {
			NotCallable::Unknown => Error::<T>::UnknownModel,
			NotCallable::NotActive => Error::<T>::ModelNotActive,
			NotCallable::EngineUnavailable => Error::<T>::EngineUnavailable,
		})?;
		ensure!(callable.price <= terms.max_price, Error::<T>::PriceAboveMax);
		ensure!(callable.costs.max_fuel() <= terms.max_fuel, Error::<T>::FuelLimitTooLow);
		Ok(callable.signature)
	}

	/// Inputs and outputs fit the model and the pallet's bounds, and a run fits a block.
	fn check_data(terms: &TermsOf<T>, signature: &ModelSignature) -> DispatchResult {
		match &terms.input {
			Input::Fixed(packed) | Input::LastOutput { initial: packed } => {
				signature.unpack_inputs(packed).map_err(|_| Error::<T>::WrongInputLength)?;
			},
			Input::Contract { .. } => {},
		}
		let from_last = matches!(terms.input, Input::LastOutput { .. });
		ensure!(!from_last || outputs_are_inputs(signature), Error::<T>::OutputsAreNotInputs);
		let kept = output_bytes(signature) <= u64::from(MAX_BYTES);
		ensure!(kept || !(from_last || terms.delivery.is_some()), Error::<T>::OutputTooLong);
		// With the fuel that the owner allows: what the model needs may grow up to it.
		let needed = Self::run_ref_time(terms, signature, terms.max_fuel);
		ensure!(needed <= Self::heaviest_run(), Error::<T>::TooHeavy);
		Ok(())
	}

	/// Deposit for a schedule, OPG base units: every byte that it can come to have in state.
	fn deposit_for(
		owner: &T::AccountId,
		terms: &TermsOf<T>,
		signature: &ModelSignature,
	) -> BalanceOf<T> {
		let output = match output_bytes(signature) {
			long if long > u64::from(MAX_BYTES) => 0,
			short => short as usize,
		};
		let result = RunResult::<BlockNumberFor<T>>::max_encoded_len()
			.saturating_sub(MAX_BYTES as usize)
			.saturating_add(output);
		let bytes = owner
			.encoded_size()
			.saturating_add(terms.encoded_size())
			.saturating_add(BalanceOf::<T>::max_encoded_len())
			.saturating_add(BlockNumberFor::<T>::max_encoded_len())
			.saturating_add(Progress::<BlockNumberFor<T>>::max_encoded_len())
			.saturating_add(result)
			.saturating_add(KEY_BYTES);
		let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
		<T as registry::Config>::DepositPerByte::get().saturating_mul(bytes.into()).saturating_add(
			<T as registry::Config>::DepositPerItem::get().saturating_mul(ITEMS.into()),
		)
	}
}

/// Bytes of all outputs together.
pub(crate) fn output_bytes(signature: &ModelSignature) -> u64 {
	signature
		.outputs
		.iter()
		.fold(0u64, |sum, spec| sum.saturating_add(spec.byte_len().unwrap_or(u64::MAX)))
}

/// Whether a run's outputs can be the next one's inputs.
pub(crate) fn outputs_are_inputs(signature: &ModelSignature) -> bool {
	let (inputs, outputs) = (&signature.inputs, &signature.outputs);
	inputs.len() == outputs.len()
		&& inputs
			.iter()
			.zip(outputs)
			.all(|(input, output)| input.dtype == output.dtype && input.shape == output.shape)
}
