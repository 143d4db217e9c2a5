//! What the pallet stores and tells nodes.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use opg_engine_abi::{EngineRef, Limits, ModelRef};
use pallet_model_registry::{ModelCosts, ModelId};
use polkadot_sdk::sp_core::H256;
use scale_info::TypeInfo;

/// Bytes of a page of a prepared image.
const PAGE_BYTES: u64 = 4096;

/// A warm model.
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
pub struct WarmModel {
	/// Model.
	pub model: ModelId,
	/// Hash of the prepared image that is warm.
	pub image_hash: H256,
	/// Bytes of that image: its changed pages.
	pub bytes: u64,
}

impl WarmModel {
	/// The entry of a model with these costs.
	pub fn new(model: ModelId, costs: &ModelCosts) -> Self {
		let bytes = u64::from(costs.image_pages).saturating_mul(PAGE_BYTES);
		Self { model, image_hash: costs.image_hash, bytes }
	}
}

/// A pinned model.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Pin<BlockNumber> {
	/// The model and its image.
	pub entry: WarmModel,
	/// First block in which it holds.
	pub from: BlockNumber,
	/// First block in which it no longer holds, if it ends.
	pub until: Option<BlockNumber>,
}

impl<BlockNumber: Copy + PartialOrd> Pin<BlockNumber> {
	/// Whether it holds in that block.
	pub fn holds(&self, now: BlockNumber) -> bool {
		self.from <= now && !self.is_over(now)
	}

	/// Whether it never holds again.
	pub fn is_over(&self, now: BlockNumber) -> bool {
		self.until.is_some_and(|until| until <= now)
	}
}

/// A warm model as a node is told about it: all that it needs to prepare its image.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct WarmView {
	/// Model.
	pub model: ModelId,
	/// Its engine.
	pub engine: EngineRef,
	/// Storage prefix of the engine's chunks.
	pub engine_prefix: Vec<u8>,
	/// The model's content.
	pub content: ModelRef,
	/// Storage prefix of the model's chunks.
	pub content_prefix: Vec<u8>,
	/// The bounds that loads are held to.
	pub limits: Limits,
	/// Fuel of the load.
	pub load_fuel: u64,
	/// Hash of the prepared image.
	pub image_hash: H256,
}
