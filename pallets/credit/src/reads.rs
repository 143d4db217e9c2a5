//! Allowances and channels as clients see them.

use crate::{pallet::*, types::ChannelId, ChannelOf, SponsorshipOf};
use alloc::vec::Vec;

/// Entries that one query returns, at most.
pub const MAX_VIEWS: u32 = 100;

/// Ids that one query looks at, at most: channels that were closed leave gaps.
const MAX_VIEWED_IDS: u64 = 10_000;

impl<T: Config> Pallet<T> {
	/// What a sponsor lets others spend, with the beneficiaries, expired allowances too: at most `limit`
	/// and never more than [`MAX_VIEWS`], in the state's order, from the one after that of `after` on.
	pub fn allowances(
		sponsor: &T::AccountId,
		after: Option<&T::AccountId>,
		limit: u32,
	) -> Vec<(T::AccountId, SponsorshipOf<T>)> {
		let entries = match after {
			Some(after) => {
				let key = Sponsorships::<T>::hashed_key_for(sponsor, after);
				Sponsorships::<T>::iter_prefix_from(sponsor, key)
			},
			None => Sponsorships::<T>::iter_prefix(sponsor),
		};
		entries.take(limit.min(MAX_VIEWS) as usize).collect()
	}

	/// Channels that aren't closed, with ids from `from`, in order, at most `limit` and never more than
	/// [`MAX_VIEWS`].
	pub fn channels(from: ChannelId, limit: u32) -> Vec<(ChannelId, ChannelOf<T>)> {
		let end = NextChannelId::<T>::get().min(from.saturating_add(MAX_VIEWED_IDS));
		(from.max(1)..end)
			.filter_map(|id| Some((id, Channels::<T>::get(id)?)))
			.take(limit.min(MAX_VIEWS) as usize)
			.collect()
	}
}
