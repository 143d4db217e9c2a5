//! Why an inference was refused or failed, with all its numbers: for the precompile, the runtime
//! API and the RPC. An extrinsic's [`DispatchError`] keeps only the kind.

use crate::pallet::{Config, Error};
use alloc::string::{String, ToString};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::fmt;
use opg_engine_abi::EngineError;
use pallet_model_registry::{ModelId, NotCallable, RefusalCode};
use polkadot_sdk::sp_runtime::DispatchError;
use scale_info::TypeInfo;

/// Why an inference was refused before its run, or failed in it. Amounts are OPG base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum InferFault {
	/// No model has this id (any more).
	#[codec(index = 0)]
	UnknownModel {
		/// The id.
		model: ModelId,
	},
	/// The model is a draft, paused or retired.
	#[codec(index = 1)]
	ModelNotActive {
		/// The model.
		model: ModelId,
	},
	/// The model's engine version is switched off.
	#[codec(index = 2)]
	EngineUnavailable {
		/// The model.
		model: ModelId,
	},
	/// The model's price is above the caller's limit.
	#[codec(index = 3)]
	PriceAboveMax {
		/// The price now.
		price: u128,
		/// The caller's limit.
		max: u128,
	},
	/// The caller's fuel limit is below what a call needs (load, overhead and run limit).
	#[codec(index = 4)]
	FuelLimitTooLow {
		/// What a call needs.
		needed: u64,
		/// What was given.
		given: u64,
	},
	/// The payer can't pay the price and stay alive.
	#[codec(index = 5)]
	InsufficientFunds {
		/// The price.
		needed: u128,
		/// What the payer can spend.
		available: u128,
	},
	/// The block has no room for another receipt.
	#[codec(index = 6)]
	BlockFull {
		/// Receipts that a block holds.
		max: u32,
	},
	/// The engine refused the inputs, or the run failed.
	#[codec(index = 7)]
	Engine(EngineError),
	/// The currency refused a payment that it had agreed to before the run.
	#[codec(index = 8)]
	PaymentFailed {
		/// Why.
		error: DispatchError,
	},
	/// The payer's credit is below the price.
	#[codec(index = 9)]
	InsufficientCredit {
		/// The price.
		needed: u128,
		/// The credit.
		available: u128,
	},
	/// The sponsor has allowed the caller nothing.
	#[codec(index = 10)]
	NotSponsored,
	/// The sponsor's allowance has expired.
	#[codec(index = 11)]
	AllowanceExpired {
		/// First block in which it no longer held.
		expired: u64,
	},
	/// The sponsor's allowance is for other models.
	#[codec(index = 12)]
	ModelNotSponsored {
		/// The model.
		model: ModelId,
	},
	/// The price is above what the sponsor allows for one call.
	#[codec(index = 13)]
	AllowancePerCall {
		/// The price.
		price: u128,
		/// What one call may cost.
		max: u128,
	},
	/// The price is above what is left of the sponsor's allowance.
	#[codec(index = 14)]
	AllowanceTotal {
		/// The price.
		price: u128,
		/// What is left.
		left: u128,
	},
	/// A batch has no rows, or too many.
	#[codec(index = 15)]
	WrongRowCount {
		/// Rows that it has.
		rows: u32,
		/// Rows that a batch may have.
		max: u32,
	},
	/// A view was asked of a model that has a price.
	#[codec(index = 16)]
	NotFree {
		/// The price now.
		price: u128,
	},
	/// A pipeline has no stages, or too many.
	#[codec(index = 17)]
	WrongStageCount {
		/// Stages that it has.
		stages: u32,
		/// Stages that a pipeline may have.
		max: u32,
	},
}

impl InferFault {
	/// A number for contracts. Codes of the engine keep theirs (1 to 255), the rest start at 256.
	pub fn code(&self) -> u32 {
		match self {
			Self::Engine(error) => u32::from(error.code as u8),
			Self::UnknownModel { .. } => 256,
			Self::ModelNotActive { .. } => 257,
			Self::EngineUnavailable { .. } => 258,
			Self::PriceAboveMax { .. } => 259,
			Self::FuelLimitTooLow { .. } => 260,
			Self::InsufficientFunds { .. } => 261,
			Self::BlockFull { .. } => 262,
			Self::PaymentFailed { .. } => 263,
			Self::InsufficientCredit { .. } => 264,
			Self::NotSponsored => 265,
			Self::AllowanceExpired { .. } => 266,
			Self::ModelNotSponsored { .. } => 267,
			Self::AllowancePerCall { .. } => 268,
			Self::AllowanceTotal { .. } => 269,
			Self::WrongRowCount { .. } => 270,
			Self::NotFree { .. } => 271,
			Self::WrongStageCount { .. } => 272,
		}
	}

	/// The name, as errors print it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Engine(error) => error.code.name(),
			Self::UnknownModel { .. } => "UnknownModel",
			Self::ModelNotActive { .. } => "ModelNotActive",
			Self::EngineUnavailable { .. } => "EngineUnavailable",
			Self::PriceAboveMax { .. } => "PriceAboveMax",
			Self::FuelLimitTooLow { .. } => "FuelLimitTooLow",
			Self::InsufficientFunds { .. } => "InsufficientFunds",
			Self::BlockFull { .. } => "BlockFull",
			Self::PaymentFailed { .. } => "PaymentFailed",
			Self::InsufficientCredit { .. } => "InsufficientCredit",
			Self::NotSponsored => "NotSponsored",
			Self::AllowanceExpired { .. } => "AllowanceExpired",
			Self::ModelNotSponsored { .. } => "ModelNotSponsored",
			Self::AllowancePerCall { .. } => "AllowancePerCall",
			Self::AllowanceTotal { .. } => "AllowanceTotal",
			Self::WrongRowCount { .. } => "WrongRowCount",
			Self::NotFree { .. } => "NotFree",
			Self::WrongStageCount { .. } => "WrongStageCount",
		}
	}

	/// What a user can do about it.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::Engine(error) => error.code.hint(),
			Self::UnknownModel { .. } => "check the model's id",
			Self::ModelNotActive { .. } => "wait until the owner activates or resumes the model",
			Self::EngineUnavailable { .. } => {
				"the model's engine version is switched off; use a model of a newer one"
			},
			Self::PriceAboveMax { .. } => "ask for a quote and raise the limit",
			Self::FuelLimitTooLow { .. } => "ask for a quote and pass its max_fuel",
			Self::InsufficientFunds { .. } => "fund the payer",
			Self::BlockFull { .. } => "call again in the next block",
			Self::PaymentFailed { .. } => "check the payer's account",
			Self::InsufficientCredit { .. } => "deposit credit",
			Self::NotSponsored => "ask the sponsor for an allowance",
			Self::AllowanceExpired { .. } => "ask the sponsor for a new allowance",
			Self::ModelNotSponsored { .. } => "call a model that the allowance names",
			Self::AllowancePerCall { .. } => "call a cheaper model, or ask for a higher allowance",
			Self::AllowanceTotal { .. } => "ask the sponsor for a new allowance",
			Self::WrongRowCount { .. } => "split the rows into batches of at most max, at least 1",
			Self::NotFree { .. } => "a view pays nothing; make a call that pays the price",
			Self::WrongStageCount { .. } => "name at least one model and at most max",
		}
	}

	/// The grammar of errors everywhere: `Code(key=value,…): hint`.
	pub fn message(&self) -> String {
		let mut text = self.to_string();
		text.push_str(": ");
		text.push_str(self.hint());
		text
	}

	/// A registry's refusal of that model.
	pub fn not_callable(model: ModelId, why: NotCallable) -> Self {
		match why {
			NotCallable::Unknown => Self::UnknownModel { model },
			NotCallable::NotActive => Self::ModelNotActive { model },
			NotCallable::EngineUnavailable => Self::EngineUnavailable { model },
		}
	}

	/// The error of an extrinsic.
	pub fn dispatch_error<T: Config>(&self) -> DispatchError {
		match self {
			Self::UnknownModel { .. } => Error::<T>::UnknownModel,
			Self::ModelNotActive { .. } => Error::<T>::ModelNotActive,
			Self::EngineUnavailable { .. } => Error::<T>::EngineUnavailable,
			Self::PriceAboveMax { .. } => Error::<T>::PriceAboveMax,
			Self::FuelLimitTooLow { .. } => Error::<T>::FuelLimitTooLow,
			Self::InsufficientFunds { .. } => Error::<T>::InsufficientFunds,
			Self::BlockFull { .. } => Error::<T>::BlockFull,
			Self::Engine(error) => Error::<T>::EngineRefused(RefusalCode(error.code)),
			Self::PaymentFailed { error } => return *error,
			Self::InsufficientCredit { .. } => Error::<T>::InsufficientCredit,
			Self::NotSponsored => Error::<T>::NotSponsored,
			Self::AllowanceExpired { .. } => Error::<T>::AllowanceExpired,
			Self::ModelNotSponsored { .. } => Error::<T>::ModelNotSponsored,
			Self::AllowancePerCall { .. } => Error::<T>::AllowancePerCall,
			Self::AllowanceTotal { .. } => Error::<T>::AllowanceTotal,
			Self::WrongRowCount { .. } => Error::<T>::WrongRowCount,
			Self::NotFree { .. } => Error::<T>::NotFree,
			Self::WrongStageCount { .. } => Error::<T>::WrongStageCount,
		}
		.into()
	}
}

impl fmt::Display for InferFault {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Engine(error) => error.fmt(f),
			Self::UnknownModel { model }
			| Self::ModelNotActive { model }
			| Self::EngineUnavailable { model }
			| Self::ModelNotSponsored { model } => write!(f, "{}(model={model})", self.name()),
			Self::PriceAboveMax { price, max } | Self::AllowancePerCall { price, max } => {
				write!(f, "{}(price={price},max={max})", self.name())
			},
			Self::FuelLimitTooLow { needed, given } => {
				write!(f, "{}(needed={needed},given={given})", self.name())
			},
			Self::InsufficientFunds { needed, available }
			| Self::InsufficientCredit { needed, available } => {
				write!(f, "{}(needed={needed},available={available})", self.name())
			},
			Self::BlockFull { max } => write!(f, "{}(max={max})", self.name()),
			Self::WrongRowCount { rows, max } => {
				write!(f, "{}(rows={rows},max={max})", self.name())
			},
			Self::WrongStageCount { stages, max } => {
				write!(f, "{}(stages={stages},max={max})", self.name())
			},
			Self::NotFree { price } => write!(f, "{}(price={price})", self.name()),
			Self::PaymentFailed { error } => {
				write!(f, "{}(error={})", self.name(), <&'static str>::from(*error))
			},
			Self::NotSponsored => write!(f, "{}()", self.name()),
			Self::AllowanceExpired { expired } => {
				write!(f, "{}(expired={expired})", self.name())
			},
			Self::AllowanceTotal { price, left } => {
				write!(f, "{}(price={price},left={left})", self.name())
			},
		}
	}
}

impl From<EngineError> for InferFault {
	fn from(error: EngineError) -> Self {
		Self::Engine(error)
	}
}

/// An inference that was refused or failed, and the fuel that is charged for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InferError {
	/// Why.
	pub fault: InferFault,
	/// Fuel to charge: 0 when it was refused before any work; load, overhead and what the run used
	/// when the run failed (its whole limit on a trap).
	pub charged_fuel: u64,
}

impl InferError {
	/// A refusal before any work.
	pub fn refused(fault: InferFault) -> Self {
		Self { fault, charged_fuel: 0 }
	}
}

impl From<InferFault> for InferError {
	fn from(fault: InferFault) -> Self {
		Self::refused(fault)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec::Vec;
	use opg_engine_abi::ErrorCode;

	#[test]
	fn faults_print_in_one_grammar() {
		let fault = InferFault::FuelLimitTooLow { needed: 2, given: 1 };
		assert_eq!(
			fault.message(),
			"FuelLimitTooLow(needed=2,given=1): ask for a quote and pass its max_fuel"
		);
		let fault = InferFault::from(EngineError::new(ErrorCode::WrongInputCount, &[1, 2]));
		assert_eq!(fault.to_string(), "WrongInputCount(expected=1,got=2)");
		let fault = InferFault::PaymentFailed { error: DispatchError::Exhausted };
		assert_eq!(fault.to_string(), "PaymentFailed(error=Resources exhausted)");
	}

	#[test]
	fn codes_are_unique() {
		let faults = [
			InferFault::UnknownModel { model: 1 },
			InferFault::ModelNotActive { model: 1 },
			InferFault::EngineUnavailable { model: 1 },
			InferFault::PriceAboveMax { price: 1, max: 0 },
			InferFault::FuelLimitTooLow { needed: 1, given: 0 },
			InferFault::InsufficientFunds { needed: 1, available: 0 },
			InferFault::BlockFull { max: 1 },
			InferFault::PaymentFailed { error: DispatchError::Exhausted },
			InferFault::InsufficientCredit { needed: 1, available: 0 },
			InferFault::NotSponsored,
			InferFault::AllowanceExpired { expired: 1 },
			InferFault::ModelNotSponsored { model: 1 },
			InferFault::AllowancePerCall { price: 1, max: 0 },
			InferFault::AllowanceTotal { price: 1, left: 0 },
			InferFault::WrongRowCount { rows: 0, max: 64 },
			InferFault::NotFree { price: 1 },
			InferFault::WrongStageCount { stages: 9, max: 8 },
		];
		let mut codes: Vec<u32> = faults.iter().map(InferFault::code).collect();
		codes.extend(
			ErrorCode::ALL.iter().map(|c| InferFault::from(EngineError::new(*c, &[])).code()),
		);
		let count = codes.len();
		codes.sort_unstable();
		codes.dedup();
		assert_eq!(codes.len(), count);
	}
}
