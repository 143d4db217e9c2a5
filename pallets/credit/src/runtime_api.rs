//! What a node asks the runtime about credit.

use crate::types::{Channel, ChannelId, Sponsorship};
use alloc::vec::Vec;
use codec::Codec;
use polkadot_sdk::sp_api;

sp_api::decl_runtime_apis! {
	/// Credits, allowances and channels, for the RPC and for clients.
	pub trait CreditApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// What an account can spend from the pot, OPG base units.
		fn credit(account: AccountId) -> Balance;

		/// What a sponsor lets a beneficiary spend, if anything; it may have expired.
		fn allowance(
			sponsor: AccountId,
			beneficiary: AccountId,
		) -> Option<Sponsorship<Balance, BlockNumber>>;

		/// A channel that isn't closed.
		fn channel(id: ChannelId) -> Option<Channel<AccountId, Balance, BlockNumber>>;

		/// What a sponsor lets others spend, expired allowances too: at most `limit` and never more
		/// than 100, in the state's order, from the one after that of `after` on.
		fn allowances(
			sponsor: AccountId,
			after: Option<AccountId>,
			limit: u32,
		) -> Vec<(AccountId, Sponsorship<Balance, BlockNumber>)>;

		/// Channels that aren't closed, with ids from `from`, in order, at most `limit` and never more
		/// than 100.
		fn channels(
			from: ChannelId,
			limit: u32,
		) -> Vec<(ChannelId, Channel<AccountId, Balance, BlockNumber>)>;
	}
}
