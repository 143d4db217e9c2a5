//! What the runtime's tests share: a chain at genesis, blocks on it, signed extrinsics.
#![allow(dead_code)]

use codec::Encode;
use opg_runtime::{
	genesis, AccountId, Address, Executive, Header, Nonce, Runtime, RuntimeCall,
	RuntimeGenesisConfig, SessionKeys, SignedPayload, System, TxExtension, UncheckedExtrinsic,
};
use polkadot_sdk::*;
use serde_json::Value;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{generic::Era, traits::Header as _, Digest, DigestItem, MultiSignature};

/// Milliseconds of a slot in tests.
pub const SLOT_MS: u64 = 6_000;

/// Merges a patch into a configuration, as the node does (RFC 7386).
pub fn merge(into: &mut Value, patch: Value) {
	match (into, patch) {
		(Value::Object(into), Value::Object(patch)) => {
			for (key, value) in patch {
				if value.is_null() {
					into.remove(&key);
				} else {
					merge(into.entry(key).or_insert(Value::Null), value);
				}
			}
		},
		(into, patch) => *into = patch,
	}
}

/// A chain at genesis, made from a patch through the same function as the runtime API's.
pub fn chain_from(patch: Value) -> sp_io::TestExternalities {
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	merge(&mut config, patch);
	let mut ext = sp_io::TestExternalities::new_empty();
	ext.execute_with(|| {
		genesis::build(serde_json::to_vec(&config).unwrap()).unwrap();
	});
	ext.commit_all().unwrap();
	ext
}

/// A test network of `validators` at genesis.
pub fn chain(validators: usize) -> sp_io::TestExternalities {
	chain_from(genesis::local(validators, SLOT_MS).unwrap())
}

/// Starts block `number` in slot `number`, with its timestamp: what an author does before the
/// first transaction.
pub fn start_block(number: u32) {
	let slot = sp_consensus_aura::Slot::from(u64::from(number));
	let digest = Digest {
		logs: vec![DigestItem::PreRuntime(sp_consensus_aura::AURA_ENGINE_ID, slot.encode())],
	};
	let parent = System::block_hash(number - 1);
	let header = Header::new(number, Default::default(), Default::default(), parent, digest);
	Executive::initialize_block(&header);
	let now = pallet_timestamp::Call::set { now: u64::from(number) * SLOT_MS };
	Executive::apply_extrinsic(bare(RuntimeCall::Timestamp(now))).unwrap().unwrap();
}

/// An extrinsic without a signature: an inherent or an Ethereum transaction.
pub fn bare(call: RuntimeCall) -> UncheckedExtrinsic {
	pallet_revive::evm::runtime::UncheckedExtrinsic(
		sp_runtime::generic::UncheckedExtrinsic::new_bare(call),
	)
}

/// The extensions of a signed extrinsic.
pub fn extensions(nonce: Nonce, tip: u128) -> TxExtension {
	(
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckMortality::from(Era::Immortal),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		Default::default(),
		frame_system::WeightReclaim::new(),
	)
}

/// A signed extrinsic that a node would accept.
pub fn signed(
	signer: Sr25519Keyring,
	nonce: Nonce,
	tip: u128,
	call: impl Into<RuntimeCall>,
) -> UncheckedExtrinsic {
	let call = call.into();
	let extensions = extensions(nonce, tip);
	let payload = SignedPayload::new(call.clone(), extensions.clone()).unwrap();
	let signature = payload.using_encoded(|bytes| signer.sign(bytes));
	pallet_revive::evm::runtime::UncheckedExtrinsic(
		sp_runtime::generic::UncheckedExtrinsic::new_signed(
			call,
			Address::Id(signer.to_account_id()),
			MultiSignature::Sr25519(signature),
			extensions,
		),
	)
}

/// Both session keys of a validator.
pub fn session_keys(index: usize) -> SessionKeys {
	let (sr25519, ed25519) = genesis::VALIDATORS[index];
	SessionKeys { aura: sr25519.public().into(), grandpa: ed25519.public().into() }
}

/// What an account can spend, the existential deposit included.
pub fn balance(account: &AccountId) -> u128 {
	pallet_balances::Pallet::<Runtime>::free_balance(account)
}
