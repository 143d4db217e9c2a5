//! Creating, uploading and reaping a content, and the deposit for it.

use crate::{pallet::*, types::*, BalanceOf, ModelInfoOf};
use alloc::vec::Vec;
use opg_engine_abi::{
	hash::{chunk_count, content_root},
	CHUNK_BYTES,
};
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{fungible::hold::Mutate as _, tokens::Precision, Get},
	},
	frame_system,
	sp_core::H256,
	sp_io::hashing::keccak_256,
	sp_runtime::{
		traits::{CheckedDiv, Saturating, UniqueSaturatedInto, Zero},
		DispatchError, DispatchResult,
	},
};

/// Entries of a model besides its chunks: info, manifest, signature, golden vectors, beneficiaries.
const MODEL_ITEMS: u32 = 5;

/// Bytes of a model's entries besides name, URI and hashes: the largest encoding of the rest of
/// its info, of the signature and golden vectors that activation adds, and of the beneficiaries.
const MODEL_BYTES: u32 = 512
	+ MAX_SIGNATURE_BYTES
	+ MAX_CANARIES * 2 * HASH_BYTES
	+ MAX_BENEFICIARIES * BENEFICIARY_BYTES;

/// Bytes of a beneficiary: a 32-byte account and a u32.
const BENEFICIARY_BYTES: u32 = 36;

/// Bytes of a hash, of a chunk or in a golden vector.
const HASH_BYTES: u32 = 32;

impl<T: Config> Pallet<T> {
	/// Deposit for a model of that manifest: every byte and item that it can come to have in state.
	pub fn deposit_for(manifest: &Manifest) -> BalanceOf<T> {
		let chunks = manifest.chunk_hashes.len() as u32;
		let items = chunks.saturating_add(MODEL_ITEMS);
		let bytes = manifest
			.length
			.saturating_add(chunks.saturating_mul(HASH_BYTES))
			.saturating_add(manifest.name.len() as u32)
			.saturating_add(manifest.card_uri.len() as u32)
			.saturating_add(MODEL_BYTES);
		T::DepositPerItem::get()
			.saturating_mul(items.into())
			.saturating_add(T::DepositPerByte::get().saturating_mul(bytes.into()))
	}

	/// Size of chunk `index` of a content of that length; `None` outside of it.
	pub fn chunk_size(length: u32, index: u32) -> Option<u32> {
		let start = index.checked_mul(CHUNK_BYTES)?;
		length.checked_sub(start).filter(|rest| *rest > 0).map(|rest| rest.min(CHUNK_BYTES))
	}

	/// Storage prefix of a content's chunks: chunk `i` lies at `prefix ‖ i as u32 LE`.
	pub fn chunk_prefix(content: ModelId) -> Vec<u8> {
		let mut key = Chunks::<T>::hashed_key_for(content, 0);
		// The second hasher is the identity, so the key ends in the 4 bytes of the index.
		key.truncate(key.len().saturating_sub(4));
		key
	}

	pub(crate) fn do_create(owner: T::AccountId, manifest: Manifest) -> DispatchResult {
		ensure!(manifest.length > 0, Error::<T>::ContentEmpty);
		ensure!(manifest.length <= MAX_CONTENT_BYTES, Error::<T>::ContentTooLarge);
		let chunks = manifest.chunk_hashes.len() as u32;
		ensure!(
			u64::from(chunks) == chunk_count(u64::from(manifest.length)),
			Error::<T>::WrongChunkCount
		);
		for text in [&manifest.name[..], &manifest.card_uri[..]] {
			ensure!(core::str::from_utf8(text).is_ok(), Error::<T>::TextNotUtf8);
		}
		let now = frame_system::Pallet::<T>::block_number();
		let engine = Engines::<T>::get(manifest.engine).ok_or(Error::<T>::UnknownEngine)?;
		ensure!(!engine.is_disabled(now), Error::<T>::EngineIsDisabled);

		let model = NextModelId::<T>::get();
		let next = model.checked_add(1).ok_or(Error::<T>::IdsExhausted)?;
		ensure!(!Self::is_genesis_content(model), Error::<T>::IdsExhausted);
		let deposit = Self::deposit_for(&manifest);
		T::Currency::hold(&HoldReason::ModelStorage.into(), &owner, deposit)?;

		let root = content_root(
			u64::from(manifest.length),
			manifest.chunk_hashes.iter().map(|hash| &hash.0),
		)
		.into();
		NextModelId::<T>::put(next);
		Models::<T>::insert(
			model,
			ModelInfoOf::<T> {
				owner: owner.clone(),
				status: ModelStatus::Draft,
				engine: manifest.engine,
				root,
				length: manifest.length,
				chunks,
				uploaded: 0,
				deposit,
				name: manifest.name,
				card_uri: manifest.card_uri,
				card_hash: manifest.card_hash,
				price: Zero::zero(),
				pending_price: None,
				frozen: false,
				created: now,
				costs: None,
			},
		);
		Manifests::<T>::insert(model, manifest.chunk_hashes);
		Self::deposit_event(Event::ModelCreated { model, owner, root, deposit });
		Ok(())
	}

	pub(crate) fn do_upload_chunk(model: ModelId, index: u32, bytes: Vec<u8>) -> DispatchResult {
		let mut info = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(matches!(info.status, ModelStatus::Draft), Error::<T>::WrongStatus);
		let hashes = Manifests::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		let hash = hashes.get(index as usize).ok_or(Error::<T>::ChunkOutOfRange)?;
		let size = Self::chunk_size(info.length, index).ok_or(Error::<T>::ChunkOutOfRange)?;
		ensure!(bytes.len() == size as usize, Error::<T>::WrongChunkSize);
		ensure!(!Chunks::<T>::contains_key(model, index), Error::<T>::ChunkAlreadyUploaded);
		ensure!(H256(keccak_256(&bytes)) == *hash, Error::<T>::WrongChunkHash);
		let chunk = Chunk::try_from(bytes).map_err(|_| Error::<T>::WrongChunkSize)?;

		Chunks::<T>::insert(model, index, chunk);
		info.uploaded = info.uploaded.saturating_add(1);
		let missing = info.chunks.saturating_sub(info.uploaded);
		Models::<T>::insert(model, info);
		Self::deposit_event(Event::ChunkUploaded { model, index, missing });
		Ok(())
	}

	/// Removes up to `MaxChunksPerReap` chunks and says how many.
	pub(crate) fn do_reap(model: ModelId) -> Result<u32, DispatchError> {
		let mut info = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		let now = frame_system::Pallet::<T>::block_number();
		let expired = now >= info.created.saturating_add(T::DraftPeriod::get());
		let reapable = match info.status.at(now) {
			ModelStatus::Retired => true,
			ModelStatus::Draft => expired,
			_ => false,
		};
		ensure!(reapable, Error::<T>::NotReapable);

		let mut hashes = Manifests::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		let left = hashes.len() as u32;
		let removed = left.min(T::MaxChunksPerReap::get());
		let remaining = left.saturating_sub(removed);
		for index in remaining..left {
			if Chunks::<T>::contains_key(model, index) {
				Chunks::<T>::remove(model, index);
				info.uploaded = info.uploaded.saturating_sub(1);
			}
		}
		let released = Self::share_of_deposit(info.deposit, removed, left);
		T::Currency::release(
			&HoldReason::ModelStorage.into(),
			&info.owner,
			released,
			Precision::Exact,
		)?;
		info.deposit = info.deposit.saturating_sub(released);
		if remaining == 0 {
			// A draft never had an address that anybody called.
			if info.costs.is_some() {
				Self::empty_address(&info.owner, model)?;
			}
			Models::<T>::remove(model);
			Manifests::<T>::remove(model);
			Signatures::<T>::remove(model);
			Vectors::<T>::remove(model);
			Beneficiaries::<T>::remove(model);
		} else {
			hashes.truncate(remaining as usize);
			// An expired draft must not be filled again while it is being removed.
			info.status = ModelStatus::Retired;
			Models::<T>::insert(model, info);
			Manifests::<T>::insert(model, hashes);
		}
		Self::deposit_event(Event::ModelReaped { model, chunks: removed, remaining, released });
		Ok(removed)
	}

	/// The part of a deposit that `removed` of `left` chunks stand for: all of it with the last
	/// one, so that rounding leaves nothing behind.
	fn share_of_deposit(deposit: BalanceOf<T>, removed: u32, left: u32) -> BalanceOf<T> {
		if removed >= left {
			return deposit;
		}
		deposit
			.checked_div(&left.into())
			.unwrap_or_else(Zero::zero)
			.saturating_mul(removed.into())
			.min(deposit)
	}

	/// A balance as errors and hashes write it. Balances are at most 128 bits wide.
	pub fn balance_u128(balance: BalanceOf<T>) -> u128 {
		balance.unique_saturated_into()
	}
}
