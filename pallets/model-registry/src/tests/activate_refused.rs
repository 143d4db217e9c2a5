//! `activate` refused: the draft stays as it was, and only the work done is charged.

use super::{mock::*, refuse};
use crate::{cost, Error, ModelId};
use codec::Encode;
use opg_engine_abi::{DType, ErrorCode, Limits, Tensor};
use polkadot_sdk::{
	sp_io,
	sp_runtime::{DispatchError, StateVersion},
};

/// The error and the fuel charged of an activation that must change nothing.
fn refusal(
	model: ModelId,
	run_limit: u64,
	canaries: Vec<Vec<Tensor>>,
	max_fuel: u64,
) -> (DispatchError, u64) {
	let bytes = Registry::canary_bytes(&canaries);
	let before = sp_io::storage::root(StateVersion::V1);
	let failed = activate(model, run_limit, canaries, max_fuel).expect_err("it is refused");
	assert_eq!(sp_io::storage::root(StateVersion::V1), before);
	check();
	(failed.error, fuel_of(failed.post_info, bytes))
}

fn refused_file(name: &str) -> (DispatchError, u64) {
	refusal(complete(&file(name)), 0, vec![], FUEL)
}

fn error(error: Error<Test>) -> DispatchError {
	error.into()
}

/// The engine's refusal, charged more than finding the content and less than everything.
fn assert_engine(result: (DispatchError, u64), code: ErrorCode) {
	assert_eq!(result.0, error(refused(code)));
	assert!(result.1 > cost::CHUNK_READ_FUEL && result.1 < FUEL, "{}", result.1);
}

#[test]
fn what_isnt_ready_is_refused_before_any_work() {
	chain(|| {
		let id = draft(&file("affine"));
		assert_eq!(refusal(id, 0, vec![], FUEL), (error(Error::UploadIncomplete), 0));
		assert_eq!(refusal(9, 0, vec![], FUEL), (error(Error::UnknownModel), 0));
		accept(Registry::transfer(signed(alice()), id, bob()));
		assert_eq!(refusal(id, 0, vec![], FUEL), (error(Error::NotOwner), 0));
		let id = active("affine");
		assert_eq!(refusal(id, 0, vec![], FUEL), (error(Error::WrongStatus), 0));
		let id = complete(&file("affine"));
		accept(Registry::disable_engine(RuntimeOrigin::root(), 1));
		go_to(2);
		assert_eq!(refusal(id, 0, vec![], FUEL), (error(Error::EngineIsDisabled), 0));
		refuse!(
			Registry::activate(RuntimeOrigin::none(), id, 0, Default::default(), FUEL),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn what_is_no_onnx_is_refused() {
	chain(|| {
		assert_engine(refusal(complete(&content(5_000)), 0, vec![], FUEL), ErrorCode::NotOnnx);
		let mut truncated = file("two-chunks");
		truncated.truncate(600_000);
		assert_engine(refusal(complete(&truncated), 0, vec![], FUEL), ErrorCode::NotOnnx);
	});
}

#[test]
fn what_the_engine_cannot_promise_is_refused() {
	chain(|| {
		for (name, code) in [
			("unsupported", ErrorCode::OperatorUnsupported),
			("random", ErrorCode::RandomOperator),
			("foreign", ErrorCode::ForeignDomain),
			("symbolic", ErrorCode::SymbolicDimension),
			("external", ErrorCode::ExternalData),
			("wide-input", ErrorCode::TensorTooLarge),
		] {
			assert_engine(refused_file(name), code);
		}
	});
}

#[test]
fn an_endless_load_is_stopped_by_the_fuel_given() {
	chain(|| {
		let max_fuel = 500_000_000;
		assert_eq!(
			refusal(complete(&file("endless")), 0, vec![], max_fuel),
			(error(Error::FuelLimitTooLow), max_fuel)
		);
	});
}

#[test]
fn a_memory_hungry_load_is_refused() {
	chain(|| {
		let (failure, fuel) = refused_file("huge");
		let codes = [ErrorCode::AnalysisFailed, ErrorCode::OutOfMemory, ErrorCode::TensorTooLarge];
		assert!(codes.iter().any(|code| failure == error(refused(*code))), "{failure:?}");
		assert!(fuel > 0 && fuel <= FUEL);
	});
}

#[test]
fn canaries_must_fit_the_model() {
	chain(|| {
		let id = complete(&file("affine"));
		let canary = |tensors: Vec<Tensor>| refusal(id, 0, vec![tensors], FUEL);
		let good = floats(&[1, 4], &[0.0; 4]);
		assert_engine(canary(vec![]), ErrorCode::WrongInputCount);
		assert_engine(canary(vec![good.clone(), good.clone()]), ErrorCode::WrongInputCount);
		let wrong = Tensor { dtype: DType::Int32, ..good.clone() };
		assert_engine(canary(vec![wrong]), ErrorCode::WrongDtype);
		let wrong = Tensor { shape: vec![4], ..good.clone() };
		assert_engine(canary(vec![wrong]), ErrorCode::WrongShape);
		let wrong = Tensor { data: vec![0; 15], ..good };
		assert_engine(canary(vec![wrong]), ErrorCode::WrongDataLength);
	});
}

#[test]
fn a_canary_that_fails_is_refused() {
	chain(|| {
		let id = complete(&file("gather"));
		let index = |i: i64| vec![Tensor { dtype: DType::Int64, shape: vec![1], data: i.encode() }];
		let (failure, fuel) = refusal(id, 0, vec![index(1), index(3)], FUEL);
		assert!(matches!(failure, DispatchError::Module(_)));
		assert!(fuel > 0);
		accept(activate(id, 0, vec![index(1), index(2)], FUEL));
	});
}

#[test]
fn a_run_limit_must_leave_a_margin() {
	chain(|| {
		let typical = model(active("affine")).costs.map_or(0, |costs| costs.typical_fuel);
		let least = cost::min_run_limit(typical);
		let id = complete(&file("affine"));
		for limit in [1, typical / 2, least - 1] {
			let (failure, fuel) = refusal(id, limit, vec![], FUEL);
			assert_eq!(failure, error(Error::RunLimitTooLow), "{limit}");
			assert!(fuel > 0);
		}
		let (failure, _) = refusal(id, Limits::V1.run_fuel + 1, vec![], FUEL);
		assert_eq!(failure, error(Error::RunLimitTooHigh));
		accept(activate(id, least, vec![], FUEL));
	});
}

#[test]
fn too_little_fuel_is_refused_and_never_more_is_charged() {
	chain(|| {
		let reference = complete(&file("affine"));
		let used = fuel_of(accept(activate(reference, 0, vec![], FUEL)), 0);
		let costs = model(reference).costs.expect("an active model has costs");
		let id = complete(&file("affine"));
		// Not even the content: nothing is done, nothing charged.
		for max_fuel in [0, 1, cost::RUN_BASE_FUEL] {
			assert_eq!(refusal(id, 0, vec![], max_fuel), (error(Error::FuelLimitTooLow), 0));
		}
		// Too little for the load, for the image, for the run: everything given is charged.
		let content =
			cost::content_fuel(model(id).length, opg_engine_blob::latest().compressed.len() as u32);
		let load = content + costs.load_fuel;
		assert!(costs.load_fuel > cost::RUN_BASE_FUEL + 1);
		for max_fuel in
			[content + cost::RUN_BASE_FUEL + 1, load + 1_000, used - costs.typical_fuel / 2]
		{
			assert_eq!(refusal(id, 0, vec![], max_fuel), (error(Error::FuelLimitTooLow), max_fuel));
		}
	});
}

#[test]
fn a_model_that_no_transaction_could_call_is_refused() {
	chain(|| {
		let costs = model(active("affine")).costs.expect("an active model has costs");
		let id = complete(&file("affine"));
		MaxCallRefTime::set(cost::fuel_ref_time(costs.max_fuel()) - 1);
		let (failure, fuel) = refusal(id, 0, vec![], FUEL);
		assert_eq!(failure, error(Error::CallTooExpensive));
		assert!(fuel > 0);
		MaxCallRefTime::set(cost::fuel_ref_time(costs.max_fuel()));
		accept(activate(id, 0, vec![], FUEL));
	});
}
