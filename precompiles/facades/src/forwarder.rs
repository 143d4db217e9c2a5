//! Contracts of the genesis at the addresses that other systems use.
//!
//! pallet-revive keeps the last two bytes of an address for its own precompiles: one of ours can't be at
//! `0x…f4` or `0x…0800`. So a contract of some 50 bytes is there, which calls the precompile behind it with the
//! data that it got, followed by one word that names its own caller, and returns or reverts with exactly
//! what comes back. The hub also emits `InferenceResult`, whose data are what it returns.
//!
//! # Whose credit pays
//!
//! The precompile draws on credit of the account in the last word, so that word must be true. It is,
//! because the precompile answers nobody but the forwarders, and tells them by the address that called
//! it:
//!
//! - Nobody has a key for such an address, their code is in the genesis, and it has no instruction that
//!   could change it or make another call. Only root can replace it (`set_code`).
//! - The word is `CALLER`: whoever called the forwarder, an account or a contract, and never `tx.origin`.
//!   It is appended, so no calldata can put another in its place.
//! - Who runs a forwarder's code in its own name (`DELEGATECALL`, or a copy of the code) calls the
//!   precompile from its own address, and is refused.
//!
//! # The code stays
//!
//! pallet-revive doesn't count contracts of the genesis as users of their code. Then somebody deploys a
//! contract with the same code that destroys itself in the same transaction, and the code is removed with
//! its last user. [`count_users`] counts them, when the genesis is made.

use alloc::vec::Vec;
use codec::{Decode, Encode, HasCompact};
use opg_precompile_common::{account_of, address_of, caller, revert, AccountIdOf};
use polkadot_sdk::{
	frame_support::{
		storage::{storage_prefix, unhashed},
		traits::PalletInfoAccess,
	},
	pallet_revive,
	pallet_revive::{
		evm::Bytes,
		genesis::{Account, ContractData},
		precompiles::{alloy::primitives::Address, Error, Ext},
		BalanceOf, Config,
	},
	sp_core::{hex2array, H160, H256, U256},
	sp_io::hashing::keccak_256,
};

/// A contract of the genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forwarder {
	/// Where it is.
	pub address: [u8; 20],
	/// The precompile that it calls.
	pub target: [u8; 20],
	/// Topic of the event that it emits with what it returns.
	topic: Option<[u8; 32]>,
}

/// OpenGradient's inference precompile.
pub const OPENGRADIENT: Forwarder = Forwarder {
	address: hex2array!("00000000000000000000000000000000000000f4"),
	target: crate::opengradient::ADDRESS,
	topic: None,
};

/// OpenGradient's hub, where its Python SDK looks for it.
pub const OPENGRADIENT_HUB: Forwarder = Forwarder {
	address: hex2array!("8383c9bd7462f12eb996dd02f78234c0421a6fae"),
	target: crate::opengradient::ADDRESS,
	topic: Some(crate::opengradient::INFERENCE_RESULT),
};

/// Ritual's ONNX precompile.
pub const RITUAL_ONNX: Forwarder = Forwarder {
	address: hex2array!("0000000000000000000000000000000000000800"),
	target: crate::ritual::ADDRESS,
	topic: None,
};

/// All of them.
pub const ALL: [Forwarder; 3] = [OPENGRADIENT, OPENGRADIENT_HUB, RITUAL_ONNX];

/// Bytes that a forwarder appends.
const CALLER_BYTES: usize = 32;

impl Forwarder {
	/// Its code: EVM instructions (Ethereum yellow paper, appendix H).
	pub fn code(&self) -> Vec<u8> {
		let mut code = Vec::new();
		code.extend_from_slice(&[
			0x36,
			0x5f,
			0x5f,
			0x37, // calldatacopy(0, 0, calldatasize)
			0x33,
			0x36,
			0x52, // mstore(calldatasize, caller)
			0x5f,
			0x5f, // no place for what returns
			0x60,
			CALLER_BYTES as u8,
			0x36,
			0x01,
			0x5f, // all of that memory
			0x34, // callvalue
			0x73, // push20
		]);
		code.extend_from_slice(&self.target);
		code.extend_from_slice(&[
			0x5a, 0xf1, // call with all gas
			0x3d, 0x5f, 0x5f, 0x3e, // returndatacopy(0, 0, returndatasize)
		]);
		// After these six bytes.
		let success = (code.len() as u8).saturating_add(6);
		code.extend_from_slice(&[
			0x60, success, 0x57, // jumpi when the call succeeded
			0x3d, 0x5f, 0xfd, // revert(0, returndatasize)
			0x5b, // jumpdest
		]);
		if let Some(topic) = self.topic {
			code.push(0x7f); // push32
			code.extend_from_slice(&topic);
			code.extend_from_slice(&[0x3d, 0x5f, 0xa1]); // log1(0, returndatasize, topic)
		}
		code.extend_from_slice(&[0x3d, 0x5f, 0xf3]); // return(0, returndatasize)
		code
	}

	/// Its entry in the genesis of pallet-revive.
	pub fn account<T: Config>(&self) -> Account<T> {
		Account {
			address: H160(self.address),
			// Beside the existential deposit.
			balance: U256::zero(),
			// A contract's first.
			nonce: 1u32.into(),
			contract_data: Some(ContractData {
				code: Bytes(self.code()),
				storage: Default::default(),
			}),
		}
	}
}

/// The forwarder that made this call, whom it was made for, and the data that it got.
pub(crate) fn forwarded<'a, T: Config>(
	env: &impl Ext<T = T>,
	data: &'a [u8],
) -> Result<(Forwarder, AccountIdOf<T>, &'a [u8]), Error> {
	let address = address_of::<T>(&caller(env)?);
	let target = address_of::<T>(env.account_id());
	let forwarder = ALL
		.into_iter()
		.find(|one| Address::from(one.address) == address && Address::from(one.target) == target)
		.ok_or_else(|| {
			revert("NotForwarder(): call the address that the other system uses, with a call")
		})?;
	// A forwarder always appends the word.
	let (data, word) = data
		.split_last_chunk::<CALLER_BYTES>()
		.ok_or_else(|| revert("NotForwarder(): the caller's word is missing"))?;
	let (_, caller) = word.split_last_chunk::<20>().ok_or_else(crate::malformed)?;
	Ok((forwarder, account_of::<T>(Address::from(*caller)), data))
}

/// `pallet_revive::vm::CodeInfo`, whose fields nobody else sees.
#[derive(Encode, Decode)]
struct CodeInfo<AccountId, Balance: HasCompact> {
	owner: AccountId,
	#[codec(compact)]
	deposit: Balance,
	#[codec(compact)]
	users: u64,
	code_len: u32,
	code_type: u8,
	behaviour_version: u32,
}

/// Counts each forwarder that is there as a user of its code. To be called once, after pallet-revive's
/// genesis was built: the code of a contract that is counted is never removed. Returns how many there are.
pub fn count_users<T: Config>() -> u32
where
	BalanceOf<T>: HasCompact,
{
	let mut counted = 0u32;
	for forwarder in ALL {
		let hash = H256(keccak_256(&forwarder.code()));
		let pallet = pallet_revive::Pallet::<T>::name();
		let mut key = storage_prefix(pallet.as_bytes(), b"CodeInfoOf").to_vec();
		key.extend_from_slice(hash.as_bytes());
		let info = unhashed::get::<CodeInfo<AccountIdOf<T>, BalanceOf<T>>>(&key);
		if let Some(mut info) = info {
			info.users = info.users.saturating_add(1);
			unhashed::put(&key, &info);
			counted = counted.saturating_add(1);
		}
	}
	counted
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_jump_ends_at_its_destination() {
		for forwarder in ALL {
			let code = forwarder.code();
			let jump = code.windows(2).position(|two| two == [0x57, 0x3d]).unwrap();
			let destination = usize::from(code[jump - 1]);
			assert_eq!(code[destination], 0x5b);
			assert_eq!(code[destination - 3..destination], [0x3d, 0x5f, 0xfd]);
			assert!(code.len() < 256);
		}
	}
}
