//! What must never change by accident: indices, names, keys, widths, addresses, constants.

mod common;

use codec::Encode;
use frame_support::{
	dispatch::DispatchClass,
	traits::{Get, PalletInfoAccess},
};
use opg_runtime::{
	chain_params, fees, precompiles, AccountId, AllPalletsWithSystem, Balance, BlockNumber, Nonce,
	Runtime, RuntimeCall, TxExtension, VERSION,
};
use polkadot_sdk::*;
use sp_core::{hex2array, H160};
use sp_runtime::traits::{Convert, TransactionExtension};

#[test]
fn pallets_keep_their_indices_and_names() {
	use frame_support::traits::PalletsInfoAccess;
	let mut pallets: Vec<_> =
		AllPalletsWithSystem::infos().into_iter().map(|p| (p.index, p.name)).collect();
	// Hooks and genesis run in this order: the slot's length before Aura, accounts before the
	// session that uses them, its authorities' pallets before it too.
	let order: Vec<_> = pallets.iter().map(|(index, _)| *index).collect();
	assert_eq!(order, [0, 1, 11, 2, 3, 4, 6, 5, 7, 8, 9, 10, 20, 21, 22, 23, 24, 25]);
	pallets.sort_unstable();
	assert_eq!(
		pallets,
		[
			(0, "System"),
			(1, "Timestamp"),
			(2, "Aura"),
			(3, "Grandpa"),
			(4, "Authorship"),
			(5, "Session"),
			(6, "Balances"),
			(7, "TransactionPayment"),
			(8, "Sudo"),
			(9, "Utility"),
			(10, "Revive"),
			(11, "ChainParams"),
			(20, "ModelRegistry"),
			(21, "Inference"),
			(22, "Credit"),
			(23, "WarmSet"),
			(24, "Schedule"),
			(25, "Staging"),
		]
	);
	assert_eq!(opg_runtime::Revive::index(), 10);
}

#[test]
fn pallets_agree_with_their_configuration() {
	use frame_support::traits::IntegrityTest;
	sp_io::TestExternalities::default().execute_with(AllPalletsWithSystem::integrity_test);
}

#[test]
fn transaction_extensions_keep_their_order() {
	let names: Vec<_> = <TxExtension as TransactionExtension<RuntimeCall>>::metadata()
		.into_iter()
		.map(|m| m.identifier)
		.collect();
	assert_eq!(
		names,
		[
			"CheckNonZeroSender",
			"CheckSpecVersion",
			"CheckTxVersion",
			"CheckGenesis",
			"CheckMortality",
			"CheckNonce",
			"CheckWeight",
			"ChargeTransactionPayment",
			"CheckMetadataHash",
			"EthSetOrigin",
			"WeightReclaim",
		]
	);
	// Era, nonce and tip (compact), mode of the metadata hash; the others are empty.
	assert_eq!(common::extensions(0, 0).encode(), [0, 0, 0, 0]);
}

#[test]
fn numbers_keep_their_widths() {
	assert_eq!(std::mem::size_of::<Balance>(), 16);
	assert_eq!(std::mem::size_of::<Nonce>(), 4);
	assert_eq!(std::mem::size_of::<BlockNumber>(), 4);
	assert_eq!(AccountId::new([7; 32]).encode(), [7; 32]);
	assert_eq!(VERSION.system_version, 1);
	assert_eq!(VERSION.spec_name, "opg");
}

#[test]
fn storage_keeps_its_prefixes() {
	// The chunks' key is part of the engine's interface: pallet and item by twox128, the model by
	// twox64 and itself, the chunk's number plain.
	let key = pallet_model_registry::Chunks::<Runtime>::hashed_key_for(1u32, 2u32);
	let mut expected = sp_io::hashing::twox_128(b"ModelRegistry").to_vec();
	expected.extend(sp_io::hashing::twox_128(b"Chunks"));
	expected.extend(sp_io::hashing::twox_64(&1u32.to_le_bytes()));
	expected.extend(1u32.to_le_bytes());
	expected.extend(2u32.to_le_bytes());
	assert_eq!(key, expected);
	let slot = chain_params::SlotDuration::<Runtime>::hashed_key();
	let mut expected = sp_io::hashing::twox_128(b"ChainParams").to_vec();
	expected.extend(sp_io::hashing::twox_128(b"SlotDuration"));
	assert_eq!(slot.to_vec(), expected);
}

#[test]
fn precompiles_keep_their_addresses() {
	assert_eq!(
		precompiles::INFERENCE,
		H160(hex2array!("000000000000000000000000000000000a010000"))
	);
	assert_eq!(precompiles::CREDIT, H160(hex2array!("000000000000000000000000000000000a040000")));
	assert_eq!(
		precompiles::MODEL_REGISTRY,
		H160(hex2array!("000000000000000000000000000000000a020000"))
	);
	assert_eq!(precompiles::STAGING, H160(hex2array!("000000000000000000000000000000000a090000")));
	assert_eq!(
		precompiles::model(0x0102_0304),
		H160(hex2array!("010203040000000000000000000000000a030000"))
	);
	assert_eq!(
		precompiles::OPENGRADIENT,
		H160(hex2array!("000000000000000000000000000000000a060000"))
	);
	assert_eq!(precompiles::RITUAL, H160(hex2array!("000000000000000000000000000000000a070000")));
	assert_eq!(
		precompiles::PROOF_VERIFIER,
		H160(hex2array!("000000000000000000000000000000000a080000"))
	);
	let forwarders: Vec<_> = precompiles::forwarders().collect();
	assert_eq!(
		forwarders,
		[
			H160(hex2array!("00000000000000000000000000000000000000f4")),
			H160(hex2array!("8383c9bd7462f12eb996dd02f78234c0421a6fae")),
			H160(hex2array!("0000000000000000000000000000000000000800")),
		]
	);
	// A precompile answers to `EXTCODESIZE` with five bytes; an address without one has none.
	common::chain(1).execute_with(|| {
		for address in precompiles::ADDRESSES {
			assert_eq!(pallet_revive::Pallet::<Runtime>::code(&address).len(), 5);
		}
		for id in [1, u32::MAX] {
			let address = precompiles::model(id);
			assert_eq!(pallet_revive::Pallet::<Runtime>::code(&address).len(), 5);
		}
		let none = H160(hex2array!("000000000000000000000000000000000aff0000"));
		assert!(pallet_revive::Pallet::<Runtime>::code(&none).is_empty());
	});
	// An account is its address and twelve bytes 0xee.
	let account = |address: &H160| {
		let mut bytes = [0xee; 32];
		bytes[..20].copy_from_slice(&address.0);
		AccountId::new(bytes)
	};
	let accounts: Vec<_> = precompiles::ADDRESSES.iter().chain(&forwarders).map(account).collect();
	assert_eq!(precompiles::accounts(), accounts);
	let inference = AccountId::new(hex2array!(
		"000000000000000000000000000000000a010000eeeeeeeeeeeeeeeeeeeeeeee"
	));
	assert_eq!(accounts.first(), Some(&inference));
	let model = AccountId::new(hex2array!(
		"000000070000000000000000000000000a030000eeeeeeeeeeeeeeeeeeeeeeee"
	));
	assert_eq!(<precompiles::ModelAccount as Convert<_, _>>::convert(7), Some(model));
	// No precompile: who calls contracts for schedules.
	let schedule = AccountId::new(hex2array!(
		"000000000000000000000000000000000a050000eeeeeeeeeeeeeeeeeeeeeeee"
	));
	assert_eq!(<Runtime as pallet_schedule::Config>::Account::get(), schedule);
}

#[test]
fn chain_constants_are_as_documented() {
	let weights = <Runtime as frame_system::Config>::BlockWeights::get();
	assert_eq!(weights.max_block.ref_time(), 2_000_000_000_000);
	assert_eq!(weights.max_block.proof_size(), u64::MAX);
	let normal = weights.get(DispatchClass::Normal);
	assert_eq!(normal.max_total.unwrap().ref_time(), 1_500_000_000_000);
	let length = <Runtime as frame_system::Config>::BlockLength::get();
	assert_eq!(*length.max.get(DispatchClass::Normal), 3_932_160);
	assert_eq!(*length.max.get(DispatchClass::Operational), 5_242_880);
	let prefix: u16 = <Runtime as frame_system::Config>::SS58Prefix::get();
	assert_eq!(prefix, 42);
	assert!(<Runtime as frame_system::Config>::BlockHashCount::get() >= 256);
	assert_eq!(fees::TREASURY_ID.0, *b"py/trsry");
	assert_eq!(
		fees::MaxEthExtrinsic::get(),
		pallet_revive::Pallet::<Runtime>::evm_max_extrinsic_weight()
	);
	assert_eq!(<Runtime as pallet_credit::Config>::VoucherContract::get(), precompiles::CREDIT);
	let share: u64 = <Runtime as pallet_schedule::Config>::MaxRefTimePerBlock::get();
	assert_eq!(share, 400_000_000_000);
	// What ordinary transactions leave free is more.
	let free = weights.max_block.ref_time() - normal.max_total.unwrap().ref_time();
	assert!(share < free);
	common::chain(1).execute_with(|| {
		assert_eq!(<Runtime as pallet_credit::Config>::EvmChainId::get(), 5_197_895);
		assert_eq!(<Runtime as pallet_revive::Config>::ChainId::get(), 5_197_895);
		assert_eq!(<Runtime as pallet_aura::Config>::SlotDuration::get(), 6_000);
		assert_eq!(<Runtime as pallet_timestamp::Config>::MinimumPeriod::get(), 3_000);
	});
}
