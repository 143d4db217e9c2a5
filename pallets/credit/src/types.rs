//! What the pallet stores, emits and takes.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
	frame_support::{traits::ConstU32, BoundedVec},
	sp_core::H160,
};
use scale_info::TypeInfo;

/// Id of a model, as `pallet-model-registry` has it. All that this pallet knows about models.
pub type ModelId = u32;

/// Id of a channel; never used twice.
pub type ChannelId = u64;

/// Models that an allowance names, at most.
pub const MAX_MODELS: u32 = 16;

/// Vouchers that one call redeems, at most.
pub const MAX_VOUCHERS: u32 = 64;

// Errors tell a voucher's place in a byte.
const _: () = assert!(MAX_VOUCHERS <= 256);

/// Models that an allowance is for; none: all.
pub type ModelList = BoundedVec<ModelId, ConstU32<MAX_MODELS>>;

/// A signature by secp256k1: `r`, `s` (big-endian), `v`.
pub type Signature = [u8; 65];

/// Vouchers with their signatures.
pub type VoucherList = BoundedVec<(Voucher, Signature), ConstU32<MAX_VOUCHERS>>;

/// What a sponsor lets a beneficiary spend of the sponsor's credit. It reserves nothing.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Allowance<Balance, BlockNumber> {
	/// Price of one call, at most, OPG base units.
	pub per_call: Balance,
	/// Prices of all calls together, at most, OPG base units.
	pub total: Balance,
	/// Models that may be called; none: all.
	pub models: ModelList,
	/// First block in which it no longer holds.
	pub expires: BlockNumber,
}

/// An allowance in state.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Sponsorship<Balance, BlockNumber> {
	/// What the sponsor allows.
	pub allowance: Allowance<Balance, BlockNumber>,
	/// Prices paid so far, OPG base units; at most `allowance.total`.
	pub spent: Balance,
	/// Held on the sponsor's account while it is in state, OPG base units.
	pub deposit: Balance,
}

/// Money set aside for one payee, drawn by vouchers that `signer` signs off chain.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Channel<AccountId, Balance, BlockNumber> {
	/// Whose credit it came from, and gets the rest.
	pub payer: AccountId,
	/// Who is paid.
	pub payee: AccountId,
	/// Whose vouchers count.
	pub signer: H160,
	/// All that was put in, OPG base units.
	pub funds: Balance,
	/// What the payee has got of it, OPG base units; at most `funds`.
	pub redeemed: Balance,
	/// First block in which the payer may close it without waiting.
	pub expires: BlockNumber,
	/// First block in which anybody may close it, once the payer has asked for that.
	pub closing: Option<BlockNumber>,
	/// Held on the payer's account while it is in state, OPG base units.
	pub deposit: Balance,
}

/// A promise to the payee of a channel, signed off chain: see [`crate::voucher`].
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Voucher {
	/// The channel, and with it payer, payee and signer.
	pub channel: ChannelId,
	/// What the payee is owed from the channel's opening on, OPG base units, everything that it has
	/// redeemed included.
	pub cumulative: u128,
	/// Last block in which it can be redeemed.
	pub valid_until_block: u64,
}
