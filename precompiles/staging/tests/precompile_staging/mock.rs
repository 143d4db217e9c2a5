//! What the tests of this crate share, beside `opg-precompile-testing`.

pub use opg_precompile_testing::*;

use opg_precompile_staging::{
	interface::IStaging::{beginCall, writeCall},
	ADDRESS,
};
use pallet_staging::PIECE_BYTES;
use polkadot_sdk::{
	frame_support::traits::fungible::InspectHold,
	pallet_revive::precompiles::alloy::sol_types::SolCall, sp_core::H160, sp_runtime::AccountId32,
};

pub fn precompile() -> H160 {
	H160(ADDRESS)
}

/// Init code of a contract that passes everything on to the precompile.
pub fn proxy(kind: Kind) -> Vec<u8> {
	opg_precompile_testing::proxy(kind, ADDRESS)
}

/// Alice calls a function of the precompile.
pub fn call<C: SolCall>(value: Balance, call: C) -> CallResult {
	call_raw(precompile(), value, call.abi_encode())
}

/// Alice stages these bytes; the buffer's id.
pub fn stage(bytes: &[u8]) -> u64 {
	let id = returned::<beginCall>(call(0, beginCall { length: bytes.len() as u32 }));
	for (index, piece) in (0..).zip(bytes.chunks(PIECE_BYTES as usize)) {
		let write = writeCall { bufferId: id, index, piece: piece.to_vec().into() };
		assert!(!call(0, write).result.expect("it is executed").did_revert());
	}
	id
}

/// What is held of an account.
pub fn held(account: &AccountId32) -> Balance {
	<Balances as InspectHold<AccountId32>>::total_balance_on_hold(account)
}

/// Every balance and hold that a call can move, and the issuance. A refused call leaves them as they
/// were.
pub fn money() -> Vec<Balance> {
	Staging::do_try_state().expect("the invariants hold");
	let mut all = balances_of(&[alice(), owner(), Treasury::get(), account_at(precompile())]);
	all.push(held(&alice()));
	all
}

/// A call that must revert with a text that starts so, and move nothing.
pub fn refused(value: Balance, call: impl SolCall, start: &str) {
	let before = money();
	let text = reverted(self::call(value, call));
	assert!(text.starts_with(start), "{text}");
	assert!(text.contains("): "), "{text}");
	assert_eq!(money(), before);
}
