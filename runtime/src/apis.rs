//! The runtime APIs: what the node and its RPC ask the runtime. One file, because pallet-revive's
//! macro wraps the whole `impl_runtime_apis!` to add its own API for the Ethereum RPC server.

use polkadot_sdk::*;

// The macros need these names, also where this file doesn't.
use crate::{
	genesis, AccountId, Aura, Balance, Block, BlockNumber, Credit, Executive, Grandpa, Hash,
	Header, Inference, InherentDataExt, ModelRegistry, Nonce, Runtime, RuntimeCall,
	RuntimeGenesisConfig, Schedule, SessionKeys, System, TransactionPayment, UncheckedExtrinsic,
	WarmSet, VERSION,
};
use alloc::{vec, vec::Vec};
use frame_support::{genesis_builder_helper::get_preset, weights::Weight};
use opg_engine_abi::{ModelSignature, Tensor};
use pallet_credit::{Channel, ChannelId, Sponsorship};
use pallet_inference::{DryRun, InferFault, Quote, Receipt, ReceiptProof};
use pallet_model_registry::{EngineView, ModelId, ModelView};
use pallet_schedule::{RunCost, ScheduleId, ScheduleView};
use pallet_transaction_payment::{FeeDetails, RuntimeDispatchInfo};
use pallet_warm_set::WarmView;
use sp_api::impl_runtime_apis;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata, H256};
use sp_genesis_builder::PresetId;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
	traits::Block as BlockT,
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

pallet_revive::impl_runtime_apis_plus_revive_traits!(
	Runtime,
	Revive,
	Executive,
	EthExtraImpl,

	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block)
		}

		fn initialize_block(header: &Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: UncheckedExtrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: InherentData) -> Vec<UncheckedExtrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: InherentData,
		) -> CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: UncheckedExtrinsic,
			block_hash: Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
		fn slot_duration() -> sp_consensus_aura::SlotDuration {
			sp_consensus_aura::SlotDuration::from_millis(Aura::slot_duration())
		}

		fn authorities() -> Vec<AuraId> {
			pallet_aura::Authorities::<Runtime>::get().into_inner()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(
			owner: Vec<u8>,
			seed: Option<Vec<u8>>,
		) -> OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			Grandpa::current_set_id()
		}

		// Equivocations aren't punished until validators are bonded: nothing to report or prove.
		fn submit_report_equivocation_unsigned_extrinsic(
			_equivocation_proof: sp_consensus_grandpa::EquivocationProof<
				<Block as BlockT>::Hash,
				sp_runtime::traits::NumberFor<Block>,
			>,
			_key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			None
		}

		fn generate_key_ownership_proof(
			_set_id: sp_consensus_grandpa::SetId,
			_authority_id: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			None
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
		for Runtime
	{
		fn query_info(uxt: UncheckedExtrinsic, len: u32) -> RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(uxt, len)
		}

		fn query_fee_details(uxt: UncheckedExtrinsic, len: u32) -> FeeDetails<Balance> {
			TransactionPayment::query_fee_details(uxt, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<
		Block,
		Balance,
		RuntimeCall,
	> for Runtime
	{
		fn query_call_info(call: RuntimeCall, len: u32) -> RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, len)
		}

		fn query_call_fee_details(call: RuntimeCall, len: u32) -> FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			genesis::build(config)
		}

		fn get_preset(id: &Option<PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis::get_preset)
		}

		fn preset_names() -> Vec<PresetId> {
			genesis::preset_names()
		}
	}

	impl pallet_inference::runtime_api::InferenceApi<Block, AccountId, Balance, BlockNumber>
		for Runtime
	{
		fn quote(model: ModelId) -> Result<Quote<Balance>, InferFault> {
			Inference::quote(model)
		}

		fn dry_run(
			model: ModelId,
			inputs: Vec<Tensor>,
			caller: Option<AccountId>,
			max_price: Option<Balance>,
			max_fuel: Option<u64>,
		) -> Result<DryRun<Balance>, InferFault> {
			Inference::dry_run(model, inputs, caller, max_price, max_fuel)
		}

		fn signature(model: ModelId) -> Option<ModelSignature> {
			ModelRegistry::signature(model)
		}

		fn model(model: ModelId) -> Option<ModelView<AccountId, Balance, BlockNumber>> {
			ModelRegistry::model_view(model)
		}

		fn models(
			from: ModelId,
			limit: u32,
		) -> Vec<ModelView<AccountId, Balance, BlockNumber>> {
			ModelRegistry::model_views(from, limit)
		}

		fn receipt(id: H256) -> Option<Receipt<AccountId, Balance, BlockNumber>> {
			pallet_inference::Receipts::<Runtime>::get(id)
		}

		fn receipt_proof(id: H256) -> Option<ReceiptProof<AccountId, Balance, BlockNumber>> {
			Inference::receipt_proof(id)
		}

		fn quote_batch(model: ModelId, rows: u32) -> Result<Quote<Balance>, InferFault> {
			Inference::quote_batch(model, rows)
		}

		fn engines() -> Vec<EngineView<BlockNumber>> {
			ModelRegistry::engine_views()
		}
	}

	impl pallet_credit::runtime_api::CreditApi<Block, AccountId, Balance, BlockNumber>
		for Runtime
	{
		fn credit(account: AccountId) -> Balance {
			Credit::credit_of(&account)
		}

		fn allowance(
			sponsor: AccountId,
			beneficiary: AccountId,
		) -> Option<Sponsorship<Balance, BlockNumber>> {
			pallet_credit::Sponsorships::<Runtime>::get(sponsor, beneficiary)
		}

		fn channel(id: ChannelId) -> Option<Channel<AccountId, Balance, BlockNumber>> {
			pallet_credit::Channels::<Runtime>::get(id)
		}

		fn allowances(
			sponsor: AccountId,
			after: Option<AccountId>,
			limit: u32,
		) -> Vec<(AccountId, Sponsorship<Balance, BlockNumber>)> {
			Credit::allowances(&sponsor, after.as_ref(), limit)
		}

		fn channels(
			from: ChannelId,
			limit: u32,
		) -> Vec<(ChannelId, Channel<AccountId, Balance, BlockNumber>)> {
			Credit::channels(from, limit)
		}
	}

	impl pallet_warm_set::runtime_api::WarmSetApi<Block> for Runtime {
		fn warm_set() -> Vec<WarmView> {
			WarmSet::views()
		}
	}

	impl pallet_schedule::runtime_api::ScheduleApi<Block, AccountId, Balance, BlockNumber>
		for Runtime
	{
		fn schedule(id: ScheduleId) -> Option<ScheduleView<AccountId, Balance, BlockNumber>> {
			Schedule::view(id)
		}

		fn schedules(
			from: ScheduleId,
			limit: u32,
		) -> Vec<ScheduleView<AccountId, Balance, BlockNumber>> {
			Schedule::views(from, limit)
		}

		fn schedule_cost(id: ScheduleId) -> Option<Result<RunCost<Balance>, InferFault>> {
			Schedule::cost(id)
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(
			extra: bool,
		) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
			use crate::*;
			use frame_benchmarking::BenchmarkList;
			use frame_support::traits::StorageInfoTrait;

			let mut list = Vec::<BenchmarkList>::new();
			list_benchmarks!(list, extra);
			(list, AllPalletsWithSystem::storage_info())
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
			use crate::*;
			use frame_benchmarking::BenchmarkBatch;
			use frame_support::traits::WhitelistedStorageKeys;

			let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
			let mut batches = Vec::<BenchmarkBatch>::new();
			let params = (&config, &whitelist);
			add_benchmarks!(params, batches);
			Ok(batches)
		}
	}
);
