//! Why runs fail, with all numbers: kept in state and told by events.

use crate::contracts::CallFault;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use pallet_inference::InferFault;
use polkadot_sdk::sp_runtime::DispatchError;
use scale_info::TypeInfo;

/// Why a run failed. Amounts are OPG base units.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Fault {
	/// The inference was refused or failed.
	#[codec(index = 0)]
	Inference {
		/// `pallet_inference::InferFault::code`.
		code: u32,
	},
	/// The owner's credit doesn't cover all that the run may cost.
	#[codec(index = 1)]
	InsufficientCredit {
		/// The price, the fee of the most that the run may take, and the delivery's deposit.
		needed: u128,
		/// The credit.
		available: u128,
	},
	/// The run may take longer than all runs of a block may together.
	#[codec(index = 2)]
	TooHeavy {
		/// What it may take, picoseconds.
		needed: u64,
		/// What there is, picoseconds.
		max: u64,
	},
	/// The contract that gives the inputs failed.
	#[codec(index = 3)]
	Input(CallFault),
	/// The inputs haven't the length that the model's signature says.
	#[codec(index = 4)]
	WrongInputLength {
		/// Bytes of the model's inputs.
		expected: u64,
		/// Bytes that there were.
		got: u64,
	},
	/// The outputs of the last run can't be inputs.
	#[codec(index = 5)]
	OutputsAreNotInputs,
	/// A payment failed. Everything was undone, the fee too.
	#[codec(index = 6)]
	Payment(DispatchError),
}

impl From<InferFault> for Fault {
	fn from(fault: InferFault) -> Self {
		Self::Inference { code: fault.code() }
	}
}

impl From<DispatchError> for Fault {
	fn from(error: DispatchError) -> Self {
		Self::Payment(error)
	}
}

impl Fault {
	/// The name, as errors print it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Inference { .. } => "Inference",
			Self::InsufficientCredit { .. } => "InsufficientCredit",
			Self::TooHeavy { .. } => "TooHeavy",
			Self::Input(_) => "Input",
			Self::WrongInputLength { .. } => "WrongInputLength",
			Self::OutputsAreNotInputs => "OutputsAreNotInputs",
			Self::Payment(_) => "Payment",
		}
	}

	/// What the schedule's owner can do about it.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::Inference { .. } => {
				"the number is that of a call's refusal: see its documentation"
			},
			Self::InsufficientCredit { .. } => "deposit credit",
			Self::TooHeavy { .. } => {
				"make a schedule with less fuel or with lower limits of its contracts"
			},
			Self::Input(_) => {
				"mend the contract that gives the inputs, or raise its execution time"
			},
			Self::WrongInputLength { .. } => "answer the raw data of the model's inputs, no more",
			Self::OutputsAreNotInputs => "use a model whose outputs are like its inputs",
			Self::Payment(_) => "check the owner's account",
		}
	}
}

/// `Name(key=value,…)`, as errors are printed everywhere.
impl fmt::Display for Fault {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let name = self.name();
		match self {
			Self::Inference { code } => write!(f, "{name}(code={code})"),
			Self::InsufficientCredit { needed, available } => {
				write!(f, "{name}(needed={needed},available={available})")
			},
			Self::TooHeavy { needed, max } => write!(f, "{name}(needed={needed},max={max})"),
			Self::Input(fault) => write!(f, "{name}(error={fault})"),
			Self::WrongInputLength { expected, got } => {
				write!(f, "{name}(expected={expected},got={got})")
			},
			Self::OutputsAreNotInputs => write!(f, "{name}()"),
			Self::Payment(error) => write!(f, "{name}(error={})", <&'static str>::from(*error)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::string::ToString;

	#[test]
	fn faults_print_in_one_grammar() {
		for (fault, text) in [
			(Fault::from(InferFault::BlockFull { max: 1 }), "Inference(code=262)"),
			(
				Fault::InsufficientCredit { needed: u128::MAX, available: 0 },
				"InsufficientCredit(needed=340282366920938463463374607431768211455,available=0)",
			),
			(Fault::TooHeavy { needed: 2, max: 1 }, "TooHeavy(needed=2,max=1)"),
			(Fault::Input(CallFault::Reverted), "Input(error=Reverted)"),
			(Fault::Input(CallFault::BadAnswer), "Input(error=BadAnswer)"),
			(
				Fault::Input(DispatchError::Exhausted.into()),
				"Input(error=Failed: Resources exhausted)",
			),
			(Fault::WrongInputLength { expected: 2, got: 1 }, "WrongInputLength(expected=2,got=1)"),
			(Fault::OutputsAreNotInputs, "OutputsAreNotInputs()"),
			(Fault::Payment(DispatchError::Other("x")), "Payment(error=x)"),
		] {
			assert_eq!(fault.to_string(), text);
			assert!(text.starts_with(fault.name()) && !fault.hint().is_empty());
		}
	}
}
