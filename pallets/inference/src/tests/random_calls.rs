//! Many random calls with random prices: money is conserved to the unit after each of them.

use super::mock::*;
use crate::{InferFault, Source};

/// Knuth's MMIX generator: the same steps on every machine.
struct Steps(u64);

impl Steps {
	fn below(&mut self, n: u64) -> u64 {
		self.0 =
			self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(self.0 >> 33) % n
	}
}

#[test]
fn money_is_conserved_to_the_unit() {
	chain(|| {
		let id = active("affine", 1);
		let mut steps = Steps(7);
		let mut paid = 0;
		for _ in 0..1_000 {
			match steps.below(10) {
				0 => {
					// From nothing to nearly everything, on a logarithmic scale.
					let price = u128::from(steps.below(1 << (1 + steps.0 % 30)));
					let owner = pallet_model_registry::Models::<Test>::get(id)
						.map(|info| info.owner)
						.expect("the model is there");
					Registry::set_price(signed(owner), id, price).expect("it is announced");
					go_to(System::block_number() + 5);
				},
				1 => {
					let owner = pallet_model_registry::Models::<Test>::get(id)
						.map(|info| info.owner)
						.expect("the model is there");
					let to = account(1 + steps.below(3) as u8);
					let result = Registry::transfer(signed(owner.clone()), id, to.clone());
					assert_eq!(result.is_ok(), owner != to);
				},
				2 => go_to(System::block_number() + 1),
				3 => {
					let treasury = Treasury::get();
					let amount = credit(&treasury);
					let claimed = Credit::withdraw(signed(treasury.clone()), amount).is_ok();
					assert_eq!(claimed, amount > 0 && total(&treasury) + amount >= ED);
				},
				4 => {
					let who = account(1 + steps.below(3) as u8);
					let amount = u128::from(steps.below(1 << (1 + steps.0 % 30)));
					let done = Credit::deposit(signed(who.clone()), amount).is_ok();
					assert!(!done || credit(&who) >= ED);
				},
				5 => {
					let beneficiary = account(1 + steps.below(3) as u8);
					let allowance = pallet_credit::Allowance {
						per_call: 1 + u128::from(steps.below(1 << (1 + steps.0 % 30))),
						total: 1 + u128::from(steps.below(1 << (1 + steps.0 % 30))),
						models: Default::default(),
						expires: System::block_number() + 1 + steps.below(40),
					};
					let _ = Credit::sponsor(
						signed(account(1 + steps.below(3) as u8)),
						beneficiary,
						allowance,
					);
				},
				_ => {
					let caller = account(1 + steps.below(3) as u8);
					let source = match steps.below(4) {
						0 => Source::Caller,
						1 => Source::Balance,
						2 => Source::Credit,
						_ => Source::Sponsor(account(1 + steps.below(3) as u8)),
					};
					let price = Engine::quote(id).map(|quote| quote.price).expect("it is active");
					let inputs = four([steps.below(100) as f32; 4]);
					match Engine::do_infer(&caller, &source, id, inputs, price, FUEL) {
						Ok(inference) => {
							assert_eq!(inference.price, price);
							assert_eq!(inference.protocol_share, price / 20);
							paid += 1;
						},
						Err(failed) => assert!(matches!(
							failed.fault,
							InferFault::InsufficientFunds { .. }
								| InferFault::InsufficientCredit { .. }
								| InferFault::NotSponsored
								| InferFault::AllowanceExpired { .. }
								| InferFault::AllowancePerCall { .. }
								| InferFault::AllowanceTotal { .. }
								| InferFault::BlockFull { .. }
						)),
					}
				},
			}
			check();
		}
		assert!(paid > 20, "{paid}");
	});
}
