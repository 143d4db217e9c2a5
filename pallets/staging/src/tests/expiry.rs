//! Expired buffers: of no use, and anybody's to reap.

use super::mock::*;
use crate::StagingFault;
use polkadot_sdk::frame_support::assert_ok;

#[test]
fn the_last_block_counts_and_the_next_one_does_not() {
	chain(|| {
		let id = begin(1);
		at(PERIOD);
		assert_eq!(write(id, 0, 1), Ok(()));
		assert_ok!(Staging::read(&alice(), id));
		let early = StagingFault::BufferNotExpired { expires: 1 + PERIOD, now: PERIOD };
		assert_eq!(Staging::do_reap(id), Err(early));
		at(1 + PERIOD);
		let expired = StagingFault::BufferExpired { buffer: id, expired: 1 + PERIOD };
		assert_eq!(write(id, 0, 1), Err(expired));
		assert_eq!(Staging::read(&alice(), id), Err(expired));
	});
}

#[test]
fn whoever_reaps_it_the_owner_has_the_deposit_back() {
	chain(|| {
		let id = begin(100_000);
		assert_eq!(write(id, 1, 100_000 - 65_536), Ok(()));
		at(1 + PERIOD);
		assert_eq!(Staging::do_reap(id), Ok(2));
		assert_eq!(Balances::free_balance(alice()), FUNDS);
		assert_eq!(Balances::free_balance(bob()), FUNDS);
		assert_eq!(Staging::do_reap(id), Err(StagingFault::UnknownBuffer { buffer: id }));
	});
}

#[test]
fn its_owner_can_discard_it_too() {
	chain(|| {
		let id = begin(1);
		at(1_000);
		assert_ok!(Staging::do_discard(&alice(), id));
		assert_eq!(held(&alice()), 0);
	});
}

#[test]
fn expired_buffers_count_until_they_are_removed() {
	chain(|| {
		for _ in 0..MAX_BUFFERS {
			begin(1);
		}
		at(1 + PERIOD);
		let full = StagingFault::TooManyBuffers { max: MAX_BUFFERS };
		assert_eq!(Staging::do_begin(alice(), 1), Err(full));
		assert_ok!(Staging::do_reap(2));
		begin(1);
	});
}
