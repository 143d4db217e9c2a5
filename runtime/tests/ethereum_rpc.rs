//! The metadata that the server is compiled with is this runtime's. `UPDATE_DOCS=1` writes it.

use codec::{Decode, Encode};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use polkadot_sdk::sp_io::TestExternalities;
use std::path::Path;
use subxt_utils_stripmetadata::StripMetadata;

/// What the server names: its storage items, events, calls and constants, and its runtime API.
const PALLETS: [&str; 2] = ["System", "Revive"];
const RUNTIME_APIS: [&str; 1] = ["ReviveApi"];

/// The part of the runtime's metadata that the server uses, without documentation: rewording a
/// comment isn't drift.
fn current() -> Vec<u8> {
	let whole = TestExternalities::default()
		.execute_with(|| opg_runtime::Runtime::metadata_at_version(16))
		.expect("the runtime has metadata 16");
	let RuntimeMetadataPrefixed(prefix, mut metadata) =
		Decode::decode(&mut &whole[..]).expect("the runtime's metadata is metadata");
	let RuntimeMetadata::V16(part) = &mut metadata else { panic!("metadata 16 was asked for") };
	part.strip_metadata(|pallet| PALLETS.contains(&pallet), |api| RUNTIME_APIS.contains(&api));
	for pallet in &mut part.pallets {
		pallet.docs.clear();
		pallet.constants.iter_mut().for_each(|constant| constant.docs.clear());
		for entry in pallet.storage.iter_mut().flat_map(|storage| &mut storage.entries) {
			entry.docs.clear();
		}
	}
	for api in &mut part.apis {
		api.docs.clear();
		api.methods.iter_mut().for_each(|method| method.docs.clear());
	}
	for ty in &mut part.types.types {
		ty.ty.docs.clear();
		clear_fields(&mut ty.ty.type_def);
	}
	RuntimeMetadataPrefixed(prefix, metadata).encode()
}

/// Takes the documentation of fields and variants away.
fn clear_fields(def: &mut scale_info::TypeDef<scale_info::form::PortableForm>) {
	match def {
		scale_info::TypeDef::Composite(def) => {
			def.fields.iter_mut().for_each(|field| field.docs.clear())
		},
		scale_info::TypeDef::Variant(def) => {
			for variant in &mut def.variants {
				variant.docs.clear();
				variant.fields.iter_mut().for_each(|field| field.docs.clear());
			}
		},
		_ => (),
	}
}

#[test]
fn the_server_is_compiled_for_this_runtime() {
	let current = current();
	let file =
		Path::new(env!("CARGO_MANIFEST_DIR")).join("../node/ethereum-rpc/metadata/metadata.scale");
	if std::env::var_os("UPDATE_DOCS").is_some() {
		std::fs::write(&file, &current).expect("the folder is writable");
	}
	let committed = std::fs::read(&file).expect("the metadata is committed");
	assert!(
		committed == current,
		"{} ({} bytes) isn't the runtime's metadata ({} bytes): the Ethereum RPC would misread the \
		 node's answers. Run this test with UPDATE_DOCS=1 and commit the file.",
		file.display(),
		committed.len(),
		current.len(),
	);
}

/// The server is compiled for these types whatever the metadata says (its client's configuration is
/// that of Polkadot).
#[test]
fn what_the_server_takes_for_granted_holds() {
	fn same<A: 'static, B: 'static>() -> bool {
		std::any::TypeId::of::<A>() == std::any::TypeId::of::<B>()
	}
	use polkadot_sdk::sp_runtime::{traits, AccountId32};
	assert!(same::<opg_runtime::AccountId, AccountId32>());
	assert!(same::<opg_runtime::Balance, u128>());
	assert!(same::<opg_runtime::Nonce, u32>());
	assert!(same::<opg_runtime::BlockNumber, u32>());
	assert!(same::<opg_runtime::Hash, polkadot_sdk::sp_core::H256>());
	assert!(same::<
		<<opg_runtime::Block as traits::Block>::Header as traits::Header>::Hashing,
		traits::BlakeTwo256,
	>());
}
