//! # Model registry
//!
//! Engines and models in chain state: their chunks, owners, prices and life cycle.
//!
//! A model is `Draft → Active ⇄ Paused → Retiring → Retired`. Its owner creates it with a manifest
//! (length, hash of every chunk, engine version) and a deposit for all of it, anybody uploads the
//! chunks, and the owner activates it: the engine loads it and runs the owner's canaries, and what
//! that measured is what every later call is charged. `pallet-inference` asks [`Pallet::callable`].
//!
//! An engine version is uploaded the same way and then set by root ([`Pallet::set_engine`]);
//! versions are append-only and coexist, and a model stays with the one that it was created for.
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | what is stored and shown |
//! | [`cost`] | fuel of everything that fuel doesn't see, and fuel as weight |
//! | `content` | creating, uploading, reaping; deposits |
//! | `activation` | load, canaries, costs |
//! | [`address`] | the account of a model's own address |
//! | `life_cycle` | price, ownership, pause, freeze, retirement |
//! | `engines` | engine versions |
//! | [`names`] | unique names of models, with versions |
//! | `reads` | what others ask: callable models, views |
//! | `events`, `errors` | the pallet's events and errors |
//! | `genesis` | engines in the chain specification |
//! | `invariants` | what must hold after every block |
//! | [`weights`] | the calls' weights without their fuel |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod activation;
pub mod address;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod beneficiaries;
mod content;
pub mod cost;
mod engines;
mod errors;
mod events;
pub mod genesis;
#[cfg(feature = "std")]
mod invariants;
mod life_cycle;
mod migration;
pub mod names;
mod reads;
#[cfg(test)]
mod tests;
pub mod types;
pub mod weights;

pub use activation::zero_inputs;
pub use genesis::GenesisEngine;
pub use pallet::*;
pub use reads::MAX_VIEWS;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::{frame_support, frame_system, sp_core, sp_runtime};

use frame_support::{pallet_macros::import_section, traits::fungible};
use frame_system::pallet_prelude::BlockNumberFor;

/// Balance of the currency that deposits and prices are in.
pub type BalanceOf<T> =
	<<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// [`ModelInfo`] of a runtime.
pub type ModelInfoOf<T> =
	ModelInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

/// [`names::NameInfo`] of a runtime.
pub type NameInfoOf<T> = names::NameInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// [`EngineInfo`] of a runtime.
pub type EngineInfoOf<T> = EngineInfo<BlockNumberFor<T>>;

/// [`ModelView`] of a runtime.
pub type ModelViewOf<T> =
	ModelView<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

/// [`Callable`] of a runtime.
pub type CallableOf<T> = Callable<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use names::Alias;
	use opg_engine_abi::{Limits, Tensor, CHUNK_BYTES};
	use sp_runtime::traits::Convert;

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Deposits are held in it, prices are told in it.
		type Currency: fungible::Mutate<Self::AccountId>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Account of a model's own address, if models have addresses ([`address::NoModelAccounts`] if
		/// not). The owner gives it the existential deposit with the activation.
		type ModelAccount: Convert<ModelId, Option<Self::AccountId>>;

		/// Who sets and disables engine versions: root, later governance.
		type EngineOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Weights of the calls, without the fuel.
		type WeightInfo: WeightInfo;

		/// Deposit for each storage item (a model's entries and each of its chunks), because each
		/// costs trie nodes whatever it holds.
		#[pallet::constant]
		type DepositPerItem: Get<BalanceOf<Self>>;

		/// Deposit for each byte in state: every full node keeps it.
		#[pallet::constant]
		type DepositPerByte: Get<BalanceOf<Self>>;

		/// Blocks after which anybody may reap a draft: time to upload 64 MiB on a slow line.
		#[pallet::constant]
		type DraftPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks between the announcement of a price and the first call that pays it: time for
		/// callers to notice.
		#[pallet::constant]
		type PriceDelay: Get<BlockNumberFor<Self>>;

		/// Blocks between the announcement of a retirement and the last call: time for callers to
		/// move.
		#[pallet::constant]
		type RetireDelay: Get<BlockNumberFor<Self>>;

		/// Blocks between `set_engine` and the first call: time for every node to compile it.
		#[pallet::constant]
		type EngineDelay: Get<BlockNumberFor<Self>>;

		/// Chunks that one `reap` removes, so that its weight is bounded.
		#[pallet::constant]
		type MaxChunksPerReap: Get<u32>;

		/// Execution time (ps) of one inference, at most: what fits one Ethereum transaction, so
		/// that no model goes active that no contract can call.
		#[pallet::constant]
		type MaxCallRefTime: Get<u64>;
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Bytes of every chunk but the last: see `opg_engine_abi::limits::CHUNK_BYTES`.
		#[pallet::constant_name(ChunkBytes)]
		fn chunk_bytes() -> u32 {
			CHUNK_BYTES
		}

		/// Bytes of a model or an engine upload, at most.
		#[pallet::constant_name(MaxContentBytes)]
		fn max_content_bytes() -> u32 {
			MAX_CONTENT_BYTES
		}

		/// Execution time of one unit of fuel, in picoseconds: see [`cost::C_FUEL_PS`].
		#[pallet::constant_name(FuelRefTime)]
		fn fuel_ref_time() -> u64 {
			cost::C_FUEL_PS
		}

		/// The bounds that loads and runs are held to.
		#[pallet::constant_name(EngineLimits)]
		fn engine_limits() -> Limits {
			Self::limits()
		}
	}

	/// Why this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for a model's bytes in state.
		#[codec(index = 0)]
		ModelStorage,
		/// Deposit for a model's registered names.
		#[codec(index = 1)]
		ModelName,
	}

	/// Id that the next model gets; ids are never used twice.
	#[pallet::storage]
	pub type NextModelId<T: Config> = StorageValue<_, ModelId, ValueQuery, FirstModelId>;

	/// Models and engine uploads.
	#[pallet::storage]
	pub type Models<T: Config> = StorageMap<_, Twox64Concat, ModelId, ModelInfoOf<T>>;

	/// Hashes of every model's chunks. Shortened from the end while a model is reaped.
	#[pallet::storage]
	pub type Manifests<T: Config> = StorageMap<_, Twox64Concat, ModelId, ChunkHashes>;

	/// Chunks of models and engines. The second hasher is the identity, so that chunk `i` lies at
	/// `prefix ‖ i as u32 LE`, which is what the engine's host function is told.
	#[pallet::storage]
	pub type Chunks<T: Config> = StorageDoubleMap<_, Twox64Concat, ModelId, Identity, u32, Chunk>;

	/// Signatures of activated models.
	#[pallet::storage]
	pub type Signatures<T: Config> = StorageMap<_, Twox64Concat, ModelId, StoredSignature>;

	/// What the canaries of activated models gave.
	#[pallet::storage]
	pub type Vectors<T: Config> = StorageMap<_, Twox64Concat, ModelId, GoldenVectors, ValueQuery>;

	/// Who is paid for a model's calls, if its owner has named anybody.
	#[pallet::storage]
	pub type Beneficiaries<T: Config> =
		StorageMap<_, Twox64Concat, ModelId, BeneficiaryList<T::AccountId>, ValueQuery>;

	/// Registered names with their versions.
	#[pallet::storage]
	pub type Names<T: Config> = StorageMap<_, Blake2_128Concat, Alias, NameInfoOf<T>>;

	/// Engine versions. Append-only.
	#[pallet::storage]
	pub type Engines<T: Config> = StorageMap<_, Twox64Concat, EngineVersion, EngineInfoOf<T>>;

	/// The newest engine version; 0 when there is none.
	#[pallet::storage]
	pub type CurrentEngine<T: Config> = StorageValue<_, EngineVersion, ValueQuery>;

	/// The first id: 0 is no model anywhere.
	#[pallet::type_value]
	pub fn FirstModelId() -> ModelId {
		1
	}

	/// Engines that the chain starts with.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Versions from 1 on, without gaps.
		#[serde(default)]
		pub engines: Vec<genesis::GenesisEngine>,
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			genesis::build::<T>(&self.engines);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxChunksPerReap::get() > 0, "a reap must remove something");
			assert!(
				cost::fuel_within(T::MaxCallRefTime::get()) > cost::RUN_BASE_FUEL,
				"no model could be called"
			);
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Creates a draft and holds the deposit for all of it.
		///
		/// Errors: content empty or too large, wrong number of hashes, text that is no UTF-8,
		/// unknown or disabled engine, not enough funds for the deposit.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create(manifest.chunk_hashes.len() as u32))]
		pub fn create(origin: OriginFor<T>, manifest: Manifest) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_create(owner, manifest)
		}

		/// Stores a chunk of a draft. Anybody may: the hash must be the manifest's.
		///
		/// Errors: no draft, index out of range, wrong size or hash, chunk there already.
		#[pallet::call_index(1)]
		#[pallet::weight(cost::chunk_weight::<T::WeightInfo>(bytes.len() as u32))]
		pub fn upload_chunk(
			origin: OriginFor<T>,
			model: ModelId,
			index: u32,
			bytes: Vec<u8>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_upload_chunk(model, index, bytes)
		}

		/// Loads a complete draft, runs its canaries and makes it callable.
		///
		/// `run_limit` is the fuel that one run may use, 0 for the smallest that is accepted:
		/// 1.25 × the largest canary + 100,000. Without canaries the model is run on zeros.
		/// `max_fuel` is all the fuel that this call may use: it is the call's weight, and what
		/// wasn't used is refunded. A failed activation is charged what it used, and leaves the
		/// draft as it was.
		///
		/// The owner also pays the existential deposit of the model's address, if that isn't there.
		///
		/// Errors: not the owner, no draft, chunks missing, engine not callable, limits too low or
		/// too high, the engine's refusal, a model that no transaction could call, not enough funds.
		#[pallet::call_index(2)]
		#[pallet::weight(
			T::WeightInfo::activate(Pallet::<T>::canary_bytes(canaries))
				.saturating_add(cost::fuel_weight(*max_fuel))
		)]
		pub fn activate(
			origin: OriginFor<T>,
			model: ModelId,
			run_limit: u64,
			canaries: BoundedVec<Vec<Tensor>, ConstU32<MAX_CANARIES>>,
			max_fuel: u64,
		) -> DispatchResultWithPostInfo {
			let owner = ensure_signed(origin)?;
			let base = T::WeightInfo::activate(Self::canary_bytes(&canaries));
			let canaries = canaries.into_inner();
			Self::charged(base, Self::do_activate(owner, model, run_limit, canaries, max_fuel))
		}

		/// Sets the price of one call: at once for a draft, else `PriceDelay` blocks from now.
		///
		/// Errors: not the owner, retired, or a higher price of a frozen model.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_price())]
		pub fn set_price(
			origin: OriginFor<T>,
			model: ModelId,
			price: BalanceOf<T>,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_set_price(owner, model, price)
		}

		/// Gives a model away, with its deposit, which stays held on the new owner's account.
		///
		/// Errors: not the owner, an engine, the new owner's account can't hold the deposit.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::transfer())]
		pub fn transfer(origin: OriginFor<T>, model: ModelId, to: T::AccountId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_transfer(owner, model, to)
		}

		/// Lets nobody call an active model for now.
		///
		/// Errors: not the owner, not active, frozen.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::pause())]
		pub fn pause(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_pause(owner, model)
		}

		/// Makes a paused model callable again.
		///
		/// Errors: not the owner, not paused.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::resume())]
		pub fn resume(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_resume(owner, model)
		}

		/// Promises, irrevocably, never to pause, retire or make dearer an active model: contracts
		/// that can't be changed may rely on it. A higher price that was announced is withdrawn.
		///
		/// Errors: not the owner, not active, frozen already.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::freeze())]
		pub fn freeze(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_freeze(owner, model)
		}

		/// Retires a model: a draft at once, else `RetireDelay` blocks from now. Afterwards anybody
		/// may reap it, which returns the deposit.
		///
		/// Errors: not the owner, retiring or retired already, frozen.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_retire(owner, model)
		}

		/// Removes chunks of a retired model or an expired draft, at most `MaxChunksPerReap`, and
		/// releases their deposit to the owner; at the last one removes the model, and the owner gets what
		/// is on its address. Anybody may.
		///
		/// Errors: unknown model, not reapable.
		#[pallet::call_index(9)]
		#[pallet::weight(cost::reap_weight::<T::WeightInfo>(T::MaxChunksPerReap::get()))]
		pub fn reap(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let chunks = Self::do_reap(model)?;
			Ok(Some(cost::reap_weight::<T::WeightInfo>(chunks)).into())
		}

		/// Makes a complete upload the next engine version, callable `EngineDelay` blocks from now.
		/// `hash` and `raw_len` are those of the raw wasm, `profile` the number of the numeric
		/// profile. The upload's deposit is released: the engine is everybody's from now on.
		///
		/// Errors: not the engine origin, wrong version, no complete draft, an invalid engine.
		#[pallet::call_index(10)]
		#[pallet::weight(cost::set_engine_weight::<T::WeightInfo>(*raw_len))]
		pub fn set_engine(
			origin: OriginFor<T>,
			version: EngineVersion,
			upload: ModelId,
			hash: sp_core::H256,
			raw_len: u32,
			profile: u32,
		) -> DispatchResult {
			T::EngineOrigin::ensure_origin(origin)?;
			Self::do_set_engine(version, upload, hash, raw_len, profile)
		}

		/// Switches an engine version off from the next block on: for a determinism or safety bug.
		///
		/// Errors: not the engine origin, unknown version, switched off already.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::disable_engine())]
		pub fn disable_engine(origin: OriginFor<T>, version: EngineVersion) -> DispatchResult {
			T::EngineOrigin::ensure_origin(origin)?;
			Self::do_disable_engine(version)
		}

		/// Moves an active or paused model to another engine version, newer or older.
		///
		/// `canaries` are those of its activation (none if it had none): its golden vectors are
		/// replayed, and unless `accept_change` is set, every output must be what it was, bit for
		/// bit. `run_limit` and `max_fuel` are as in `activate`, and so is what is charged.
		///
		/// Errors: not the owner, neither active nor paused, the version it is on, an engine that
		/// isn't callable, other canaries, another signature, other outputs; limits and refusals as in
		/// `activate`; a frozen model whose outputs would differ or whose calls would need more fuel.
		#[pallet::call_index(12)]
		#[pallet::weight(
			T::WeightInfo::migrate(Pallet::<T>::canary_bytes(canaries))
				.saturating_add(cost::fuel_weight(*max_fuel))
		)]
		pub fn migrate(
			origin: OriginFor<T>,
			model: ModelId,
			engine: EngineVersion,
			run_limit: u64,
			canaries: BoundedVec<Vec<Tensor>, ConstU32<MAX_CANARIES>>,
			accept_change: bool,
			max_fuel: u64,
		) -> DispatchResultWithPostInfo {
			let owner = ensure_signed(origin)?;
			let base = T::WeightInfo::migrate(Self::canary_bytes(&canaries));
			let canaries = canaries.into_inner();
			Self::charged(
				base,
				Self::do_migrate(
					owner,
					model,
					engine,
					run_limit,
					canaries,
					accept_change,
					max_fuel,
				),
			)
		}

		/// Names who is paid for a model's calls from now on: up to 8 different accounts, with parts
		/// per billion that sum up to 1,000,000,000. Parts round down, and the first account takes the
		/// rest. None: the owner again. A transfer of the model resets it.
		///
		/// Errors: not the owner, retired, wrong parts, an account twice.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::set_beneficiaries())]
		pub fn set_beneficiaries(
			origin: OriginFor<T>,
			model: ModelId,
			beneficiaries: BeneficiaryList<T::AccountId>,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_set_beneficiaries(owner, model, beneficiaries)
		}

		/// Registers a model as the next version of a name, which is the caller's from its first
		/// version on, and holds the deposit for it.
		///
		/// Errors: not a name; not the model's or the name's owner; model retired, an engine, or the
		/// name's newest version already; 64 versions; not enough funds.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::register_name())]
		pub fn register_name(origin: OriginFor<T>, model: ModelId, name: Alias) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_register_name(owner, model, name)
		}

		/// Gives a name away, with its deposit, which stays held on the new owner's account.
		///
		/// Errors: unknown name, not its owner, the new owner's account can't hold the deposit.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::transfer_name())]
		pub fn transfer_name(
			origin: OriginFor<T>,
			name: Alias,
			to: T::AccountId,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_transfer_name(owner, name, to)
		}

		/// Removes a version of a name and releases its deposit. Without versions the name is free.
		///
		/// Errors: unknown name or version, not the name's owner.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::release_name())]
		pub fn release_name(origin: OriginFor<T>, name: Alias, version: u32) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_release_name(owner, name, version)
		}
	}
}
