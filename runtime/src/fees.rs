//! What things cost, in one place. Amounts are in base units of 10⁻¹⁸ OPG.
//!
//! **Compute.** `fee = multiplier × ref_time`, ref_time in picoseconds of the reference machine
//! (`BlockRatioFee<1, 1>`: one base unit a picosecond; proof size is free, its limit is
//! `u64::MAX`). At rest the multiplier is 10⁶, its genesis value and minimum, so a second of
//! compute, 10¹² ps, costs 10¹² × 10⁶ = 10¹⁸ base units: **1 OPG**. The factor stands in the
//! multiplier, not in the ratio, because the EVM's gas price is derived from the multiplier and
//! would else have no digits to move in.
//!
//! **Bytes of an extrinsic** cost [`TransactionByteFee`] each. They and the extrinsic's base
//! weight (about 10⁸ base units) are not multiplied.
//!
//! **State** isn't sold but held against: [`deposit`] is locked on its owner's account for as
//! long as the items lie there, and given back when they go. The rate is 250 gas a byte at rest,
//! near Ethereum's 200 for a byte of code.
//!
//! **Gas** is `fee / gas price` with gas price = multiplier × [`GasScale`]. At rest that is
//! 40 gwei, at which a transfer of OPG by an Ethereum wallet takes 20,500 gas (wallets give it
//! 21,000), and a new storage slot or a new account about what they take on Ethereum.
//!
//! **Who gets it.** A fifth of every fee goes to the treasury, the rest and the tip to the author of the
//! block; rounding of gas and dust go to the treasury: nothing is burnt. Issuance grows only by the existential deposit that pallet-revive mints
//! for the account of each contract it makes. `tests/fees.rs`
//! pins what a transfer, an inference and a full block cost.

use polkadot_sdk::*;

use crate::{
	configs::system::RuntimeBlockWeights, AccountId, Authorship, Balance, Balances, Runtime,
};
use frame_support::{
	dispatch::DispatchClass,
	parameter_types,
	traits::{
		fungible::{Balanced, Credit},
		tokens::{Fortitude, Precision, Preservation},
		Get, Imbalance, OnUnbalanced,
	},
	weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight, WeightToFee},
	PalletId,
};
use pallet_transaction_payment::Multiplier;
use sp_runtime::{
	traits::{AccountIdConversion, Convert},
	DispatchResult, FixedPointNumber, FixedU128, Perbill, Perquintill,
};

/// One OPG in base units: 18 decimals, as ether.
pub const OPG: Balance = 1_000_000_000_000_000_000;
/// A thousandth of an OPG.
pub const MILLI_OPG: Balance = OPG / 1_000;
/// A millionth of an OPG: a microsecond of compute at rest.
pub const MICRO_OPG: Balance = MILLI_OPG / 1_000;

/// What genesis issues on development networks, in base units.
pub const GENESIS_ISSUANCE: Balance = 1_000_000_000 * OPG;

/// The multiplier at rest, see the module's documentation: base units a picosecond.
pub const RESTING_MULTIPLIER: u128 = 1_000_000;

/// Base units held for state of `items` entries with `bytes` bytes of keys and values.
///
/// A byte costs 10⁻⁵ OPG: 250 gas. A model of 64 MiB holds 671 OPG, 100 GB of state hold a
/// thousandth of the issuance. An item costs as much as 100 bytes, near what the trie adds to it.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	// At most (2³² − 1) × 1.01 × 10¹⁵: far below 2¹²⁸; saturating for form's sake.
	(items as Balance)
		.saturating_mul(MILLI_OPG)
		.saturating_add((bytes as Balance).saturating_mul(10 * MICRO_OPG))
}

/// The treasury's pallet id: a pallet takes the account over when governance comes.
pub const TREASURY_ID: PalletId = PalletId(*b"py/trsry");

/// Share of the heaviest ordinary extrinsic (1.3 s) that one Ethereum transaction may weigh: 1.17 s,
/// which bounds a single inference. As much as the gas mapping allows, because a model that needs
/// more can't be activated; a signed extrinsic never gets further than a contract does.
const MAX_ETH_EXTRINSIC_PERCENT: u32 = 90;

parameter_types! {
	/// Base units below which an account doesn't exist: one item's deposit, 0.001 OPG or
	/// 25,000 gas, what Ethereum takes for a new account. An account takes about 150 bytes of every
	/// validator's state.
	pub const ExistentialDeposit: Balance = deposit(1, 0);

	/// Base units a byte of an extrinsic, 4 × 10⁻⁷ OPG: a block full of bytes (3.75 MiB) costs
	/// about what a block full of compute (1.5 s) costs, so that neither resource is the cheap
	/// way to crowd the other out.
	pub const TransactionByteFee: Balance = 400_000 * 1_000_000;

	/// Base units for each item that a pallet stores.
	pub const DepositPerItem: Balance = deposit(1, 0);
	/// Base units for each byte stored.
	pub const DepositPerByte: Balance = deposit(0, 1);
	/// Base units for each storage slot of a contract. Half of an item in the main trie: with
	/// the 32 bytes of its value a slot comes to 20,500 gas; Ethereum takes 20,000.
	pub const DepositPerChildTrieItem: Balance = deposit(1, 0) / 2;
	/// Share of the deposit for a code that each contract instantiated from it holds as well, so
	/// that the code can't be taken away beneath it.
	pub const CodeHashLockupDepositPercent: Perbill = Perbill::from_percent(30);

	/// Scale between fee and gas, see the module's documentation. Smaller, and a transfer would
	/// need more than the 21,000 gas that wallets send it with.
	pub const GasScale: u32 = 40_000;
	/// See [`MAX_ETH_EXTRINSIC_PERCENT`].
	pub MaxEthExtrinsicWeight: FixedU128 =
		FixedU128::saturating_from_rational(MAX_ETH_EXTRINSIC_PERCENT, 100u32);

	/// Least multiplier, and the one at genesis.
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_integer(RESTING_MULTIPLIER);
	/// Greatest multiplier: a million times the resting one. A second of compute then costs a
	/// thousandth of the issuance; a chain so wanted needs another remedy than a higher price.
	pub MaximumMultiplier: Multiplier =
		Multiplier::saturating_from_integer(RESTING_MULTIPLIER * 1_000_000);
	/// Fullness of ordinary extrinsics at which the price rests.
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	/// How fast the price follows: blocks that are full all day (14,400 of 6 s) raise it 2.2-fold,
	/// and it takes two empty days or so to fall back.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);

	/// The treasury's share of every fee, rounded down: what validators cost the network beyond the
	/// author's own work (everybody executes a block) is its to spend.
	pub const TreasuryFeeShare: Perbill = Perbill::from_percent(20);

	/// The account that keeps the treasury.
	pub TreasuryAccount: AccountId = TREASURY_ID.into_account_truncating();
}

/// The heaviest weight that one Ethereum transaction may have in all, its fixed costs included.
/// pallet-revive caps transactions and dry runs at the same figure.
pub struct MaxEthExtrinsic;

impl Get<Weight> for MaxEthExtrinsic {
	fn get() -> Weight {
		let weights = RuntimeBlockWeights::get();
		let most = weights.get(DispatchClass::Normal).max_extrinsic.unwrap_or(weights.max_block);
		let factor = MaxEthExtrinsicWeight::get();
		Weight::from_parts(
			factor.saturating_mul_int(most.ref_time()),
			factor.saturating_mul_int(most.proof_size()),
		)
	}
}

/// Picoseconds of the heaviest inference: [`MaxEthExtrinsic`] less 0.1 s for the contracts that call
/// it, the decoding of its arguments and the transaction's fixed costs.
pub struct MaxInferenceRefTime;

impl Get<u64> for MaxInferenceRefTime {
	fn get() -> u64 {
		MaxEthExtrinsic::get().ref_time().saturating_sub(WEIGHT_REF_TIME_PER_SECOND / 10)
	}
}

/// The fee for a weight in this block, in base units: what the transaction's sender pays for
/// compute, without the fixed costs of the extrinsic that carries it.
pub struct ComputeFee;

impl Convert<Weight, Balance> for ComputeFee {
	fn convert(weight: Weight) -> Balance {
		let resting =
			<Runtime as pallet_transaction_payment::Config>::WeightToFee::weight_to_fee(&weight);
		let multiplier = pallet_transaction_payment::Pallet::<Runtime>::next_fee_multiplier();
		multiplier.saturating_mul_int(resting)
	}
}

/// OPG taken from an account and not yet given to another.
pub type OpgCredit = Credit<AccountId, Balances>;

/// Pays into the treasury.
pub struct ToTreasury;

impl OnUnbalanced<OpgCredit> for ToTreasury {
	fn on_nonzero_unbalanced(amount: OpgCredit) {
		// The treasury lives from genesis on, so any amount can be deposited. Were it gone, the
		// amount would leave the issuance when the credit is dropped, which keeps the books right.
		if let Err(lost) = Balances::resolve(&TreasuryAccount::get(), amount) {
			frame_support::defensive!("the treasury can't be paid");
			drop(lost);
		}
	}
}

/// Shares what a transaction pays: of its fee [`TreasuryFeeShare`] goes to the treasury, the rest and the
/// tip to the author of the block, who executed the work. What the author's account can't take (an
/// account that doesn't exist, paid less than the existential deposit) and what has no author (a dry
/// run outside a block) goes to the treasury.
pub struct ShareFees;

impl OnUnbalanced<OpgCredit> for ShareFees {
	/// The fee, then the tip: `FungibleAdapter` gives them in this order.
	fn on_unbalanceds(mut fee_then_tip: impl Iterator<Item = OpgCredit>) {
		if let Some(fee) = fee_then_tip.next() {
			let share = TreasuryFeeShare::get().mul_floor(fee.peek());
			let (treasury, author) = fee.split(share);
			ToTreasury::on_unbalanced(treasury);
			Self::on_unbalanced(author);
		}
		fee_then_tip.for_each(Self::on_unbalanced);
	}

	/// What is the author's.
	fn on_nonzero_unbalanced(amount: OpgCredit) {
		let unpaid = match Authorship::author() {
			Some(author) => match Balances::resolve(&author, amount) {
				Ok(()) => return,
				Err(unpaid) => unpaid,
			},
			None => amount,
		};
		ToTreasury::on_unbalanced(unpaid);
	}
}

/// What scheduled runs take is shared like what transactions take.
impl pallet_schedule::Fees<AccountId, Balance> for ShareFees {
	fn pay(from: &AccountId, amount: Balance) -> DispatchResult {
		let fee = <Balances as Balanced<AccountId>>::withdraw(
			from,
			amount,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)?;
		Self::on_unbalanceds(core::iter::once(fee));
		Ok(())
	}
}
