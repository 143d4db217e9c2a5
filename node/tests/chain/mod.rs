//! A client without a network: it authors blocks and imports those of others.

#![allow(dead_code)] // Each test binary uses a part.

use codec::{Decode, Encode};
use opg_engine_abi::{hash::chunk_hashes, DType, Tensor};
use opg_engine_host::{EngineHost, HostConfig};
use opg_node::{
	chain_spec,
	executor::Gated,
	hardware::probe::{matrix_product, values},
	lanes::{self, ConsensusImport, EngineExtensions},
	service::{Block, HostFunctions},
};
use opg_runtime::{
	chain_params::DEFAULT_SLOT_DURATION_MS, Nonce, RuntimeApi, RuntimeCall, RuntimeEvent,
	Signature, SignedPayload, TxExtension, UncheckedExtrinsic, VERSION,
};
use pallet_model_registry::Manifest;
use polkadot_sdk::{
	frame_metadata_hash_extension::CheckMetadataHash,
	frame_support::storage::storage_prefix,
	frame_system::{self, EventRecord},
	pallet_revive::evm::tx_extension::SetOrigin,
	pallet_transaction_payment::ChargeTransactionPayment,
	sc_block_builder::{BlockBuilder, BlockBuilderBuilder, BuiltBlock},
	sc_client_api::{
		execution_extensions::ExecutionExtensions, ExecutorProvider, HeaderBackend, StorageProvider,
	},
	sc_client_db::{BlocksPruning, DatabaseSettings, DatabaseSource, PruningMode},
	sc_consensus::{
		BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction,
		StorageChanges,
	},
	sc_executor::WasmExecutor,
	sc_service::{self, ChainSpec, GenesisBlockBuilder, TFullClient},
	sp_blockchain::{ApplyExtrinsicFailed as ApplyFailed, Error as BlockchainError},
	sp_consensus::{self, BlockOrigin},
	sp_consensus_aura::{digests::CompatibleDigestItem, sr25519::AuthoritySignature, Slot},
	sp_core::{storage::StorageKey, testing::TaskExecutor, Pair},
	sp_inherents::InherentData,
	sp_keyring::Sr25519Keyring,
	sp_runtime::{
		generic::{self, Era},
		traits::{Block as BlockT, Header as HeaderT},
		Digest, DigestItem, OpaqueExtrinsic,
	},
	sp_timestamp,
	sp_wasm_interface::HostFunctions as HostFunctionsT,
};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;

/// Side of the model's matrices.
pub const SIDE: u32 = 8;

/// Fuel limit of activation and calls: more than the model needs.
pub const MAX_FUEL: u64 = 200_000_000;

/// The first model of a chain.
pub const MODEL: u32 = 1;

/// A hash of a block.
pub type Hash = <Block as BlockT>::Hash;

/// What executes the runtime, as in a node.
type Executor<H> = Gated<WasmExecutor<H>>;

/// A client over host functions `H`, with its own database and its own engine host.
pub struct Node<H: HostFunctionsT = HostFunctions> {
	/// The client.
	pub client: Arc<TFullClient<Block, RuntimeApi, Executor<H>>>,
	/// The engine's host.
	pub host: Arc<EngineHost>,
	_database: TempDir,
}

/// A host that keeps compiled engines in a folder of its own inside `folder`.
pub fn host(folder: &Path) -> Arc<EngineHost> {
	// The host makes it, for this user only.
	let cache_dir = Some(folder.join("engine"));
	EngineHost::new(HostConfig { cache_dir, ..HostConfig::default() })
		.expect("this machine runs the engine")
}

impl<H: HostFunctionsT> Node<H> {
	/// A client at genesis of the development chain.
	pub fn new(host: Arc<EngineHost>) -> Self {
		let database = tempfile::tempdir().expect("a temporary folder");
		let executor = Gated::new(WasmExecutor::<H>::builder().build(), 2);
		let backend = sc_service::new_db_backend::<Block>(DatabaseSettings {
			trie_cache_maximum_size: Some(64 << 20),
			state_pruning: Some(PruningMode::ArchiveAll),
			source: DatabaseSource::ParityDb { path: database.path().to_owned() },
			blocks_pruning: BlocksPruning::KeepAll,
			pruning_filters: Vec::new(),
			metrics_registry: None,
		})
		.expect("the database opens");
		let spec = chain_spec::development().expect("the runtime was built with its wasm");
		let genesis = GenesisBlockBuilder::new(
			spec.as_storage_builder(),
			true,
			backend.clone(),
			executor.clone(),
		)
		.expect("genesis is built");
		let client = sc_service::new_client::<_, Block, RuntimeApi, _>(
			backend,
			executor.clone(),
			genesis,
			Default::default(),
			Default::default(),
			ExecutionExtensions::new(None, Arc::new(executor)),
			Box::new(TaskExecutor::new()),
			None,
			None,
			Default::default(),
		)
		.expect("the client starts");
		client.execution_extensions().set_extensions_factory(EngineExtensions::new(host.clone()));
		Self { client: Arc::new(client), host, _database: database }
	}

	/// Hash of the best block.
	pub fn best(&self) -> Hash {
		self.client.info().best_hash
	}

	/// Builds the next block with these extrinsics, and imports it without executing it again, as
	/// an author does.
	pub fn author(&self, extrinsics: Vec<OpaqueExtrinsic>) -> Block {
		let BuiltBlock { block, storage_changes } =
			lanes::consensus_sync(|| self.build(extrinsics));
		let mut params = params(BlockOrigin::Own, &block);
		params.state_action = StateAction::ApplyChanges(StorageChanges::Changes(storage_changes));
		self.import(params).expect("an author accepts its own block");
		block
	}

	/// The same with as many extrinsics as fit; `next` makes the one of that number.
	pub fn author_full(&self, next: impl FnMut(usize) -> OpaqueExtrinsic) -> (Block, usize) {
		let (BuiltBlock { block, storage_changes }, count) = lanes::consensus_sync(|| {
			let mut builder = self.begin();
			let mut count = 0;
			for extrinsic in (0..).map(next) {
				match builder.push(extrinsic) {
					Ok(()) => count += 1,
					Err(BlockchainError::ApplyExtrinsicFailed(ApplyFailed::Validity(e)))
						if e.exhausted_resources() =>
					{
						break
					},
					Err(error) => panic!("the extrinsic is valid: {error}"),
				}
			}
			(builder.build().expect("the block is finished"), count)
		});
		let mut params = params(BlockOrigin::Own, &block);
		params.state_action = StateAction::ApplyChanges(StorageChanges::Changes(storage_changes));
		self.import(params).expect("an author accepts its own block");
		(block, count)
	}

	fn build(&self, extrinsics: Vec<OpaqueExtrinsic>) -> BuiltBlock<Block> {
		let mut builder = self.begin();
		for extrinsic in extrinsics {
			builder.push(extrinsic).expect("the extrinsic is valid");
		}
		builder.build().expect("the block is finished")
	}

	/// A block with its inherents.
	fn begin(&self) -> BlockBuilder<'_, Block, TFullClient<Block, RuntimeApi, Executor<H>>> {
		let info = self.client.info();
		let slot = u64::from(info.best_number) + 1;
		let digest = <DigestItem as CompatibleDigestItem<AuthoritySignature>>::aura_pre_digest(
			Slot::from(slot),
		);
		let mut builder = BlockBuilderBuilder::new(&*self.client)
			.on_parent_block(info.best_hash)
			.with_parent_block_number(info.best_number)
			.with_inherent_digests(Digest { logs: vec![digest] })
			.build()
			.expect("the block is initialised");
		let mut inherents = InherentData::new();
		let now = sp_timestamp::Timestamp::new(slot * DEFAULT_SLOT_DURATION_MS);
		inherents
			.put_data(sp_timestamp::INHERENT_IDENTIFIER, &now)
			.expect("there is no other timestamp");
		for inherent in builder.create_inherents(inherents).expect("inherents are made") {
			builder.push(inherent).expect("inherents apply");
		}
		builder
	}

	/// Executes and imports a block of another author.
	pub fn import_foreign(&self, block: &Block) -> Result<(), sp_consensus::Error> {
		self.import(params(BlockOrigin::NetworkBroadcast, block))
	}

	fn import(&self, params: BlockImportParams<Block>) -> Result<(), sp_consensus::Error> {
		let import = ConsensusImport::new(self.client.clone());
		match futures::executor::block_on(import.import_block(params))? {
			ImportResult::Imported(_) => Ok(()),
			other => panic!("the block was not imported: {other:?}"),
		}
	}

	/// Signs a call with Alice's key.
	pub fn signed(&self, call: impl Into<RuntimeCall>, nonce: Nonce) -> OpaqueExtrinsic {
		let genesis = self.client.info().genesis_hash;
		let extension: TxExtension = (
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckMortality::from(Era::Immortal),
			frame_system::CheckNonce::from(nonce),
			frame_system::CheckWeight::new(),
			ChargeTransactionPayment::from(0),
			CheckMetadataHash::new(false),
			SetOrigin::default(),
			frame_system::WeightReclaim::new(),
		);
		let implicit = (
			(),
			VERSION.spec_version,
			VERSION.transaction_version,
			genesis,
			genesis,
			(),
			(),
			(),
			None,
			(),
			(),
		);
		let alice = Sr25519Keyring::Alice;
		let payload = SignedPayload::from_raw(call.into(), extension.clone(), implicit);
		let signature = payload.using_encoded(|bytes| alice.pair().sign(bytes));
		let (call, ..) = payload.deconstruct();
		let extrinsic = UncheckedExtrinsic::from(generic::UncheckedExtrinsic::new_signed(
			call,
			alice.to_account_id().into(),
			Signature::Sr25519(signature),
			extension,
		));
		OpaqueExtrinsic::try_from_encoded_extrinsic(&extrinsic.encode())
			.expect("an extrinsic is bytes with their length")
	}

	/// Creates, uploads and activates the model: three extrinsics, nonces from `nonce` on.
	pub fn publish(&self, nonce: Nonce) -> Vec<OpaqueExtrinsic> {
		let file = matrix_product(SIDE);
		let hashes = chunk_hashes(&file).into_iter().map(Into::into).collect::<Vec<_>>();
		let manifest = Manifest {
			length: file.len() as u32,
			chunk_hashes: hashes.try_into().expect("it has one chunk"),
			engine: 1,
			name: Default::default(),
			card_uri: Default::default(),
			card_hash: None,
		};
		vec![
			self.signed(pallet_model_registry::Call::create { manifest }, nonce),
			self.signed(
				pallet_model_registry::Call::upload_chunk { model: MODEL, index: 0, bytes: file },
				nonce + 1,
			),
			self.signed(
				pallet_model_registry::Call::activate {
					model: MODEL,
					run_limit: 0,
					canaries: Default::default(),
					max_fuel: MAX_FUEL,
				},
				nonce + 2,
			),
		]
	}

	/// Calls the model, with inputs that depend on the nonce.
	pub fn infer(&self, nonce: Nonce) -> OpaqueExtrinsic {
		self.signed(
			pallet_inference::Call::infer {
				model: MODEL,
				inputs: input(nonce),
				max_price: 0,
				max_fuel: MAX_FUEL,
			},
			nonce,
		)
	}

	/// A batch of the model, of rows that differ.
	pub fn infer_batch(&self, nonce: Nonce, rows: u32) -> OpaqueExtrinsic {
		let rows: Vec<_> = (0..rows).map(input).collect();
		let max_fuel = MAX_FUEL * rows.len() as u64;
		let rows = rows.try_into().expect("a batch has so many rows");
		self.signed(
			pallet_inference::Call::infer_batch { model: MODEL, rows, max_price: 0, max_fuel },
			nonce,
		)
	}

	/// Inferences that the block's events tell of.
	pub fn inferences(&self, at: Hash) -> usize {
		let key = StorageKey(storage_prefix(b"System", b"Events").to_vec());
		let stored = self.client.storage(at, &key).expect("the state is there");
		let stored = stored.expect("a block has events");
		Vec::<EventRecord<RuntimeEvent, Hash>>::decode(&mut &stored.0[..])
			.expect("events decode")
			.into_iter()
			.filter(|record| {
				matches!(
					record.event,
					RuntimeEvent::Inference(pallet_inference::Event::Inferred { .. })
				)
			})
			.count()
	}
}

/// Inputs of the model, another for every number.
fn input(number: u32) -> Vec<Tensor> {
	let mut data: Vec<u8> = values(SIDE).collect();
	let first = f32::from(u16::try_from(number).expect("few calls")).to_le_bytes();
	data[..4].copy_from_slice(&first);
	vec![Tensor { dtype: DType::Float32, shape: vec![SIDE, SIDE], data }]
}

fn params(origin: BlockOrigin, block: &Block) -> BlockImportParams<Block> {
	let (header, body) = block.clone().deconstruct();
	let mut params = BlockImportParams::new(origin, header);
	params.body = Some(body);
	params.fork_choice = Some(ForkChoiceStrategy::LongestChain);
	params.state_action = StateAction::Execute;
	params
}

/// Root of the state after a block.
pub fn state_root(block: &Block) -> Hash {
	*block.header().state_root()
}
