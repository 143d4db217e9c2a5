//! # Inference
//!
//! Runs a model inside block execution: checks, price, run, settlement, receipt.
//!
//! [`Pallet::do_infer`] is the one way: the extrinsic [`Pallet::infer`] and the precompile both end
//! there. It refuses before any work what it can, runs the model, and only then moves the price, in
//! one storage layer with the receipt: a call that fails changes nothing, and says how much fuel
//! its caller is to be charged. The price comes from one account's balance or credit alone
//! (`pallet-credit`): see [`Source`].
//!
//! Compute is paid as weight: `c_fuel × (load + overhead + run)`, see `pallet_model_registry::cost`; the
//! load of a model in the warm set ([`WarmSet`]) is given back.
//! The weight that a call declares is a pure function of its own arguments (`max_fuel`), because
//! batches are weighed before they run.
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | receipts, quotes, dry runs |
//! | [`fault`] | typed refusals with their numbers |
//! | `execution` | checks and the run |
//! | `inputs` | checking inputs against a signature |
//! | [`payment`] | whose money pays |
//! | [`batch`] | many rows through one load |
//! | [`pipeline`] | models that feed each other |
//! | `settlement` | the price and its shares |
//! | `receipts` | receipts and their pruning |
//! | [`proof`] | the Merkle root over a block's receipts |
//! | `reads` | quotes and dry runs |
//! | [`runtime_api`] | what a node asks |
//! | [`warm`] | models whose load isn't charged |
//! | `invariants` | what must hold after every block |
//! | [`weights`] | the calls' weights without their fuel |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod batch;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod execution;
pub mod fault;
mod inputs;
#[cfg(feature = "std")]
mod invariants;
pub mod payment;
pub mod pipeline;
pub mod proof;
mod reads;
mod receipts;
pub mod runtime_api;
mod settlement;
pub mod split;
#[cfg(test)]
mod tests;
pub mod types;
pub mod warm;
pub mod weights;

pub use batch::{Batch, BatchError, BatchFault, BatchRows, MAX_BATCH_ROWS};
pub use fault::{InferError, InferFault};
pub use pallet::*;
pub use payment::{PaidFrom, Source};
pub use pipeline::{Pipeline, PipelineError, PipelineFault, MAX_PIPELINE_STAGES};
pub use types::*;
pub use warm::WarmSet;
pub use weights::WeightInfo;

use polkadot_sdk::{frame_support, frame_system, sp_core, sp_runtime};

use frame_system::pallet_prelude::BlockNumberFor;
use pallet_model_registry::{self as registry, ModelId};

/// Balance that prices are in: the registry's.
pub type BalanceOf<T> = registry::BalanceOf<T>;

/// [`Receipt`] of a runtime.
pub type ReceiptOf<T> =
	Receipt<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

/// [`ReceiptProof`] of a runtime.
pub type ReceiptProofOf<T> =
	ReceiptProof<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		dispatch::{DispatchErrorWithPostInfo, PostDispatchInfo},
		pallet_prelude::*,
	};
	use frame_system::pallet_prelude::*;
	use opg_engine_abi::Tensor;
	use registry::{cost, RefusalCode, MAX_BENEFICIARIES};
	use sp_core::H256;
	use sp_runtime::{traits::Convert, Perbill};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>>
		+ registry::Config
		+ pallet_credit::Config<Currency = <Self as registry::Config>::Currency>
	{
		/// Weights of the calls, without the fuel.
		type WeightInfo: WeightInfo;

		/// Account that gets the protocol's share of every price.
		type Treasury: Get<Self::AccountId>;

		/// The models whose load isn't charged.
		type WarmSet: WarmSet;

		/// What a weight costs, for quotes and dry runs: the transaction payment's conversion.
		type ComputeFee: Convert<Weight, BalanceOf<Self>>;

		/// The protocol's share of every price, rounded down.
		#[pallet::constant]
		type ProtocolShare: Get<Perbill>;

		/// Blocks for which a receipt is kept, so that state doesn't grow with every call; events
		/// and Ethereum logs stay in the blocks' history.
		#[pallet::constant]
		type ReceiptPeriod: Get<BlockNumberFor<Self>>;

		/// Receipts of one block, at most: they are pruned together in one block's start.
		#[pallet::constant]
		type MaxReceiptsPerBlock: Get<u32>;

		/// Bytes of outputs in an event, at most; larger outputs are told by their hash alone.
		/// `System.Events` is one state value: a thousand large outputs would break the block.
		#[pallet::constant]
		type MaxEventOutput: Get<u32>;
	}

	/// Receipts that are still kept, by id.
	#[pallet::storage]
	pub type Receipts<T: Config> = StorageMap<_, Identity, H256, ReceiptOf<T>>;

	/// Ids of every block's receipts, in order, while they are kept.
	#[pallet::storage]
	pub type ReceiptsOf<T: Config> = StorageMap<
		_,
		Twox64Concat,
		BlockNumberFor<T>,
		BoundedVec<H256, T::MaxReceiptsPerBlock>,
		ValueQuery,
	>;

	/// Merkle root over every block's receipts, while they are kept; see [`proof`]. A block without
	/// receipts has none.
	#[pallet::storage]
	pub type ReceiptRoots<T: Config> = StorageMap<_, Twox64Concat, BlockNumberFor<T>, H256>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A model was run and paid for. `fuel` is the run's alone; `output` is the SCALE encoding
		/// of the output tensors, empty when it is longer than `MaxEventOutput`.
		Inferred {
			caller: T::AccountId,
			payer: T::AccountId,
			model: ModelId,
			receipt: H256,
			result_id: H256,
			fuel: u64,
			price: BalanceOf<T>,
			protocol_share: BalanceOf<T>,
			output_hash: H256,
			output: BoundedVec<u8, T::MaxEventOutput>,
		},
	}

	/// The kinds of [`InferFault`]; its numbers don't fit a module's error.
	#[pallet::error]
	pub enum Error<T> {
		/// No model has this id (any more).
		UnknownModel,
		/// The model is a draft, paused or retired.
		ModelNotActive,
		/// The model's engine version is switched off.
		EngineUnavailable,
		/// The model's price is above the caller's limit.
		PriceAboveMax,
		/// The fuel limit is below what a call needs.
		FuelLimitTooLow,
		/// The payer can't pay the price and stay alive.
		InsufficientFunds,
		/// The block has no room for another receipt.
		BlockFull,
		/// The engine refused the inputs, or the run failed.
		EngineRefused(RefusalCode),
		/// The payer's credit is below the price.
		InsufficientCredit,
		/// The sponsor has allowed the caller nothing.
		NotSponsored,
		/// The sponsor's allowance has expired.
		AllowanceExpired,
		/// The sponsor's allowance is for other models.
		ModelNotSponsored,
		/// The price is above what the sponsor allows for one call.
		AllowancePerCall,
		/// The price is above what is left of the sponsor's allowance.
		AllowanceTotal,
		/// The engine refused a row of a batch, or its run failed. Rows count from 0.
		RowRefused { row: u8, code: RefusalCode },
		/// A batch has no rows, or more than `MAX_BATCH_ROWS`.
		WrongRowCount,
		/// A view was asked of a model that has a price.
		NotFree,
		/// A pipeline has no stages, or more than `MAX_PIPELINE_STAGES`.
		WrongStageCount,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Prunes the receipts of the block that is now too old.
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let pruned = Self::prune_receipts(now);
			<T as Config>::WeightInfo::prune(pruned)
				.saturating_add(<T as Config>::WeightInfo::close(1))
		}

		/// Makes the root over the block's receipts. Charged by `on_initialize`, and by each `infer`
		/// for its own leaf.
		fn on_finalize(now: BlockNumberFor<T>) {
			Self::close_receipts(now);
		}

		fn integrity_test() {
			assert!(T::MaxReceiptsPerBlock::get() > 0, "a block must hold a receipt");
			assert!(
				!sp_runtime::traits::Zero::is_zero(&T::ReceiptPeriod::get()),
				"a receipt must be kept"
			);
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Runs a model on `inputs`, in signature order, and pays its price: from the caller's credit if
		/// that covers all of it, else from the caller's balance.
		///
		/// `max_price` bounds the price, `max_fuel` the compute; ask `quote` for both. `max_fuel`
		/// is the call's weight, and what wasn't used is refunded. A failing run is charged load,
		/// overhead and the fuel that it used (its whole limit on a trap) and moves no price.
		///
		/// Errors: see [`Error`].
		#[pallet::call_index(0)]
		#[pallet::weight(
			Pallet::<T>::infer_weight(data_bytes(inputs), MAX_BENEFICIARIES, *max_fuel)
		)]
		pub fn infer(
			origin: OriginFor<T>,
			model: ModelId,
			inputs: Vec<Tensor>,
			max_price: BalanceOf<T>,
			max_fuel: u64,
		) -> DispatchResultWithPostInfo {
			let caller = ensure_signed(origin)?;
			Self::dispatch(&caller, &Source::Caller, model, inputs, max_price, max_fuel)
		}

		/// Runs a model as `infer` does, and pays its price from the credit of `sponsor`, within what
		/// it allows the caller (`pallet-credit`). The caller pays the compute, and never the price.
		///
		/// Errors: see [`Error`].
		#[pallet::call_index(1)]
		#[pallet::weight(
			Pallet::<T>::infer_weight(data_bytes(inputs), MAX_BENEFICIARIES, *max_fuel)
		)]
		pub fn infer_sponsored(
			origin: OriginFor<T>,
			sponsor: T::AccountId,
			model: ModelId,
			inputs: Vec<Tensor>,
			max_price: BalanceOf<T>,
			max_fuel: u64,
		) -> DispatchResultWithPostInfo {
			let caller = ensure_signed(origin)?;
			let source = Source::Sponsor(sponsor);
			Self::dispatch(&caller, &source, model, inputs, max_price, max_fuel)
		}

		/// Runs a model on every row of inputs, 1 to `MAX_BATCH_ROWS`, and pays its price for each.
		///
		/// The rows are settled as so many calls of `infer` would be, each with its own receipt and
		/// event, but the model's load is charged once. `max_price` bounds what all rows cost
		/// together, `max_fuel` the compute of the whole batch; ask `quote_batch` for both. All or
		/// nothing: a row that is refused or fails moves no price, and what was run until then is
		/// charged (the whole run limit for a trap).
		///
		/// Errors: see [`Error`]; `RowRefused` names the row.
		#[pallet::call_index(2)]
		#[pallet::weight(Pallet::<T>::infer_batch_weight(
			batch::rows_bytes(rows),
			rows.len() as u32,
			MAX_BENEFICIARIES,
			*max_fuel,
		))]
		pub fn infer_batch(
			origin: OriginFor<T>,
			model: ModelId,
			rows: BatchRows,
			max_price: BalanceOf<T>,
			max_fuel: u64,
		) -> DispatchResultWithPostInfo {
			let caller = ensure_signed(origin)?;
			let bytes = batch::rows_bytes(&rows);
			let info = |rows, beneficiaries, fuel| PostDispatchInfo {
				actual_weight: Some(Self::infer_batch_weight(bytes, rows, beneficiaries, fuel)),
				pays_fee: Pays::Yes,
			};
			// Nobody reads the outputs here; the events have them.
			let drop_outputs = |_: Vec<Tensor>| {};
			match Self::do_infer_batch(
				&caller,
				&Source::Caller,
				model,
				rows.into_inner(),
				max_price,
				max_fuel,
				drop_outputs,
			) {
				Ok(batch) => {
					Ok(info(batch.rows.len() as u32, batch.beneficiaries, batch.charged_fuel))
				},
				Err(BatchError { fault, charged_fuel, rows_run }) => {
					Err(DispatchErrorWithPostInfo {
						post_info: info(rows_run, 0, charged_fuel),
						error: fault.dispatch_error::<T>(),
					})
				},
			}
		}
	}

	impl<T: Config> Pallet<T> {
		/// An extrinsic's inference, with the weight that it used.
		fn dispatch(
			caller: &T::AccountId,
			source: &Source<T::AccountId>,
			model: ModelId,
			inputs: Vec<Tensor>,
			max_price: BalanceOf<T>,
			max_fuel: u64,
		) -> DispatchResultWithPostInfo {
			let bytes = data_bytes(&inputs);
			let info = |beneficiaries, fuel| PostDispatchInfo {
				actual_weight: Some(Self::infer_weight(bytes, beneficiaries, fuel)),
				pays_fee: Pays::Yes,
			};
			match Self::do_infer(caller, source, model, inputs, max_price, max_fuel) {
				Ok(inference) => Ok(info(inference.beneficiaries, inference.charged_fuel)),
				Err(InferError { fault, charged_fuel }) => Err(DispatchErrorWithPostInfo {
					post_info: info(0, charged_fuel),
					error: fault.dispatch_error::<T>(),
				}),
			}
		}

		/// Weight of a call with that many bytes of inputs, of a model with that many beneficiaries,
		/// that uses that much fuel. A call that fails pays nobody.
		pub fn infer_weight(input_bytes: u64, beneficiaries: u32, fuel: u64) -> Weight {
			let bytes = u32::try_from(input_bytes).unwrap_or(u32::MAX);
			<T as Config>::WeightInfo::infer(bytes, beneficiaries)
				.saturating_add(Self::leaves_weight(1))
				.saturating_add(cost::fuel_weight(fuel))
		}

		/// Weight of a batch of so many rows with that many bytes of inputs together: that of so
		/// many calls, but that what every row reads and writes is counted once. A batch that is
		/// refused before its first row is weighed as one row.
		pub fn infer_batch_weight(
			input_bytes: u64,
			rows: u32,
			beneficiaries: u32,
			fuel: u64,
		) -> Weight {
			let bytes = u32::try_from(input_bytes).unwrap_or(u32::MAX);
			let rows = rows.max(1);
			let more = u64::from(rows.saturating_sub(1));
			<T as Config>::WeightInfo::infer(bytes, beneficiaries)
				.saturating_add(<T as Config>::WeightInfo::row(beneficiaries).saturating_mul(more))
				.saturating_add(Self::leaves_weight(rows))
				.saturating_add(cost::fuel_weight(fuel))
		}

		/// What so many receipts add to the root at the block's end, beyond what every block is charged
		/// for it.
		fn leaves_weight(receipts: u32) -> Weight {
			<T as Config>::WeightInfo::close(receipts.saturating_add(1))
				.saturating_sub(<T as Config>::WeightInfo::close(1))
		}
	}
}
