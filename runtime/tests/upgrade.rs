//! Runtime upgrades: which code is accepted, and what happens in the block after.

mod common;

use codec::{Decode, Encode};
use common::{chain, start_block};
use frame_support::{assert_noop, assert_ok, dispatch::RawOrigin};
use frame_system::LastRuntimeUpgradeInfo;
use opg_runtime::{
	Executive, Runtime, RuntimeCall, RuntimeEvent, Sudo, System, SystemCall, VERSION, WASM_BINARY,
};
use polkadot_sdk::*;
use sp_core::{
	storage::well_known_keys::CODE,
	traits::{ReadRuntimeVersion, ReadRuntimeVersionExt},
};
use sp_externalities::Externalities;
use sp_keyring::Sr25519Keyring;
use sp_version::RuntimeVersion;

/// Answers with a version given by the test, where a node reads it from the code's section.
struct Version(RuntimeVersion);

impl ReadRuntimeVersion for Version {
	fn read_runtime_version(
		&self,
		_code: &[u8],
		_ext: &mut dyn Externalities,
	) -> Result<Vec<u8>, String> {
		Ok(self.0.encode())
	}
}

/// A chain on which any code has this version.
fn chain_reading(change: impl Fn(&mut RuntimeVersion)) -> sp_io::TestExternalities {
	let mut version = VERSION;
	change(&mut version);
	let mut ext = chain(1);
	ext.register_extension(ReadRuntimeVersionExt::new(Version(version)));
	ext
}

/// The runtime as WebAssembly.
fn wasm() -> Vec<u8> {
	WASM_BINARY
		.expect("these tests need the runtime's wasm: build without SKIP_WASM_BUILD")
		.to_vec()
}

#[test]
fn sudo_sets_newer_code() {
	chain_reading(|v| v.spec_version += 1).execute_with(|| {
		start_block(1);
		let call = RuntimeCall::System(SystemCall::set_code { code: wasm() });
		assert_ok!(Sudo::sudo_unchecked_weight(
			RawOrigin::Signed(Sr25519Keyring::Alice.to_account_id()).into(),
			Box::new(call),
			Default::default(),
		));
		assert_eq!(sp_io::storage::get(CODE).unwrap(), wasm());
		assert!(System::events().iter().any(|record| matches!(
			record.event,
			RuntimeEvent::System(frame_system::Event::CodeUpdated { .. })
		)));
		let header = Executive::finalize_block();
		assert!(header.digest.logs.contains(&sp_runtime::DigestItem::RuntimeEnvironmentUpdated));
	});
}

#[test]
fn older_equal_and_foreign_code_is_refused() {
	type Error = frame_system::Error<Runtime>;
	let refused = |change: fn(&mut RuntimeVersion), error: Error| {
		chain_reading(change).execute_with(|| {
			start_block(1);
			assert_noop!(System::set_code(RawOrigin::Root.into(), wasm()), error);
		})
	};
	refused(|_| (), Error::SpecVersionNeedsToIncrease);
	refused(|v| v.spec_version -= 1, Error::SpecVersionNeedsToIncrease);
	refused(
		|v| {
			v.spec_version += 1;
			v.spec_name = "other".into()
		},
		Error::InvalidSpecName,
	);
}

#[test]
fn only_root_sets_code() {
	chain_reading(|v| v.spec_version += 1).execute_with(|| {
		start_block(1);
		let bob = RawOrigin::Signed(Sr25519Keyring::Bob.to_account_id());
		assert_noop!(System::set_code(bob.into(), wasm()), sp_runtime::DispatchError::BadOrigin);
	});
}

#[test]
fn the_block_after_an_upgrade_runs_it_once() {
	chain(1).execute_with(|| {
		let older = LastRuntimeUpgradeInfo { spec_version: 0.into(), spec_name: "opg".into() };
		frame_system::LastRuntimeUpgrade::<Runtime>::put(older);
		start_block(1);
		let now = frame_system::LastRuntimeUpgrade::<Runtime>::get().unwrap();
		assert_eq!(now.spec_version.0, VERSION.spec_version);
		assert!(!now.was_upgraded(&VERSION));
		Executive::finalize_block();
	});
}

#[test]
fn the_code_fits_a_block_and_carries_its_version() {
	let code = wasm();
	let length = opg_runtime::configs::system::MAXIMUM_BLOCK_LENGTH as usize;
	assert!(code.len() < length / 2, "{} bytes", code.len());
	assert!(RuntimeVersion::decode(&mut &VERSION.encode()[..]).is_ok());
	let bloaty = opg_runtime::WASM_BINARY_BLOATY.unwrap();
	let name = b"runtime_version";
	assert!(
		bloaty.windows(name.len()).any(|bytes| bytes == name),
		"the section that nodes read the version from"
	);
}
