//! Reads and calls of `pallet-model-registry`.

use super::{
	inclusion::Included,
	transaction::{Sender, Wait},
	types::Model,
	AtBlock, Chain,
};
use crate::model::failure::Failure;
use futures::{stream::FuturesUnordered, TryStreamExt};
use opg_engine_abi::{Tensor, CHUNK_BYTES};
use opg_runtime::AccountId;
use pallet_model_registry::{
	Beneficiary, EngineInfo, EngineVersion, Manifest, ModelId, MAX_CONTENT_BYTES,
};
use std::collections::BTreeSet;
use subxt::{
	dynamic,
	ext::scale_decode::DecodeAsType,
	rpcs::rpc_params,
	transactions::Payload,
	utils::{AccountId32, Static, H256},
};

/// Name of the pallet in the runtime.
const PALLET: &str = "ModelRegistry";

/// Chunks that are on their way at the same time. They reach other nodes in any order, and a pool
/// keeps 2 MiB of transactions (a tenth of its size) whose predecessors it hasn't seen yet.
const IN_FLIGHT: usize = 4;

/// Newest models among which an interrupted upload is looked for.
const RESUME_AMONG: u32 = 100;

/// An event that names a new model.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ModelCreated {
	model: u32,
}

/// Every engine version that the chain has, the newest first.
pub async fn engines(chain: &AtBlock) -> Result<Vec<(EngineVersion, EngineInfo<u32>)>, Failure> {
	let newest = dynamic::storage::<(), u32>(PALLET, "CurrentEngine");
	let newest = read(chain.storage().try_fetch(newest, ()).await)?;
	let newest = newest.map(|value| value.decode()).transpose().map_err(unreadable)?.unwrap_or(0);
	let mut all = Vec::new();
	for version in (1..=newest).rev() {
		let engines = dynamic::storage::<(u32,), Static<EngineInfo<u32>>>(PALLET, "Engines");
		let Some(info) = read(chain.storage().try_fetch(engines, (version,)).await)? else {
			continue;
		};
		let Static(info) = info.decode().map_err(unreadable)?;
		all.push((version, info));
	}
	Ok(all)
}

/// The engine version with that hash and profile, if the chain has it and may run it.
pub async fn engine_version(
	chain: &AtBlock,
	hash: &[u8; 32],
	profile: u32,
) -> Result<Option<EngineVersion>, Failure> {
	let now = u32::try_from(chain.block_number()).unwrap_or(u32::MAX);
	let usable = |info: &EngineInfo<u32>| {
		info.hash.0 == *hash && info.profile == profile && info.is_callable(now)
	};
	let found = engines(chain).await?.into_iter().find(|(_, info)| usable(info));
	Ok(found.map(|(version, _)| version))
}

/// The bytes of a content, a model's file or an engine as it is stored. Whoever uses them checks
/// them against a hash.
pub async fn content(chain: &AtBlock, id: ModelId, length: u32) -> Result<Vec<u8>, Failure> {
	// The chain has none that is longer; a node could claim anything.
	let length = length.min(MAX_CONTENT_BYTES);
	let mut bytes = Vec::with_capacity(length as usize);
	for index in 0..length.div_ceil(CHUNK_BYTES) {
		let chunks = dynamic::storage::<(u32, u32), Static<Vec<u8>>>(PALLET, "Chunks");
		let chunk =
			read(chain.storage().try_fetch(chunks, (id, index)).await)?.ok_or_else(|| {
				Failure::new(
					"ContentMissing",
					format!("chunk {index} of content {id} isn't in the state"),
					"the model was removed since; check the result with its file and `model run`",
				)
			})?;
		let Static(chunk) = chunk.decode().map_err(unreadable)?;
		bytes.extend_from_slice(&chunk);
	}
	Ok(bytes)
}

/// A draft of that owner with that content, from an upload that was interrupted.
pub async fn draft(
	chain: &Chain,
	at: &AtBlock,
	owner: &AccountId32,
	root: &[u8; 32],
) -> Result<Option<ModelId>, Failure> {
	let next = dynamic::storage::<(), u32>(PALLET, "NextModelId");
	let next = read(at.storage().try_fetch(next, ()).await)?;
	let next = next.map(|value| value.decode()).transpose().map_err(unreadable)?.unwrap_or(1);
	let from = next.saturating_sub(RESUME_AMONG).max(1);
	let models: Vec<Model> =
		chain.request("models_list", rpc_params![from, RESUME_AMONG, at.block_hash()]).await?;
	let owner = owner.to_string();
	let found = models
		.into_iter()
		.filter(|m| m.status == "draft" && m.owner == owner && m.root.0 == *root)
		.map(|m| m.id)
		.next_back();
	Ok(found)
}

/// Chunks of a model that are in state.
pub async fn uploaded(
	chain: &Chain,
	at: &AtBlock,
	model: ModelId,
) -> Result<BTreeSet<u32>, Failure> {
	let chunks = dynamic::storage::<(u32, u32), Vec<u8>>(PALLET, "Chunks");
	let prefix = at
		.storage()
		.entry(chunks)
		.and_then(|entry| entry.iter_key((model,)))
		.map_err(unreadable)?;
	// At most 128 chunks. The keys end in the index.
	let keys: Vec<String> = chain
		.request(
			"state_getKeysPaged",
			rpc_params![
				crate::model::output::hex(&prefix),
				1_000u32,
				None::<String>,
				at.block_hash()
			],
		)
		.await?;
	let index = |key: &String| {
		let bytes = hex::decode(key.strip_prefix("0x")?).ok()?;
		Some(u32::from_le_bytes(*bytes.last_chunk::<4>()?))
	};
	keys.iter()
		.map(|key| index(key).ok_or_else(|| unreadable("a storage key that is no key")))
		.collect()
}

/// Creates a draft. Gives its id.
pub async fn create(
	sender: &mut Sender<'_>,
	manifest: Manifest,
) -> Result<(ModelId, Included), Failure> {
	let call = dynamic::transaction(PALLET, "create", (Static(manifest),));
	let included = sender.send(&call, Wait::Best).await?;
	let created: ModelCreated = included.event(PALLET, "ModelCreated")?;
	Ok((created.model, included))
}

/// Uploads these chunks of a file, several at a time. `done` is told the bytes of each that is in
/// a block. Gives the fees paid, OPG base units.
pub async fn upload(
	sender: &mut Sender<'_>,
	model: ModelId,
	file: &[u8],
	indices: &[u32],
	done: &(dyn Fn(u64) + Sync),
) -> Result<u128, Failure> {
	let mut fees = 0u128;
	let mut waiting = FuturesUnordered::new();
	for index in indices {
		let chunk = file.chunks(CHUNK_BYTES as usize).nth(*index as usize).unwrap_or_default();
		let call =
			dynamic::transaction(PALLET, "upload_chunk", (model, *index, Static(chunk.to_vec())));
		let submitted = sender.submit(&call).await?;
		waiting.push(async move {
			let fee = match submitted.included(Wait::Best).await {
				Ok(included) => included.fee()?,
				// Anybody may upload chunks; what counts is that it is there.
				Err(failure) if failure.code == "ChunkAlreadyUploaded" => 0,
				Err(failure) => return Err(failure),
			};
			done(chunk.len() as u64);
			Ok(fee)
		});
		if waiting.len() >= IN_FLIGHT {
			fees = fees.saturating_add(waiting.try_next().await?.unwrap_or(0));
		}
	}
	while let Some(fee) = waiting.try_next().await? {
		fees = fees.saturating_add(fee);
	}
	Ok(fees)
}

/// Sets the price of a call, OPG base units.
pub async fn set_price(
	sender: &mut Sender<'_>,
	model: ModelId,
	price: u128,
) -> Result<Included, Failure> {
	let call = dynamic::transaction(PALLET, "set_price", (model, price));
	sender.send(&call, Wait::Best).await
}

/// Activates a complete draft. A run limit of 0 is the smallest that is accepted.
pub async fn activate(
	sender: &mut Sender<'_>,
	model: ModelId,
	run_limit: u64,
	canaries: Vec<Vec<Tensor>>,
	max_fuel: u64,
	wait: Wait,
) -> Result<Included, Failure> {
	let arguments = (model, run_limit, Static(canaries), max_fuel);
	let call = dynamic::transaction(PALLET, "activate", arguments);
	sender.send(&call, wait).await
}

/// Moves a model to another engine version. A run limit of 0 is the smallest that is accepted.
pub fn migrate(
	model: ModelId,
	engine: EngineVersion,
	run_limit: u64,
	canaries: Vec<Vec<Tensor>>,
	accept_change: bool,
	max_fuel: u64,
) -> impl Payload {
	let arguments = (model, engine, run_limit, Static(canaries), accept_change, max_fuel);
	dynamic::transaction(PALLET, "migrate", arguments)
}

/// Names who is paid for a model's calls.
pub fn set_beneficiaries(
	model: ModelId,
	beneficiaries: Vec<Beneficiary<AccountId>>,
) -> impl Payload {
	dynamic::transaction(PALLET, "set_beneficiaries", (model, Static(beneficiaries)))
}

/// The model's entry at a block.
pub async fn model_at(
	chain: &Chain,
	model: ModelId,
	block: H256,
) -> Result<Option<Model>, Failure> {
	chain.request("models_get", rpc_params![model, block]).await
}

fn read<T>(result: Result<T, subxt::error::StorageError>) -> Result<T, Failure> {
	result.map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
	Failure::new(
		"Rpc",
		format!("the registry can't be read: {error}"),
		"is it an OPG node of this version?",
	)
}
