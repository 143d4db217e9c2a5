//! Refusals of decimal numbers, beside those of a run.

use crate::fixed::ValueFault;
use alloc::{format, string::String};
use opg_engine_abi::DType;
use opg_precompile_inference::fault::numbers;
use pallet_inference::InferFault;

/// Why a prediction on decimal numbers was refused or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
	/// As any run.
	Infer(InferFault),
	/// More decimals than a conversion takes.
	TooManyDecimals {
		/// The decimals.
		decimals: u8,
		/// The most.
		max: u8,
	},
	/// Another number of values than the inputs have elements.
	WrongValueCount {
		/// Elements.
		expected: u64,
		/// Values.
		got: u64,
	},
	/// An integer or boolean can't have its fraction.
	ValueNotWhole {
		/// Place of the value, from 0.
		index: u64,
		/// The element's type.
		dtype: DType,
	},
	/// The element's type has no room for it.
	ValueOutOfRange {
		/// Place of the value, from 0.
		index: u64,
		/// The element's type.
		dtype: DType,
	},
	/// An output is infinite or no number.
	OutputNotFinite {
		/// Place of the output, from 0.
		index: u64,
	},
	/// `int256` has no room for an output.
	OutputOutOfRange {
		/// Place of the output, from 0.
		index: u64,
	},
}

impl Fault {
	/// An input that can't be converted.
	pub(crate) fn of_value(index: u64, dtype: DType, fault: ValueFault) -> Self {
		match fault {
			ValueFault::NotWhole => Self::ValueNotWhole { index, dtype },
			ValueFault::OutOfRange | ValueFault::NotFinite => {
				Self::ValueOutOfRange { index, dtype }
			},
		}
	}

	/// An output that can't be converted.
	pub(crate) fn of_output(index: u64, fault: ValueFault) -> Self {
		match fault {
			ValueFault::NotFinite => Self::OutputNotFinite { index },
			ValueFault::OutOfRange | ValueFault::NotWhole => Self::OutputOutOfRange { index },
		}
	}

	/// A number for contracts: a run's below 512, the others from there.
	pub fn code(&self) -> u32 {
		match self {
			Self::Infer(fault) => fault.code(),
			Self::TooManyDecimals { .. } => 512,
			Self::WrongValueCount { .. } => 513,
			Self::ValueNotWhole { .. } => 514,
			Self::ValueOutOfRange { .. } => 515,
			Self::OutputNotFinite { .. } => 516,
			Self::OutputOutOfRange { .. } => 517,
		}
	}

	/// The numbers that go with the code, unused ones 0. A type is its code.
	pub fn numbers(&self) -> [u128; 4] {
		let [first, second] = match *self {
			Self::Infer(fault) => return numbers(&fault),
			Self::TooManyDecimals { decimals, max } => [decimals.into(), max.into()],
			Self::WrongValueCount { expected, got } => [expected.into(), got.into()],
			Self::ValueNotWhole { index, dtype } | Self::ValueOutOfRange { index, dtype } => {
				[index.into(), dtype.code().into()]
			},
			Self::OutputNotFinite { index } | Self::OutputOutOfRange { index } => [index.into(), 0],
		};
		[first, second, 0, 0]
	}

	/// The grammar of errors everywhere: `Code(key=value,…): hint`.
	pub fn message(&self) -> String {
		match self {
			Self::Infer(fault) => fault.message(),
			Self::TooManyDecimals { decimals, max } => {
				format!("TooManyDecimals(decimals={decimals},max={max}): pass fewer decimals")
			},
			Self::WrongValueCount { expected, got } => format!(
				"WrongValueCount(expected={expected},got={got}): pass every element of every input"
			),
			Self::ValueNotWhole { index, dtype } => format!(
				"ValueNotWhole(index={index},dtype={}): pass a whole number of 10**decimals",
				dtype.name()
			),
			Self::ValueOutOfRange { index, dtype } => format!(
				"ValueOutOfRange(index={index},dtype={}): pass a number that the type has",
				dtype.name()
			),
			Self::OutputNotFinite { index } => {
				format!("OutputNotFinite(index={index}): call predict(bytes) to see it")
			},
			Self::OutputOutOfRange { index } => {
				format!("OutputOutOfRange(index={index}): ask for fewer decimals")
			},
		}
	}
}

impl From<InferFault> for Fault {
	fn from(fault: InferFault) -> Self {
		Self::Infer(fault)
	}
}
