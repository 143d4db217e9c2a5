//! Batches: many rows of inputs through one load of a model.
//!
//! A row is a run like any other: a fresh instance of the same prepared image, the same bits, the
//! same run fuel, the same result id, a receipt and an event of its own, and the model's price,
//! shared among the beneficiaries as a call's is. What a batch saves is what the rows really have in
//! common: the load and the reading of the model (`Callable::charged_batch`), and the reads and writes
//! of the same storage.
//!
//! Charging the load once holds whatever a node has cached, because the charge is made of numbers
//! in the state alone; and it covers the work, because a node with empty caches loads the model for
//! the first row and keeps its image, which the next rows find: no other call of the block runs
//! between them, RPC can't push an image out of that cache, and its default size (1 GiB) holds the warm
//! set (512 MiB) and the largest image whose copy alone still fits a block. A node with a smaller cache
//! only gets slower.
//!
//! All rows run before any of them is settled, and a batch is settled whole or not at all. A row's
//! outputs go to the caller at once and aren't kept: 64 times the largest outputs would not fit the
//! runtime's memory.

use crate::{
	execution::{FailedRun, Run},
	fault::InferFault,
	inputs,
	pallet::*,
	payment::Source,
	types::{data_bytes, Quote, Settled},
	BalanceOf,
};
use alloc::{string::String, vec::Vec};
use core::{fmt, mem};
use opg_engine_abi::Tensor;
use pallet_model_registry::{self as registry, CallableOf, ModelId, RefusalCode};
use polkadot_sdk::{
	frame_support::{
		ensure, pallet_prelude::ConstU32, storage::with_storage_layer, traits::Get, BoundedVec,
	},
	sp_runtime::{
		traits::{CheckedMul, Convert, Saturating},
		DispatchError,
	},
};

/// Rows of a batch, at most. Of 64 rows each bears less than 2 % of the load, so more would save
/// nearly nothing; and no batch takes more than a sixteenth of the 1,024 receipts that a block holds.
pub const MAX_BATCH_ROWS: u32 = 64;

/// What a row counts in its batch's bytes beside its tensors: decoding it costs an allocation.
const ROW_BYTES: u64 = 16;

/// Rows of inputs, each in signature order.
pub type BatchRows = BoundedVec<Vec<Tensor>, ConstU32<MAX_BATCH_ROWS>>;

/// What a settled batch gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<Balance> {
	/// What each row left beside its outputs, in order.
	pub rows: Vec<Settled<Balance>>,
	/// Fuel to charge: one load (of a model that isn't warm), and for every row its overhead and its
	/// run.
	pub charged_fuel: u64,
	/// Accounts that shared the price.
	pub beneficiaries: u32,
}

/// Why a batch was refused or failed: because of one of its rows, or as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchFault {
	/// The row, from 0; `None` when it isn't about one.
	pub row: Option<u32>,
	/// Why.
	pub fault: InferFault,
}

impl BatchFault {
	/// The error of an extrinsic.
	pub fn dispatch_error<T: Config>(&self) -> DispatchError {
		match (self.row.map(u8::try_from), self.fault) {
			// A row's number fits: see `MAX_BATCH_ROWS`.
			(Some(Ok(row)), InferFault::Engine(error)) => {
				Error::<T>::RowRefused { row, code: RefusalCode(error.code) }.into()
			},
			(_, fault) => fault.dispatch_error::<T>(),
		}
	}

	/// The grammar of errors everywhere, with the row as the first key:
	/// `Code(row=3,key=value,…): hint`.
	pub fn message(&self) -> String {
		alloc::format!("{self}: {}", self.fault.hint())
	}
}

impl fmt::Display for BatchFault {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let text = alloc::format!("{}", self.fault);
		match (self.row, text.split_once('(')) {
			(Some(row), Some((code, ")"))) => write!(f, "{code}(row={row})"),
			(Some(row), Some((code, rest))) => write!(f, "{code}(row={row},{rest}"),
			_ => f.write_str(&text),
		}
	}
}

impl From<InferFault> for BatchFault {
	fn from(fault: InferFault) -> Self {
		Self { row: None, fault }
	}
}

/// A batch that was refused or failed, and what is charged for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchError {
	/// Why.
	pub fault: BatchFault,
	/// Fuel to charge: 0 when it was refused before any work.
	pub charged_fuel: u64,
	/// Rows that ran, the failing one included.
	pub rows_run: u32,
}

impl From<BatchFault> for BatchError {
	fn from(fault: BatchFault) -> Self {
		Self { fault, charged_fuel: 0, rows_run: 0 }
	}
}

impl From<InferFault> for BatchError {
	fn from(fault: InferFault) -> Self {
		BatchFault::from(fault).into()
	}
}

/// Bytes that rows are weighed with as a call's arguments.
pub fn rows_bytes(rows: &[Vec<Tensor>]) -> u64 {
	rows.iter().fold(0u64, |sum, row| sum.saturating_add(data_bytes(row)).saturating_add(ROW_BYTES))
}

impl<T: Config> Pallet<T> {
	/// Runs a model on every row for `caller`, with the prices taken from `source`; to a
	/// sponsor all of them together are one call. `outputs` gets each
	/// row's outputs after its run, before anything is settled: on an error they mean nothing.
	///
	/// On an error nothing has changed, whatever the caller does with its own storage layer, and the
	/// error says what fuel to charge.
	pub fn do_infer_batch(
		caller: &T::AccountId,
		source: &Source<T::AccountId>,
		model: ModelId,
		rows: Vec<Vec<Tensor>>,
		max_price: BalanceOf<T>,
		max_fuel: u64,
		outputs: impl FnMut(Vec<Tensor>),
	) -> Result<Batch<BalanceOf<T>>, BatchError> {
		let (callable, price) = Self::checked_batch(model, &rows, max_price, max_fuel)?;
		Self::ensure_room(rows.len() as u32)?;
		let payer = Self::payer(caller, source, model, price)?;
		let (runs, charged_fuel) = Self::execute_batch(&callable, rows, outputs)?;

		let rows_run = runs.len() as u32;
		let mut row = 0u32;
		let settled = with_storage_layer(|| {
			runs.iter()
				.map(|run| {
					let settled = Self::settle(caller, &payer, &callable, run)?;
					row = row.saturating_add(1);
					Ok(settled)
				})
				.collect::<Result<Vec<_>, DispatchError>>()
		});
		let rows = settled.map_err(|error| BatchError {
			fault: BatchFault { row: Some(row), fault: InferFault::PaymentFailed { error } },
			charged_fuel,
			rows_run,
		})?;
		Ok(Batch { rows, charged_fuel, beneficiaries: callable.beneficiaries.len() as u32 })
	}

	/// Everything that can be refused without work and without looking at the payer. Gives the price
	/// of all rows too.
	fn checked_batch(
		model: ModelId,
		rows: &[Vec<Tensor>],
		max_price: BalanceOf<T>,
		max_fuel: u64,
	) -> Result<(CallableOf<T>, BalanceOf<T>), BatchFault> {
		let count = checked_count(rows.len())?;
		let callable = registry::Pallet::<T>::callable(model)
			.map_err(|why| InferFault::not_callable(model, why))?;
		// A price that no balance can express is above every limit.
		let price = callable.price.checked_mul(&count.into());
		let price = price.filter(|price| *price <= max_price).ok_or_else(|| {
			let price = callable.price.saturating_mul(count.into());
			InferFault::PriceAboveMax {
				price: registry::Pallet::<T>::balance_u128(price),
				max: registry::Pallet::<T>::balance_u128(max_price),
			}
		})?;
		let needed = callable.max_batch_fuel(count);
		ensure!(max_fuel >= needed, InferFault::FuelLimitTooLow { needed, given: max_fuel });
		for (row, inputs) in (0u32..).zip(rows) {
			inputs::check(&callable.signature, inputs)
				.map_err(|error| BatchFault { row: Some(row), fault: error.into() })?;
		}
		Ok((callable, price))
	}

	/// The runs in order, and the fuel to charge for all of them.
	fn execute_batch(
		callable: &CallableOf<T>,
		rows: Vec<Vec<Tensor>>,
		mut outputs: impl FnMut(Vec<Tensor>),
	) -> Result<(Vec<Run>, u64), BatchError> {
		let warm = Self::is_warm(callable);
		let charged =
			|rows_run: u32, run_fuel: u64| callable.charged_batch(rows_run, run_fuel, warm);
		let mut runs = Vec::with_capacity(rows.len());
		let mut used = 0u64;
		let mut rows_run = 0u32;
		for inputs in rows {
			let row = rows_run;
			rows_run = rows_run.saturating_add(1);
			let mut run =
				Self::execute(callable, &inputs).map_err(|FailedRun { fault, run_fuel }| {
					BatchError {
						fault: BatchFault { row: Some(row), fault },
						charged_fuel: charged(rows_run, used.saturating_add(run_fuel)),
						rows_run,
					}
				})?;
			used = used.saturating_add(run.run_fuel);
			outputs(mem::take(&mut run.tensors));
			// Longer ones don't go into the event.
			if run.outputs.len() > T::MaxEventOutput::get() as usize {
				run.outputs = Vec::new();
			}
			runs.push(run);
		}
		Ok((runs, charged(rows_run, used)))
	}

	/// What a batch of so many rows costs now. Inputs are counted at the signature's size.
	pub fn quote_batch(model: ModelId, rows: u32) -> Result<Quote<BalanceOf<T>>, InferFault> {
		let rows = checked_count(rows as usize)?;
		let callable = registry::Pallet::<T>::callable(model)
			.map_err(|why| InferFault::not_callable(model, why))?;
		let warm = Self::is_warm(&callable);
		let bytes = registry::cost::signature_bytes(&callable.signature.inputs)
			.saturating_add(ROW_BYTES)
			.saturating_mul(rows.into());
		let beneficiaries = callable.beneficiaries.len() as u32;
		let fee = |fuel: u64| {
			T::ComputeFee::convert(Self::infer_batch_weight(bytes, rows, beneficiaries, fuel))
		};
		let max_fuel = callable.max_batch_fuel(rows);
		let typical = callable.costs.typical_fuel.saturating_mul(rows.into());
		let expected_fuel = callable.charged_batch(rows, typical, warm);
		Ok(Quote {
			price: callable.price.saturating_mul(rows.into()),
			max_compute: fee(max_fuel),
			expected_compute: fee(expected_fuel),
			max_fuel,
			expected_fuel,
			warm,
		})
	}
}

/// The number of rows, if a batch may have so many.
fn checked_count(rows: usize) -> Result<u32, InferFault> {
	let rows = u32::try_from(rows).unwrap_or(u32::MAX);
	ensure!(
		(1..=MAX_BATCH_ROWS).contains(&rows),
		InferFault::WrongRowCount { rows, max: MAX_BATCH_ROWS }
	);
	Ok(rows)
}
