//! What the calls and hooks take, measured, without the engine's run: that is fuel, and `scripts/bench
//! engine` measures it. So no engine is needed here: its answer is made up.
//!
//! Test them with `cargo test -p pallet-inference --features runtime-benchmarks`.

use crate::{
	inputs, pallet::*, payment::Source, types::Settled, warm::WarmSet, BalanceOf, ReceiptOf,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use opg_engine_abi::Tensor;
use opg_engine_interface::RunReport;
use pallet_credit as credit;
use pallet_model_registry::{
	self as registry, benchmarking as models, CallableOf, ModelId, MAX_BENEFICIARIES,
};
use polkadot_sdk::{
	frame_benchmarking::{benchmarking::add_to_whitelist, v2::*},
	frame_support::{
		storage::with_storage_layer,
		traits::{
			fungible::{Inspect, Mutate},
			Get,
		},
		BoundedVec,
	},
	frame_system::{self, Pallet as System},
	sp_core::H256,
	sp_runtime::traits::{CheckedAdd, One, Saturating},
};

type Currency<T> = <T as registry::Config>::Currency;

/// Bytes of the first input, at most, that `infer` is measured with: all that inputs may have.
const MAX_INPUT_BYTES: u32 = 1024 * 1024;

/// Bytes that the other inputs count: see `pallet_model_registry::cost::argument_bytes`.
const OTHER_INPUTS: u32 = 20 + 15 * (1 + 4 * 8 + 16);

/// A call that a sponsor pays: the dearest source of a price.
struct Case<T: Config> {
	caller: T::AccountId,
	source: Source<T::AccountId>,
	model: ModelId,
	/// SCALE encoding of the inputs, as in the extrinsic.
	inputs: Vec<u8>,
	/// As long an output as an event holds.
	report: RunReport,
}

/// A price of which everybody's share makes an account.
fn price<T: Config>() -> BalanceOf<T> {
	Currency::<T>::minimum_balance().max(One::one()).saturating_mul(100u32.into())
}

fn case<T: Config>(input_bytes: u32, beneficiaries: u32) -> Case<T> {
	let owner = models::rich::<T>("owner", 0);
	let output = T::MaxEventOutput::get().saturating_sub(1024);
	let model = models::active_model::<T>(&owner, input_bytes, output, beneficiaries);
	models::set_price_now::<T>(model, price::<T>());
	let sponsor = models::rich::<T>("sponsor", 0);
	let caller: T::AccountId = account("caller", 0, 0);
	let pot = credit::Pallet::<T>::pot();
	Currency::<T>::mint_into(&pot, Currency::<T>::minimum_balance()).expect("there is room for it");
	let funds = price::<T>().saturating_mul(100u32.into());
	Currency::<T>::mint_into(&sponsor, funds.saturating_mul(2u32.into()))
		.expect("there is room for it");
	credit::Pallet::<T>::do_deposit(&sponsor, &sponsor, funds).expect("it has the money");
	let allowance = credit::Allowance {
		per_call: funds,
		total: funds,
		// The last of a full list is this one.
		models: BoundedVec::truncate_from(
			(0..credit::MAX_MODELS)
				.map(|i| model.saturating_add(credit::MAX_MODELS - 1 - i))
				.collect(),
		),
		expires: System::<T>::block_number().saturating_add(One::one()),
	};
	credit::Pallet::<T>::do_sponsor(sponsor.clone(), caller.clone(), allowance)
		.expect("the sponsor can");
	T::WarmSet::fill();
	Case {
		caller,
		source: Source::Sponsor(sponsor),
		model,
		inputs: models::tensors(input_bytes).encode(),
		report: RunReport { outputs: models::tensors(output).encode(), fuel: 1 },
	}
}

impl<T: Config> Case<T> {
	/// What `infer` does, with the engine's answer as it is.
	fn infer(self) -> Result<Settled<BalanceOf<T>>, &'static str> {
		let inputs = self.decode()?;
		let max = Some(price::<T>());
		let callable = Pallet::<T>::checked(self.model, &inputs, max, Some(u64::MAX))
			.map_err(|fault| fault.hint())?;
		Pallet::<T>::ensure_room(1).map_err(|fault| fault.hint())?;
		let (caller, source) = (&self.caller, &self.source);
		let payer = Pallet::<T>::payer(caller, source, self.model, callable.price)
			.map_err(|fault| fault.hint())?;
		let charged = callable.charged(self.report.fuel, Pallet::<T>::is_warm(&callable));
		assert!(charged > 0);
		let (_request, encoded) = Pallet::<T>::request(&callable, &inputs);
		let run = Pallet::<T>::judge(&callable, &encoded, self.report)
			.map_err(|failed| failed.fault.hint())?;
		with_storage_layer(|| Pallet::<T>::settle(&self.caller, &payer, &callable, &run))
			.map_err(Into::into)
	}

	/// Settles a row of a batch.
	fn row(&self, callable: &CallableOf<T>) -> Result<Settled<BalanceOf<T>>, &'static str> {
		let inputs = self.decode()?;
		inputs::check(&callable.signature, &inputs).map_err(|_| "the inputs don't fit")?;
		let (_request, encoded) = Pallet::<T>::request(callable, &inputs);
		let run = Pallet::<T>::judge(callable, &encoded, self.report.clone())
			.map_err(|failed| failed.fault.hint())?;
		let (caller, source) = (&self.caller, &self.source);
		let payer = Pallet::<T>::payer(caller, source, self.model, callable.price)
			.map_err(|fault| fault.hint())?;
		with_storage_layer(|| Pallet::<T>::settle(caller, &payer, callable, &run))
			.map_err(Into::into)
	}

	fn decode(&self) -> Result<Vec<Tensor>, &'static str> {
		Vec::<Tensor>::decode(&mut &self.inputs[..]).map_err(|_| "the inputs are encoded")
	}
}

/// Stores so many receipts of this block.
fn receipts<T: Config>(count: u32) {
	for index in 0..count {
		let receipt = ReceiptOf::<T> {
			block: System::<T>::block_number(),
			index,
			caller: account("caller", 0, 0),
			payer: account("caller", 0, 0),
			model: 1,
			result_id: H256::repeat_byte(1),
			input_hash: H256::repeat_byte(2),
			output_hash: H256::repeat_byte(3),
			fuel: 1,
			price: price::<T>(),
			protocol_share: price::<T>(),
		};
		Pallet::<T>::store_receipt(receipt).expect("there is room in the block");
	}
}

/// What all rows of a batch read and write is counted with the first.
fn whitelist<T: Config>(case: &Case<T>) {
	let Source::Sponsor(sponsor) = &case.source else { return };
	let accounts = (0..MAX_BENEFICIARIES)
		.map(|i| account("beneficiary", i, 0))
		.chain([T::Treasury::get(), credit::Pallet::<T>::pot()]);
	for who in accounts {
		add_to_whitelist(frame_system::Account::<T>::hashed_key_for(&who).into());
	}
	add_to_whitelist(credit::Credits::<T>::hashed_key_for(sponsor).into());
	add_to_whitelist(credit::Sponsorships::<T>::hashed_key_for(sponsor, &case.caller).into());
	let now = System::<T>::block_number();
	add_to_whitelist(ReceiptsOf::<T>::hashed_key_for(now).into());
	add_to_whitelist(registry::Models::<T>::hashed_key_for(case.model).into());
	add_to_whitelist(registry::Signatures::<T>::hashed_key_for(case.model).into());
	add_to_whitelist(registry::Beneficiaries::<T>::hashed_key_for(case.model).into());
	if let Some(info) = registry::Models::<T>::get(case.model) {
		add_to_whitelist(registry::Engines::<T>::hashed_key_for(info.engine).into());
	}
	T::WarmSet::whitelist();
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// All but the engine's run, with `b` bytes of inputs, for `n` beneficiaries. A sponsor pays, and the
	/// beneficiaries' accounts are made.
	#[benchmark]
	fn infer(b: Linear<{ OTHER_INPUTS }, { MAX_INPUT_BYTES }>, n: Linear<0, MAX_BENEFICIARIES>) {
		let case = case::<T>(b.saturating_sub(OTHER_INPUTS), n);
		let settled;
		#[block]
		{
			settled = case.infer();
		}
		let settled = settled.expect("it is settled");
		assert!(Receipts::<T>::contains_key(settled.receipt));
	}

	/// A further row of a batch, settled for `n` beneficiaries, without what all rows share.
	#[benchmark]
	fn row(n: Linear<0, MAX_BENEFICIARIES>) {
		let case = case::<T>(0, n);
		let callable = registry::Pallet::<T>::callable(case.model).expect("it is active");
		// The first row.
		case.row(&callable).expect("it is settled");
		whitelist(&case);
		let settled;
		#[block]
		{
			settled = case.row(&callable);
		}
		let settled = settled.expect("it is settled");
		assert!(Receipts::<T>::contains_key(settled.receipt));
	}

	/// `n` receipts of a block that is too old now.
	#[benchmark]
	fn prune(n: Linear<0, { T::MaxReceiptsPerBlock::get() }>) {
		receipts::<T>(n);
		let now = System::<T>::block_number();
		Pallet::<T>::close_receipts(now);
		let later = now.checked_add(&T::ReceiptPeriod::get()).expect("blocks are few");
		let pruned;
		#[block]
		{
			pruned = Pallet::<T>::prune_receipts(later);
		}
		assert_eq!(pruned, n);
		assert!(!ReceiptRoots::<T>::contains_key(now));
	}

	/// The root over `n` receipts.
	#[benchmark]
	fn close(n: Linear<1, { T::MaxReceiptsPerBlock::get() }>) {
		receipts::<T>(n);
		let now = System::<T>::block_number();
		#[block]
		{
			Pallet::<T>::close_receipts(now);
		}
		assert!(ReceiptRoots::<T>::contains_key(now));
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::mock::ext(), crate::tests::mock::Test);
}
