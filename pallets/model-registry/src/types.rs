//! What the registry stores and shows: engines, models, their states and costs.

use crate::cost;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use opg_engine_abi::{
	request::{EngineRef, ModelRef},
	ErrorCode, ModelSignature, CHUNK_BYTES,
};
use polkadot_sdk::{
	frame_support::{
		pallet_prelude::{BoundedVec, ConstU32},
		traits::PalletError,
	},
	sp_core::H256,
};
use scale_info::TypeInfo;

/// Number of a model, from 1. Also names the content (chunks) of an engine.
pub type ModelId = u32;

/// Number of an engine version, from 1, without gaps.
pub type EngineVersion = u32;

/// Bytes of a model or an engine upload, at most: 64 MiB, as `Limits::V1.model_bytes`.
pub const MAX_CONTENT_BYTES: u32 = 64 * 1024 * 1024;

/// Chunks of one content, at most: `MAX_CONTENT_BYTES / CHUNK_BYTES`.
pub const MAX_CHUNKS: u32 = MAX_CONTENT_BYTES.div_ceil(CHUNK_BYTES);

/// Bytes of a model's name, at most. It is shown in lists, and paid for by the byte.
pub const MAX_NAME_BYTES: u32 = 128;

/// Bytes of a model card's URI, at most: room for an IPFS or HTTPS address with a path.
pub const MAX_CARD_URI_BYTES: u32 = 256;

/// Bytes of a stored signature, at most: `Limits::V1.signature_bytes`.
pub const MAX_SIGNATURE_BYTES: u32 = 4 * 1024;

/// Canary inputs of one activation, at most: enough for a typical, a small and two odd inputs.
pub const MAX_CANARIES: u32 = 4;

/// Hashes of the chunks of one content.
pub type ChunkHashes = BoundedVec<H256, ConstU32<MAX_CHUNKS>>;

/// Bytes of one chunk, as stored under `prefix ‖ index as u32 LE`: SCALE `Vec<u8>`, that is its
/// compact length and then the bytes.
pub type Chunk = BoundedVec<u8, ConstU32<CHUNK_BYTES>>;

/// SCALE encoding of a `ModelSignature`.
pub type StoredSignature = BoundedVec<u8, ConstU32<MAX_SIGNATURE_BYTES>>;

/// A model's name, UTF-8.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME_BYTES>>;

/// Where a model's card is, UTF-8.
pub type CardUri = BoundedVec<u8, ConstU32<MAX_CARD_URI_BYTES>>;

/// What a model computed when it was activated or last migrated: how a migration is judged.
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
pub struct GoldenVector {
	/// `opg_engine_abi::hash::tensors_hash` of a canary.
	pub inputs: H256,
	/// The same of what it gave.
	pub outputs: H256,
}

/// Who gets how much of a model's price, at most so many: settlement pays each of them.
pub const MAX_BENEFICIARIES: u32 = 8;

/// The whole, in parts.
pub const BENEFICIARY_PARTS: u32 = 1_000_000_000;

/// A receiver of a model's price.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Beneficiary<AccountId> {
	/// Who is paid.
	pub account: AccountId,
	/// Its share of what remains after the protocol's, in parts per billion.
	pub parts: u32,
}

/// Receivers of a model's price. The first takes what rounding leaves.
pub type BeneficiaryList<AccountId> =
	BoundedVec<Beneficiary<AccountId>, ConstU32<MAX_BENEFICIARIES>>;

/// Golden vectors of a model, in the order of its canaries.
pub type GoldenVectors = BoundedVec<GoldenVector, ConstU32<MAX_CANARIES>>;

/// What `create` is given.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Manifest {
	/// Bytes of the ONNX file (or of the compressed engine).
	pub length: u32,
	/// keccak-256 of every chunk, in order: 524,288 bytes each but the last.
	pub chunk_hashes: ChunkHashes,
	/// Engine version that the model will be activated with.
	pub engine: EngineVersion,
	/// Name, UTF-8.
	pub name: Name,
	/// Where the model's card is, UTF-8; empty for none.
	pub card_uri: CardUri,
	/// keccak-256 of the card.
	pub card_hash: Option<H256>,
}

/// Where a model is in its life: `Draft → Active ⇄ Paused → Retiring → Retired`.
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
pub enum ModelStatus<BlockNumber> {
	/// Created; chunks may be missing. Not callable.
	Draft,
	/// Callable.
	Active,
	/// Active, but its owner lets nobody call it for now.
	Paused,
	/// Retirement is announced. It stays callable if it was active.
	Retiring {
		/// First block in which it is retired.
		at: BlockNumber,
		/// Whether it was paused, and so stays uncallable, when retirement was announced.
		paused: bool,
	},
	/// Not callable any more. Anybody may reap it.
	Retired,
	/// Its content became an engine version. Never reaped.
	Engine,
}

impl<BlockNumber: Copy + PartialOrd> ModelStatus<BlockNumber> {
	/// The status in block `now`: an announced retirement takes effect by itself.
	pub fn at(self, now: BlockNumber) -> Self {
		match self {
			Self::Retiring { at, .. } if now >= at => Self::Retired,
			status => status,
		}
	}

	/// Whether a model with this status, as of [`Self::at`], can be called.
	pub fn is_callable(self) -> bool {
		matches!(self, Self::Active | Self::Retiring { paused: false, .. })
	}
}

/// What activation measured and fixed: every number that a call's charge is made of.
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
pub struct ModelCosts {
	/// Fuel of the load, charged with every call of a model that isn't warm.
	pub load_fuel: u64,
	/// Pages (4 KiB) of the prepared image.
	pub image_pages: u32,
	/// keccak-256 of the prepared image. A node whose own differs stops.
	pub image_hash: H256,
	/// WebAssembly pages (64 KiB) of linear memory after the load.
	pub memory_pages: u32,
	/// Fuel of the most expensive canary run.
	pub typical_fuel: u64,
	/// Fuel that one run may use.
	pub run_limit: u64,
	/// Bytes of all inputs together.
	pub input_bytes: u32,
	/// Bytes of all outputs together.
	pub output_bytes: u32,
	/// What fuel doesn't see (reads, hashing, copying), as fuel: [`crate::cost::overhead_fuel`].
	pub overhead_fuel: u64,
}

impl ModelCosts {
	/// Fuel that `infer` needs as its `max_fuel`: load, overhead and the run's limit.
	pub fn max_fuel(&self) -> u64 {
		self.charged(self.run_limit)
	}

	/// Fuel charged for a call whose run used `run_fuel`, of a model that isn't warm.
	pub fn charged(&self, run_fuel: u64) -> u64 {
		self.load_fuel.saturating_add(self.overhead_fuel).saturating_add(run_fuel)
	}

	/// Fuel charged for a call like the canaries, of a model that isn't warm.
	pub fn expected_fuel(&self) -> u64 {
		self.charged(self.typical_fuel)
	}
}

/// A model, or the upload of an engine.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ModelInfo<AccountId, Balance, BlockNumber> {
	/// Who owns it and gets the deposit back. It is paid for its calls, unless it names others.
	pub owner: AccountId,
	/// Status as last written; see [`ModelStatus::at`].
	pub status: ModelStatus<BlockNumber>,
	/// Engine version that it is pinned to.
	pub engine: EngineVersion,
	/// Content root.
	pub root: H256,
	/// Bytes of the content.
	pub length: u32,
	/// Chunks of the content.
	pub chunks: u32,
	/// Chunks that are in state.
	pub uploaded: u32,
	/// What is held on the owner's account for it.
	pub deposit: Balance,
	/// Name, UTF-8.
	pub name: Name,
	/// Where its card is, UTF-8.
	pub card_uri: CardUri,
	/// keccak-256 of its card.
	pub card_hash: Option<H256>,
	/// Price of one call; see [`Self::price_at`].
	pub price: Balance,
	/// Announced price and the first block in which it holds.
	pub pending_price: Option<(Balance, BlockNumber)>,
	/// Irrevocable: never paused, retired or made dearer.
	pub frozen: bool,
	/// Block in which it was created.
	pub created: BlockNumber,
	/// There from activation on.
	pub costs: Option<ModelCosts>,
}

impl<AccountId, Balance: Copy, BlockNumber: Copy + PartialOrd>
	ModelInfo<AccountId, Balance, BlockNumber>
{
	/// Price of one call in block `now`, without the compute.
	pub fn price_at(&self, now: BlockNumber) -> Balance {
		match self.pending_price {
			Some((price, from)) if now >= from => price,
			_ => self.price,
		}
	}

	/// Writes an announced price that holds by now into `price`.
	pub(crate) fn settle_price(&mut self, now: BlockNumber) {
		if let Some((price, from)) = self.pending_price {
			if now >= from {
				self.price = price;
				self.pending_price = None;
			}
		}
	}
}

/// An engine version. Its compressed (zstd) wasm lies in chunks like a model's content.
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
pub struct EngineInfo<BlockNumber> {
	/// Id under which its chunks lie. Engines of genesis use ids from `u32::MAX` downwards.
	pub content: ModelId,
	/// keccak-256 of the raw wasm.
	pub hash: H256,
	/// Number of its numeric profile.
	pub profile: u32,
	/// Bytes of the raw wasm.
	pub raw_len: u32,
	/// Bytes stored (compressed).
	pub stored_len: u32,
	/// First block in which it may be called.
	pub callable_from: BlockNumber,
	/// First block in which it is switched off, if root did that.
	pub disabled_from: Option<BlockNumber>,
}

impl<BlockNumber: Copy + PartialOrd> EngineInfo<BlockNumber> {
	/// Whether root has switched it off by block `now`.
	pub fn is_disabled(&self, now: BlockNumber) -> bool {
		self.disabled_from.is_some_and(|from| now >= from)
	}

	/// Whether calls may use it in block `now`.
	pub fn is_callable(&self, now: BlockNumber) -> bool {
		now >= self.callable_from && !self.is_disabled(now)
	}

	/// The engine as the host is told about it.
	pub fn engine_ref(&self) -> EngineRef {
		EngineRef {
			hash: self.hash.0,
			profile: self.profile,
			raw_len: self.raw_len,
			stored_len: self.stored_len,
		}
	}
}

/// Everything that a call of a model needs, checked: what [`crate::Pallet::callable`] returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callable<AccountId, Balance> {
	/// Model.
	pub model: ModelId,
	/// Its owner.
	pub owner: AccountId,
	/// Who is paid, at least one: the owner, unless it has named others.
	pub beneficiaries: Vec<Beneficiary<AccountId>>,
	/// Price of one call now, without the compute.
	pub price: Balance,
	/// What a call is charged.
	pub costs: ModelCosts,
	/// Inputs and outputs.
	pub signature: ModelSignature,
	/// Its engine.
	pub engine: EngineRef,
	/// Storage prefix of the engine's chunks.
	pub engine_prefix: Vec<u8>,
	/// The model's content.
	pub model_ref: ModelRef,
	/// Storage prefix of the model's chunks.
	pub model_prefix: Vec<u8>,
}

impl<AccountId, Balance> Callable<AccountId, Balance> {
	/// Fuel charged for a call whose run used `run_fuel`. A warm model's image is there already: its
	/// bytes aren't read and loaded. All else is done for it too: digests of chunks are compared, pages
	/// copied, inputs and outputs passed.
	pub fn charged(&self, run_fuel: u64, warm: bool) -> u64 {
		self.charged_batch(1, run_fuel, warm)
	}

	/// Fuel charged for a batch of which so many rows were run, when their runs used `run_fuel`
	/// together. What a warm model's call isn't charged, a batch is charged once: the first row's run
	/// leaves the image for the others. Everything else is charged for every row.
	pub fn charged_batch(&self, rows: u32, run_fuel: u64, warm: bool) -> u64 {
		let overhead = self.costs.overhead_fuel;
		let bytes = cost::bytes_fuel(self.model_ref.len).min(overhead);
		let once = if warm { 0 } else { self.costs.load_fuel.saturating_add(bytes) };
		overhead
			.saturating_sub(bytes)
			.saturating_mul(rows.into())
			.saturating_add(once)
			.saturating_add(run_fuel)
	}

	/// Fuel that `infer_batch` needs as its `max_fuel`: that of a model that isn't warm.
	pub fn max_batch_fuel(&self, rows: u32) -> u64 {
		self.charged_batch(rows, self.costs.run_limit.saturating_mul(rows.into()), false)
	}
}

/// Why a model can't be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum NotCallable {
	/// No model has this id (any more).
	Unknown,
	/// It is a draft, paused, retired, or an engine.
	NotActive,
	/// Its engine version is switched off.
	EngineUnavailable,
}

/// A model as the runtime API and the RPC show it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ModelView<AccountId, Balance, BlockNumber> {
	/// Model.
	pub id: ModelId,
	/// Owner.
	pub owner: AccountId,
	/// Status now.
	pub status: ModelStatus<BlockNumber>,
	/// Engine version.
	pub engine: EngineVersion,
	/// keccak-256 of the engine's raw wasm.
	pub engine_hash: H256,
	/// Number of the engine's numeric profile.
	pub profile: u32,
	/// Content root.
	pub root: H256,
	/// Bytes of the ONNX file.
	pub length: u32,
	/// Chunks it has.
	pub chunks: u32,
	/// Chunks in state.
	pub uploaded: u32,
	/// Deposit held on the owner's account, OPG base units.
	pub deposit: Balance,
	/// Name, UTF-8.
	pub name: Vec<u8>,
	/// Where its card is, UTF-8.
	pub card_uri: Vec<u8>,
	/// keccak-256 of the card.
	pub card_hash: Option<H256>,
	/// Price of one call now, OPG base units, without the compute.
	pub price: Balance,
	/// Announced price and the first block in which it holds.
	pub pending_price: Option<(Balance, BlockNumber)>,
	/// Who is paid, at least one.
	pub beneficiaries: Vec<Beneficiary<AccountId>>,
	/// Never paused, retired or made dearer.
	pub frozen: bool,
	/// Block in which it was created.
	pub created: BlockNumber,
	/// There from activation on.
	pub costs: Option<ModelCosts>,
	/// Whether a call would be accepted now (status and engine).
	pub callable: bool,
}

/// An engine version as the runtime API shows it: all that a node needs to compile it ahead.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EngineView<BlockNumber> {
	/// Version.
	pub version: EngineVersion,
	/// Hash, profile and lengths.
	pub engine: EngineRef,
	/// Storage prefix of its chunks: chunk `i` lies at `prefix ‖ i as u32 LE`.
	pub prefix: Vec<u8>,
	/// First block in which it may be called.
	pub callable_from: BlockNumber,
	/// First block in which it is switched off, if root did that.
	pub disabled_from: Option<BlockNumber>,
}

/// The engine's error code inside a pallet's error. A module error holds 4 bytes, so the code's
/// integers don't fit; `opg-node model inspect` and the RPC's `dryRun` show them.
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
pub struct RefusalCode(pub ErrorCode);

impl PalletError for RefusalCode {
	/// One byte: see the test in `opg_engine_abi::error`.
	const MAX_ENCODED_SIZE: usize = 1;
}
