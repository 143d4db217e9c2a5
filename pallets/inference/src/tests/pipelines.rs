//! Pipelines: stages are what single calls are, all of them or none.

use super::mock::*;
use crate::{
	pipeline::{Piped, PipelineError},
	InferFault, Receipts, Source, MAX_PIPELINE_STAGES,
};
use opg_engine_abi::{EngineError, ErrorCode, Tensor};
use pallet_model_registry::ModelId;
use polkadot_sdk::{frame_support::assert_ok, sp_io, sp_runtime::StateVersion};

/// Bob runs a pipeline.
fn pipe(
	models: &[ModelId],
	inputs: Vec<Tensor>,
	max_price: Balance,
) -> Result<Piped<Balance>, PipelineError> {
	let pipeline = Engine::pipeline(models)?;
	let result = Engine::do_infer_pipeline(&bob(), &Source::Caller, &pipeline, inputs, max_price);
	check();
	result
}

/// A pipeline that must fail and change nothing.
fn refused(models: &[ModelId], inputs: Vec<Tensor>, max_price: Balance) -> PipelineError {
	let root = || sp_io::storage::root(StateVersion::V1);
	let before = root();
	let error = pipe(models, inputs, max_price).expect_err("it is refused");
	assert_eq!(root(), before);
	error
}

fn text(error: &PipelineError) -> String {
	error.fault.to_string()
}

#[test]
fn stages_are_single_calls_without_the_way_through_the_caller() {
	chain(|| {
		MaxReceipts::set(100);
		let (cheap, dear) = (active("affine", 100), active("affine", 1_000));
		let first = do_infer(cheap, four([1.0, 2.0, 3.0, 4.0])).expect("it succeeds");
		let second = do_infer(dear, first.tensors.clone()).expect("it succeeds");
		let after_singles = FUNDS - total(&bob());
		go_to(2);
		let piped = pipe(&[cheap, dear], four([1.0, 2.0, 3.0, 4.0]), 1_100).expect("it succeeds");
		assert_eq!(piped.tensors, second.tensors);
		assert_eq!(FUNDS - total(&bob()), 2 * after_singles);
		let models: Vec<_> = piped.stages.iter().map(|stage| stage.model).collect();
		assert_eq!(models, [cheap, dear]);
		for (stage, single) in piped.stages.iter().zip([&first, &second]) {
			assert_eq!(stage.settled.result_id, single.result_id);
			assert_eq!(stage.settled.run_fuel, single.run_fuel);
			assert_eq!(stage.settled.price, single.price);
			let receipt = Receipts::<Test>::get(stage.settled.receipt).expect("it is kept");
			assert_eq!((receipt.caller, receipt.payer), (bob(), bob()));
		}
		assert_eq!(events().len(), 2);
		let bytes = crate::data_bytes(&four([0.0; 4]));
		let weight = |single: &crate::Inference<Balance>| {
			Engine::infer_weight(bytes, 1, single.charged_fuel)
		};
		assert_eq!(piped.weight, weight(&first).saturating_add(weight(&second)));
		let pipeline = Engine::pipeline(&[cheap, dear]).expect("they fit");
		assert_eq!(pipeline.price(), 1_100);
		assert!(piped.weight.ref_time() < pipeline.max_weight().ref_time());
	});
}

#[test]
fn one_stage_and_as_many_as_there_may_be() {
	chain(|| {
		MaxReceipts::set(100);
		let id = active("affine", 10);
		let one = pipe(&[id], four([0.0; 4]), 10).expect("it succeeds");
		assert_eq!(one.tensors, four([1.0; 4]));
		let most = MAX_PIPELINE_STAGES as usize;
		let all = pipe(&vec![id; most], four([0.0; 4]), 10 * most as Balance).expect("it succeeds");
		// x ↦ 2·x + 1, so 2⁸ - 1.
		assert_eq!(all.tensors, four([255.0; 4]));
	});
}

#[test]
fn a_free_stage_is_paid_by_nobody() {
	chain(|| {
		MaxReceipts::set(100);
		let (free, paid) = (active("affine", 0), active("affine", 500));
		assert_ok!(Credit::deposit(signed(bob()), 500));
		let piped = pipe(&[free, paid, free], four([0.0; 4]), 500).expect("it succeeds");
		let prices: Vec<_> = piped.stages.iter().map(|stage| stage.settled.price).collect();
		assert_eq!(prices, [0, 500, 0]);
		assert_eq!(credit(&bob()), 0);
	});
}

#[test]
fn stages_that_do_not_fit_are_named_before_any_work() {
	chain(|| {
		let (affine, branch) = (active("affine", 1), active("branch", 1));
		let error = refused(&[affine, branch], four([0.0; 4]), 2);
		assert_eq!(error.weight.ref_time(), 0);
		assert_eq!(error.fault.stage, Some(1));
		assert_eq!(
			text(&error),
			"WrongInputCount(stage=1,expected=2,got=1,takes=bool[]+float32[48x48],\
			 gets=float32[1x4])"
		);
		let error = refused(&[branch, affine], super::mock::branch(false), 2);
		assert_eq!(error.fault.stage, Some(1));
		let text = text(&error);
		assert!(text.starts_with("WrongShape(stage=1,input=0,axis="), "{text}");
		assert!(
			text.ends_with(")") && text.contains(",takes=float32[1x4],gets=float32["),
			"{text}"
		);
	});
}

#[test]
fn too_few_and_too_many_stages() {
	chain(|| {
		let id = active("affine", 1);
		let max = MAX_PIPELINE_STAGES;
		for stages in [0, max + 1, 1_000] {
			let error = refused(&vec![id; stages as usize], four([0.0; 4]), 1_000);
			assert_eq!(error.fault.fault, InferFault::WrongStageCount { stages, max });
			assert_eq!(error.fault.stage, None);
		}
	});
}

#[test]
fn a_stage_that_cannot_be_called_is_named() {
	chain(|| {
		let id = active("affine", 1);
		let draft = draft("affine", 1);
		assert_eq!(text(&refused(&[id, 99], four([0.0; 4]), 9)), "UnknownModel(stage=1,model=99)");
		let error = refused(&[draft, id], four([0.0; 4]), 9);
		assert_eq!(text(&error), format!("ModelNotActive(stage=0,model={draft})"));
		assert!(error
			.fault
			.message()
			.ends_with("): wait until the owner activates or resumes the model"));
	});
}

#[test]
fn inputs_of_the_first_stage_are_checked() {
	chain(|| {
		let id = active("affine", 1);
		let error = refused(&[id, id], vec![floats(&[1, 3], &[0.0; 3])], 9);
		assert_eq!(text(&error), "WrongShape(stage=0,input=0,axis=1,expected=4,got=3)");
		assert_eq!(error.fault.mismatch, None);
	});
}

#[test]
fn the_prices_are_one() {
	chain(|| {
		let id = active("affine", 600);
		let error = refused(&[id, id], four([0.0; 4]), 1_199);
		assert_eq!(error.fault.fault, InferFault::PriceAboveMax { price: 1_200, max: 1_199 });
		// Each alone could be paid.
		let rich = active("affine", FUNDS - 1_000);
		let error = refused(&[rich, rich], four([0.0; 4]), Balance::MAX);
		assert!(matches!(error.fault.fault, InferFault::InsufficientFunds { .. }));
	});
}

#[test]
fn a_block_without_room_for_all_stages() {
	chain(|| {
		MaxReceipts::set(2);
		let id = active("affine", 1);
		let error = refused(&[id, id, id], four([0.0; 4]), 9);
		assert_eq!(error.fault.fault, InferFault::BlockFull { max: 2 });
		assert!(pipe(&[id, id], four([0.0; 4]), 9).is_ok());
	});
}

#[test]
fn a_view_of_a_free_model_leaves_no_trace() {
	chain(|| {
		let id = active("affine", 0);
		let single = do_infer(id, four([3.0; 4])).expect("it succeeds");
		let root = sp_io::storage::root(StateVersion::V1);
		let (tensors, fuel) = Engine::do_view(id, &four([3.0; 4]), FUEL).expect("it succeeds");
		assert_eq!((tensors, fuel), (single.tensors, single.charged_fuel));
		assert_eq!(sp_io::storage::root(StateVersion::V1), root);

		let refused = |id, inputs: Vec<Tensor>, fuel| {
			let error = Engine::do_view(id, &inputs, fuel).expect_err("it is refused");
			assert_eq!(error.charged_fuel, 0);
			error.fault
		};
		let needed = costs(id).max_fuel();
		let low = InferFault::FuelLimitTooLow { needed, given: needed - 1 };
		assert_eq!(refused(id, four([0.0; 4]), needed - 1), low);
		let count = EngineError::new(ErrorCode::WrongInputCount, &[1, 0]);
		assert_eq!(refused(id, vec![], FUEL), InferFault::Engine(count));
		let paid = active("affine", 7);
		assert_eq!(refused(paid, four([0.0; 4]), FUEL), InferFault::NotFree { price: 7 });
	});
}
