//! Many random calls: whatever succeeds or fails, the invariants hold and no money appears or
//! vanishes.

use super::mock::*;
use crate::{names::Alias, Beneficiary, BeneficiaryList};
use opg_pallet_testing::{seeds, Random};
use polkadot_sdk::sp_runtime::DispatchResult;

/// Steps of one run.
const STEPS: u64 = 150;

#[test]
fn random_calls_keep_the_invariants() {
	for seed in seeds(7, STEPS) {
		chain(|| {
			let mut steps = Random::new(seed);
			let mut accepted = 0;
			for _ in 0..STEPS {
				let who = account(1 + steps.below(3) as u8);
				let to = account(1 + steps.below(4) as u8);
				let id = 1 + steps.below(6) as u32;
				let name = Alias::truncate_from(vec![b'a' + steps.below(3) as u8]);
				let bytes = content(1 + steps.below(3) as usize);
				let result: DispatchResult = match steps.below(16) {
					0 | 1 => Registry::create(signed(who), manifest(&bytes)),
					2 | 3 => Registry::upload_chunk(signed(who), id, 0, bytes),
					4 => Registry::set_price(signed(who), id, u128::from(steps.below(100))),
					5 => Registry::transfer(signed(who), id, to),
					6 => Registry::pause(signed(who), id),
					7 => Registry::retire(signed(who), id),
					8 => Registry::reap(signed(who), id).map(|_| ()).map_err(|failed| failed.error),
					9 => Registry::freeze(signed(who), id),
					10 => Registry::resume(signed(who), id),
					11 => {
						let first = 1 + steps.below(999_999_999) as u32;
						let list = [(who.clone(), first), (to, 1_000_000_000 - first)]
							.map(|(account, parts)| Beneficiary { account, parts });
						let list = BeneficiaryList::truncate_from(list.to_vec());
						Registry::set_beneficiaries(signed(who), id, list)
					},
					12 => Registry::register_name(signed(who), id, name),
					13 => Registry::transfer_name(signed(who), name, to),
					14 => {
						let version = 1 + steps.below(3) as u32;
						Registry::release_name(signed(who), name, version)
					},
					_ => {
						go_to(System::block_number() + 1 + steps.below(20));
						Ok(())
					},
				};
				check();
				accepted += u32::from(result.is_ok());
			}
			assert!(accepted > 20, "{accepted}");
		});
	}
}
