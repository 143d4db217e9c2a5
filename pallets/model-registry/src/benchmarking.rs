//! What the calls take, measured, without what the engine does: that is fuel, and `scripts/bench
//! engine` measures it. So no engine is needed here; entries are as activation leaves them, at their
//! longest.
//!
//! [`active_model`] is for the benchmarks of other crates too. Test these with
//! `cargo test -p pallet-model-registry --features runtime-benchmarks`.

use crate::{
	activation::Examined,
	names::{Alias, NameInfo, NameVersion, MAX_ALIAS_BYTES, MAX_NAME_VERSIONS},
	pallet::*,
	types::*,
	BalanceOf, EngineInfoOf, ModelInfoOf,
};
use alloc::{vec, vec::Vec};
use codec::{Decode, Encode};
use opg_engine_abi::{
	hash::tensors_hash, request::EngineRef, DType, ModelSignature, Tensor, TensorSpec, CHUNK_BYTES,
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{
		traits::{
			fungible::{hold::Mutate as _, Inspect, Mutate},
			EnsureOrigin, Get,
		},
		BoundedVec,
	},
	frame_system::{Pallet as System, RawOrigin},
	sp_core::H256,
	sp_io::hashing::keccak_256,
	sp_runtime::traits::{One, Saturating, Zero},
};

/// Inputs of a model, and outputs: as many as the engine takes.
const TENSORS: usize = 16;

/// Dimensions of each but the first: as many as the engine takes.
const RANK: usize = 8;

/// Bytes of a tensor's name that make a signature of so many tensors as long as one may be: each has
/// also 2 bytes for the name's length, 2 for dtype and rank, 4 for each dimension.
const TENSOR_NAME_BYTES: usize = MAX_SIGNATURE_BYTES as usize / (2 * TENSORS) - 4 - 4 * RANK - 1;

/// What an account is given. More than the deposits of a few models, and less than what would overflow
/// an issuance.
pub fn plenty<T: Config>() -> BalanceOf<T> {
	Pallet::<T>::deposit_for(&manifest::<T>(MAX_CHUNKS))
		.saturating_add(T::Currency::minimum_balance())
		.saturating_mul(4u32.into())
}

/// An account with money, on a chain that has begun: a benchmark is prepared in the block of the genesis,
/// and measured in the next one.
pub fn rich<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let first = System::<T>::block_number().max(One::one());
	System::<T>::set_block_number(first);
	let who = account(name, index, 0);
	T::Currency::mint_into(&who, plenty::<T>()).expect("there is room for it");
	who
}

/// The newest engine version: callable, and made up if there is none.
fn engine<T: Config>() -> EngineVersion {
	match CurrentEngine::<T>::get() {
		0 => another_engine::<T>(),
		version => version,
	}
}

/// One version more, made up, callable.
fn another_engine<T: Config>() -> EngineVersion {
	let version = CurrentEngine::<T>::get().saturating_add(1);
	Engines::<T>::insert(
		version,
		EngineInfoOf::<T> {
			content: crate::engines::genesis_content(version),
			hash: H256::repeat_byte(1),
			profile: 1,
			raw_len: 1,
			stored_len: 1,
			callable_from: Zero::zero(),
			disabled_from: None,
		},
	);
	CurrentEngine::<T>::put(version);
	version
}

/// A manifest of so many full chunks, with the longest texts.
fn manifest<T: Config>(chunks: u32) -> Manifest {
	Manifest {
		length: chunks.saturating_mul(CHUNK_BYTES),
		chunk_hashes: BoundedVec::truncate_from(vec![chunk_hash(); chunks as usize]),
		engine: engine::<T>(),
		name: BoundedVec::truncate_from(vec![b'n'; MAX_NAME_BYTES as usize]),
		card_uri: BoundedVec::truncate_from(vec![b'u'; MAX_CARD_URI_BYTES as usize]),
		card_hash: Some(H256::repeat_byte(2)),
	}
}

fn chunk() -> Vec<u8> {
	vec![7; CHUNK_BYTES as usize]
}

fn chunk_hash() -> H256 {
	H256(keccak_256(&chunk()))
}

/// A draft of so many chunks that are all there.
fn complete<T: Config>(owner: &T::AccountId, chunks: u32) -> ModelId {
	let id = NextModelId::<T>::get();
	Pallet::<T>::do_create(owner.clone(), manifest::<T>(chunks)).expect("the owner has the money");
	for index in 0..chunks {
		Chunks::<T>::insert(id, index, BoundedVec::truncate_from(chunk()));
	}
	Models::<T>::mutate_extant(id, |info| info.uploaded = chunks);
	id
}

/// A tensor of so many bytes and others of one byte each.
fn shapes(bytes: u32) -> Vec<Vec<u32>> {
	let mut shapes = vec![vec![1; RANK]; TENSORS];
	if let Some(first) = shapes.first_mut() {
		*first = vec![bytes];
	}
	shapes
}

/// The longest signature, with a first input and a first output of so many bytes.
fn signature(input_bytes: u32, output_bytes: u32) -> ModelSignature {
	let specs = |bytes| {
		shapes(bytes)
			.into_iter()
			.map(|shape| TensorSpec {
				name: vec![b'x'; TENSOR_NAME_BYTES],
				dtype: DType::Uint8,
				shape,
			})
			.collect()
	};
	ModelSignature { inputs: specs(input_bytes), outputs: specs(output_bytes) }
}

/// Inputs for a model of [`active_model`] with that many bytes of input; and its outputs.
pub fn tensors(bytes: u32) -> Vec<Tensor> {
	shapes(bytes).into_iter().map(tensor).collect()
}

fn tensor(shape: Vec<u32>) -> Tensor {
	let bytes = shape.iter().fold(1u32, |product, length| product.saturating_mul(*length));
	Tensor { dtype: DType::Uint8, shape, data: vec![1; bytes as usize] }
}

fn stored(signature: &ModelSignature) -> StoredSignature {
	let encoded = signature.encode();
	assert!(encoded.len() <= MAX_SIGNATURE_BYTES as usize);
	BoundedVec::truncate_from(encoded)
}

fn costs(input_bytes: u32, output_bytes: u32) -> ModelCosts {
	ModelCosts {
		load_fuel: 1,
		image_pages: 1,
		image_hash: H256::repeat_byte(3),
		memory_pages: 1,
		typical_fuel: 1,
		run_limit: 1,
		input_bytes,
		output_bytes,
		overhead_fuel: 1,
	}
}

fn vectors() -> GoldenVectors {
	let vector =
		GoldenVector { inputs: H256(tensors_hash(&tensors(1))), outputs: H256::repeat_byte(4) };
	BoundedVec::truncate_from(vec![vector; MAX_CANARIES as usize])
}

/// An active model of one chunk with the longest signature, whose first input and first output have so
/// many bytes, that pays so many beneficiaries whose accounts aren't there; its owner, if none. Its fuel
/// is next to nothing.
pub fn active_model<T: Config>(
	owner: &T::AccountId,
	input_bytes: u32,
	output_bytes: u32,
	beneficiaries: u32,
) -> ModelId {
	let id = complete::<T>(owner, 1);
	Models::<T>::mutate_extant(id, |info| {
		info.status = ModelStatus::Active;
		info.costs = Some(costs(input_bytes, output_bytes));
	});
	Signatures::<T>::insert(id, stored(&signature(input_bytes, output_bytes)));
	Vectors::<T>::insert(id, vectors());
	Beneficiaries::<T>::insert(id, beneficiary_list::<T>(beneficiaries));
	Pallet::<T>::endow_address(owner, id).expect("the owner has the money");
	id
}

/// Sets a model's price at once.
pub fn set_price_now<T: Config>(model: ModelId, price: BalanceOf<T>) {
	Models::<T>::mutate_extant(model, |info| info.price = price);
}

fn beneficiary_list<T: Config>(count: u32) -> BeneficiaryList<T::AccountId> {
	let part = BENEFICIARY_PARTS.checked_div(count).unwrap_or_default();
	let mut list: Vec<_> = (0..count)
		.map(|i| Beneficiary { account: account("beneficiary", i, 0), parts: part })
		.collect();
	if let Some(first) = list.first_mut() {
		first.parts =
			BENEFICIARY_PARTS.saturating_sub(part.saturating_mul(count.saturating_sub(1)));
	}
	BoundedVec::truncate_from(list)
}

/// An active model that pays the owner.
fn owned<T: Config>() -> (T::AccountId, ModelId) {
	let owner = rich::<T>("owner", 0);
	let id = active_model::<T>(&owner, 1, 1, MAX_BENEFICIARIES);
	(owner, id)
}

/// A name of the owner's with as many versions of that model as there may be.
pub fn name<T: Config>(owner: &T::AccountId, model: ModelId) -> Alias {
	named::<T>(owner, model, MAX_NAME_VERSIONS)
}

fn alias() -> Alias {
	BoundedVec::truncate_from(vec![b'a'; MAX_ALIAS_BYTES as usize])
}

/// A name of the owner's with so many versions of a model.
fn named<T: Config>(owner: &T::AccountId, model: ModelId, versions: u32) -> Alias {
	let deposit = Pallet::<T>::name_deposit(MAX_ALIAS_BYTES)
		.saturating_add(Pallet::<T>::version_deposit().saturating_mul(versions.into()));
	T::Currency::hold(&HoldReason::ModelName.into(), owner, deposit).expect("it has the money");
	let list = (1..=versions).map(|version| NameVersion { version, model }).collect();
	Names::<T>::insert(
		alias(),
		NameInfo {
			owner: owner.clone(),
			last: versions,
			deposit,
			versions: BoundedVec::truncate_from(list),
		},
	);
	alias()
}

/// What an engine that was asked would have said.
fn examined(input_bytes: u32) -> Examined {
	Examined {
		signature: stored(&signature(input_bytes, 1)),
		costs: costs(input_bytes, 1),
		vectors: vectors(),
	}
}

/// As many canaries as there may be, with so many bytes together as a call is weighed with.
fn canaries(bytes: u32) -> Vec<Vec<Tensor>> {
	// 20 for the shape and the lengths of each.
	let each = bytes.checked_div(MAX_CANARIES).unwrap_or_default().saturating_sub(20);
	vec![vec![tensor(vec![each])]; MAX_CANARIES as usize]
}

/// What `examine` does with canaries beside asking the engine.
fn encode_and_hash(canaries: &[Vec<Tensor>]) -> usize {
	canaries
		.iter()
		.map(|canary| {
			let hash = tensors_hash(canary);
			canary.encode().len().saturating_add(hash.len())
		})
		.sum()
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Of `n` chunks.
	#[benchmark]
	fn create(n: Linear<1, MAX_CHUNKS>) {
		let owner = rich::<T>("owner", 0);
		let id = NextModelId::<T>::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), manifest::<T>(n));
		assert!(Models::<T>::contains_key(id));
	}

	/// Of `n` bytes, for a model with the longest manifest.
	#[benchmark]
	fn upload_chunk(n: Linear<1, CHUNK_BYTES>) {
		let owner = rich::<T>("owner", 0);
		let id = NextModelId::<T>::get();
		let bytes = vec![7; n as usize];
		let mut manifest = manifest::<T>(MAX_CHUNKS);
		let last = MAX_CHUNKS.saturating_sub(1);
		manifest.length = last.saturating_mul(CHUNK_BYTES).saturating_add(n);
		if let Some(hash) = manifest.chunk_hashes.iter_mut().last() {
			*hash = H256(keccak_256(&bytes));
		}
		Pallet::<T>::do_create(owner.clone(), manifest).expect("the owner has the money");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id, last, bytes);
		assert!(Chunks::<T>::contains_key(id, last));
	}

	/// All but the engine's work, with `n` bytes of canaries.
	#[benchmark]
	fn activate(n: Linear<96, { 4 * 1024 * 1024 }>) {
		let owner = rich::<T>("owner", 0);
		let id = complete::<T>(&owner, 1);
		let encoded = canaries(n).encode();
		let result;
		let size;
		#[block]
		{
			let canaries = Vec::<Vec<Tensor>>::decode(&mut &encoded[..]).unwrap_or_default();
			size = u64::from(Pallet::<T>::canary_bytes(&canaries))
				.saturating_add(encode_and_hash(&canaries) as u64);
			result = Pallet::<T>::ready_draft(&owner, id).and_then(|(info, _)| {
				Pallet::<T>::conclude_activation(&owner, id, info, examined(1))
			});
		}
		assert!(result.is_ok() && size > 0);
		assert!(Pallet::<T>::callable(id).is_ok());
	}

	/// All but the engine's work, with `n` bytes of canaries.
	#[benchmark]
	fn migrate(n: Linear<96, { 4 * 1024 * 1024 }>) {
		let (owner, id) = owned::<T>();
		let canaries = canaries(n);
		let vector = canaries.first().map(|canary| GoldenVector {
			inputs: H256(tensors_hash(canary)),
			outputs: H256::repeat_byte(4),
		});
		let list = vector.into_iter().cycle().take(MAX_CANARIES as usize).collect();
		Vectors::<T>::insert(id, GoldenVectors::truncate_from(list));
		let encoded = canaries.encode();
		let to = another_engine::<T>();
		let result;
		let size;
		#[block]
		{
			let canaries = Vec::<Vec<Tensor>>::decode(&mut &encoded[..]).unwrap_or_default();
			size = u64::from(Pallet::<T>::canary_bytes(&canaries))
				.saturating_add(encode_and_hash(&canaries) as u64);
			result = Pallet::<T>::plan_migration(&owner, id, to, &canaries)
				.and_then(|plan| Pallet::<T>::conclude_migration(id, to, plan, examined(1), true));
		}
		assert!(result.is_ok() && size > 0);
		assert!(Models::<T>::get(id).is_some_and(|info| info.engine == to));
	}

	#[benchmark]
	fn set_price() {
		let (owner, id) = owned::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id, One::one());
		assert!(Models::<T>::get(id).is_some_and(|info| info.pending_price.is_some()));
	}

	#[benchmark]
	fn set_beneficiaries() {
		let (owner, id) = owned::<T>();
		Beneficiaries::<T>::remove(id);
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id, beneficiary_list::<T>(MAX_BENEFICIARIES));
		assert_eq!(Beneficiaries::<T>::get(id).len(), MAX_BENEFICIARIES as usize);
	}

	#[benchmark]
	fn transfer() {
		let (owner, id) = owned::<T>();
		let to = rich::<T>("to", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id, to.clone());
		assert!(Models::<T>::get(id).is_some_and(|info| info.owner == to));
	}

	#[benchmark]
	fn pause() {
		let (owner, id) = owned::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id);
		assert!(Models::<T>::get(id).is_some_and(|info| info.status == ModelStatus::Paused));
	}

	#[benchmark]
	fn resume() {
		let (owner, id) = owned::<T>();
		Pallet::<T>::do_pause(owner.clone(), id).expect("it is the owner's");
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id);
		assert!(Models::<T>::get(id).is_some_and(|info| info.status == ModelStatus::Active));
	}

	#[benchmark]
	fn freeze() {
		let (owner, id) = owned::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id);
		assert!(Models::<T>::get(id).is_some_and(|info| info.frozen));
	}

	#[benchmark]
	fn retire() {
		let (owner, id) = owned::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id);
		assert!(Models::<T>::get(id)
			.is_some_and(|info| matches!(info.status, ModelStatus::Retiring { .. })));
	}

	/// All of an activated model of `n` chunks, whose address has money.
	#[benchmark]
	fn reap(n: Linear<1, { T::MaxChunksPerReap::get() }>) {
		let owner = rich::<T>("owner", 0);
		let id = complete::<T>(&owner, n);
		let signature = stored(&signature(1, 1));
		Models::<T>::mutate_extant(id, |info: &mut ModelInfoOf<T>| {
			info.status = ModelStatus::Retired;
			info.costs = Some(costs(1, 1));
		});
		Signatures::<T>::insert(id, signature);
		Vectors::<T>::insert(id, vectors());
		Beneficiaries::<T>::insert(id, beneficiary_list::<T>(MAX_BENEFICIARIES));
		Pallet::<T>::endow_address(&owner, id).expect("the owner has the money");
		let caller: T::AccountId = account("caller", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);
		assert!(!Models::<T>::contains_key(id) && !Chunks::<T>::contains_key(id, 0));
	}

	/// All but the host's check of the engine.
	#[benchmark]
	fn set_engine() -> Result<(), BenchmarkError> {
		let origin = T::EngineOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Stop("nobody sets engines"))?;
		let owner = rich::<T>("owner", 0);
		let upload = complete::<T>(&owner, MAX_CHUNKS.min(16));
		let version = CurrentEngine::<T>::get().saturating_add(1);
		let engine = EngineRef { hash: [5; 32], profile: 1, raw_len: 1, stored_len: 1 };
		let allowed;
		let result;
		#[block]
		{
			allowed = T::EngineOrigin::ensure_origin(origin).is_ok();
			result = Pallet::<T>::ready_upload(version, upload)
				.map_err(Into::into)
				.and_then(|info| Pallet::<T>::install_engine(version, upload, info, engine));
		}
		assert!(allowed && result.is_ok());
		assert!(Engines::<T>::contains_key(version));
		Ok(())
	}

	#[benchmark]
	fn disable_engine() -> Result<(), BenchmarkError> {
		let origin = T::EngineOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Stop("nobody disables engines"))?;
		let version = engine::<T>();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, version);
		assert!(Engines::<T>::get(version).is_some_and(|info| info.disabled_from.is_some()));
		Ok(())
	}

	/// As the last version that a name may have.
	#[benchmark]
	fn register_name() {
		let (owner, id) = owned::<T>();
		let other = active_model::<T>(&owner, 1, 1, 1);
		let name = named::<T>(&owner, other, MAX_NAME_VERSIONS.saturating_sub(1));
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), id, name.clone());
		assert_eq!(Pallet::<T>::resolve(&name), Some(id));
	}

	#[benchmark]
	fn transfer_name() {
		let (owner, id) = owned::<T>();
		let name = named::<T>(&owner, id, MAX_NAME_VERSIONS);
		let to = rich::<T>("to", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), name.clone(), to.clone());
		assert!(Names::<T>::get(name).is_some_and(|info| info.owner == to));
	}

	/// The first of as many versions as a name may have.
	#[benchmark]
	fn release_name() {
		let (owner, id) = owned::<T>();
		let name = named::<T>(&owner, id, MAX_NAME_VERSIONS);
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), name.clone(), 1);
		assert_eq!(Pallet::<T>::resolve_version(&name, 1), None);
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::mock::ext(), crate::tests::mock::Test);
}

#[cfg(test)]
mod unit {
	use super::*;

	#[test]
	fn a_signature_is_as_long_as_it_may_be() {
		let long = stored(&signature(u32::MAX, u32::MAX)).len();
		let most = MAX_SIGNATURE_BYTES as usize;
		assert!((most - 128..=most).contains(&long), "{long}");
	}

	#[test]
	fn canaries_are_weighed_as_they_should_be() {
		let bytes: u64 = canaries(4_096).iter().map(crate::cost::argument_bytes).sum();
		assert_eq!(bytes, 4_096);
	}
}
