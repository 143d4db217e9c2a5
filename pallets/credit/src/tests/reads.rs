//! What clients are shown: all of it in pages, and never more than was asked for.

use super::mock::*;
use crate::reads::MAX_VIEWS;

/// All allowances of Alice's, page by page.
fn pages(limit: u32) -> Vec<Account> {
	let mut all = Vec::new();
	loop {
		let page = Credit::allowances(&alice(), all.last(), limit);
		assert!(page.len() <= limit.min(MAX_VIEWS) as usize);
		if page.is_empty() {
			return all;
		}
		all.extend(page.into_iter().map(|(beneficiary, _)| beneficiary));
	}
}

#[test]
fn allowances_are_listed_in_pages() {
	chain(|| {
		assert!(pages(10).is_empty());
		let everybody: Vec<Account> = (10..=255).map(account).collect();
		for beneficiary in &everybody {
			accept(Credit::sponsor(signed(alice()), beneficiary.clone(), allowance(10, 100)));
		}
		accept(Credit::sponsor(signed(bob()), alice(), allowance(1, 1)));
		for limit in [1, 7, MAX_VIEWS, u32::MAX] {
			let mut all = pages(limit);
			assert_eq!(all.len(), everybody.len());
			all.sort();
			assert_eq!(all, everybody);
		}
		assert!(Credit::allowances(&alice(), None, 0).is_empty());
		// Somebody who has none needn't be there to begin after.
		let after = Credit::allowances(&alice(), Some(&charlie()), u32::MAX);
		assert!(after.len() <= MAX_VIEWS as usize);
		let (beneficiary, sponsorship) =
			Credit::allowances(&bob(), None, 5).pop().expect("Bob sponsors Alice");
		assert_eq!((beneficiary, sponsorship.allowance), (alice(), allowance(1, 1)));
	});
}

#[test]
fn channels_are_listed_from_an_id() {
	chain(|| {
		deposit(100_000);
		let ids: Vec<_> = (0..5).map(|_| open(bob(), 100)).collect();
		accept(Credit::close(signed(bob()), ids[1]));
		let listed = |from, limit| -> Vec<u64> {
			Credit::channels(from, limit).into_iter().map(|(id, _)| id).collect()
		};
		assert_eq!(listed(0, 10), [ids[0], ids[2], ids[3], ids[4]]);
		assert_eq!(listed(ids[1], 2), [ids[2], ids[3]]);
		assert!(listed(1, 0).is_empty());
		assert!(listed(ids[4] + 1, 10).is_empty());
		assert!(listed(u64::MAX, u32::MAX).is_empty());
		let (_, channel) = Credit::channels(ids[0], 1).pop().expect("it is open");
		assert_eq!((channel.payer, channel.payee, channel.funds), (alice(), bob(), 100));
	});
}
