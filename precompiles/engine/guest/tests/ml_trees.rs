//! Ensembles of decision trees, against values computed by hand.

mod common;

use common::{ml::*, *};
use opg_engine_abi::{DType, Tensor};
use tract_onnx::pb::AttributeProto;

const F32: DType = DType::Float32;

/// Two stumps on feature 0, both x ≤ ½; four leaves' votes are given as `(target, weight)`.
fn stumps(operator: &str, prefix: &str, votes: [(i64, f32); 4]) -> Case {
	let named = |name: &str, list: &[i64]| ints(&format!("{prefix}_{name}"), list);
	Case::new(
		operator,
		(F32, &[2, 1]),
		&[
			ints("nodes_treeids", &[0, 0, 0, 1, 1, 1]),
			ints("nodes_nodeids", &[0, 1, 2, 0, 1, 2]),
			ints("nodes_featureids", &[0; 6]),
			texts("nodes_modes", &["BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"]),
			list("nodes_values", &[0.5, 0.0, 0.0, 0.5, 0.0, 0.0]),
			ints("nodes_truenodeids", &[1, 0, 0, 1, 0, 0]),
			ints("nodes_falsenodeids", &[2, 0, 0, 2, 0, 0]),
			named("treeids", &[0, 0, 1, 1]),
			named("nodeids", &[1, 2, 1, 2]),
			named("ids", &votes.map(|vote| vote.0)),
			list(&format!("{prefix}_weights"), &votes.map(|vote| vote.1)),
		],
	)
}

fn regressor(targets: i64) -> Case {
	let votes = match targets {
		1 => [(0, 0.25), (0, -2.0), (0, 0.5), (0, 3.0)],
		_ => [(0, 0.25), (1, -2.0), (0, 0.5), (1, 3.0)],
	};
	stumps("TreeEnsembleRegressor", "target", votes).with(int("n_targets", targets))
}

fn x() -> Tensor {
	f32_tensor(&[2, 1], &[0.0, 1.0])
}

#[test]
fn votes_are_aggregated() {
	for (aggregate, one, two) in [
		("SUM", [10.75, 11.0], [10.75, 0.0, 0.0, 21.0]),
		("AVERAGE", [10.375, 10.5], [10.375, 0.0, 0.0, 20.5]),
		("MIN", [10.25, 8.0], [10.25, 0.0, 0.0, 18.0]),
		("MAX", [10.5, 13.0], [10.5, 0.0, 0.0, 23.0]),
	] {
		let aggregate = string("aggregate_function", aggregate);
		let case = regressor(1).with(aggregate.clone()).with(list("base_values", &[10.0]));
		assert_eq!(floats(&case.run(&[x()])[0]), one);
		// A target without votes stays 0, whatever its base: onnxruntime's rule.
		let case = regressor(2).with(aggregate).with(list("base_values", &[10.0, 20.0]));
		assert_eq!(floats(&case.run(&[x()])[0]), two);
	}
	let logistic = string("post_transform", "LOGISTIC");
	let output = &regressor(2).with(logistic.clone()).run(&[x()])[0];
	assert_close(output, &[0.679_178_7, 0.5, 0.5, 0.731_058_6]);
	assert_eq!(floats(&regressor(1).with(logistic).run(&[x()])[0]), [0.75, 1.0]);
}

#[test]
fn missing_values_go_where_the_model_says() {
	let nan = f32_tensor(&[2, 1], &[f32::NAN; 2]);
	let run = |mode: &str, tracks: i64| {
		let case = regressor(1)
			.with(texts("nodes_modes", &[mode, "LEAF", "LEAF", mode, "LEAF", "LEAF"]))
			.with(ints("nodes_missing_value_tracks_true", &[tracks, 0, 0, tracks, 0, 0]));
		floats(&case.run(std::slice::from_ref(&nan))[0])[0]
	};
	for mode in ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ"] {
		assert_eq!((run(mode, 0), run(mode, 1)), (1.0, 0.75), "{mode}");
	}
	assert_eq!((run("BRANCH_NEQ", 0), run("BRANCH_NEQ", 1)), (0.75, 0.75));
}

#[test]
fn doubles_stay_doubles() {
	// Between ½ and the next float32.
	let half = 0.5 + 1e-12;
	let case = regressor(1)
		.without("nodes_values")
		.with(doubles("nodes_values_as_tensor", &[half, 0.0, 0.0, half, 0.0, 0.0]))
		.without("target_weights")
		.with(doubles("target_weights_as_tensor", &[1e9, 1.0, 0.25, 2.0]))
		.with(doubles("base_values_as_tensor", &[-1e9]));
	let mut wide = case.clone();
	wide.inputs = vec![value("x0", DType::Float64, &[2, 1])];
	let x = f64_tensor(&[2, 1], &[0.5 + 5e-13, 0.5 + 2e-12]);
	// 10⁹ + ¼ − 10⁹, and 1 + 2 − 10⁹.
	assert_eq!(floats(&wide.run(&[x])[0]), [0.25, -999_999_997.0]);
	case.clone().with(list("nodes_values", &[0.5; 6])).assert_refused("thresholds twice");
	let short = doubles("nodes_values_as_tensor", &[0.5; 5]);
	case.clone().with(short).assert_refused("thresholds' length");
	let mut scalar = doubles("base_values_as_tensor", &[-1e9]);
	scalar.t.as_mut().unwrap().dims.clear();
	case.clone().with(scalar).assert_refused("a scalar for a list");
	let bytes = packed("nodes_values_as_tensor", DType::Int8, vec![0; 6]);
	case.with(bytes).assert_refused("thresholds' type");
}

#[test]
fn float32_rounds_after_every_tree() {
	// 2²⁴ + 1 is 2²⁴ in float32: the order of trees is part of the result.
	let weights = |w: [f32; 4]| regressor(1).with(list("target_weights", &w));
	let big = 16_777_216.0;
	let base = list("base_values", &[-big]);
	let case = weights([big, big, 1.0, 1.0]).with(base);
	assert_eq!(floats(&case.run(&[x()])[0]), [0.0, 0.0]);
	let mut wide = case;
	wide.inputs = vec![value("x0", DType::Float64, &[2, 1])];
	assert_eq!(floats(&wide.run(&[f64_tensor(&[2, 1], &[0.0, 1.0])])[0]), [1.0, 1.0]);
}

#[test]
fn many_rows_are_as_one() {
	let elements: Vec<f32> = (0..100u8).map(|i| f32::from(i % 3) * 0.5).collect();
	let mut case = regressor(1);
	case.inputs = vec![f32_value("x0", &[100, 1])];
	let output = floats(&case.run(&[f32_tensor(&[100, 1], &elements)])[0]);
	for (x, y) in elements.iter().zip(output) {
		assert_eq!(y, if *x <= 0.5 { 0.75 } else { 1.0 });
	}
}

fn classifier(labels: &[i64], votes: [(i64, f32); 4]) -> Case {
	stumps("TreeEnsembleClassifier", "class", votes)
		.with(ints("classlabels_int64s", labels))
		.classifier()
}

fn classified(case: &Case) -> (Vec<i64>, Vec<f32>) {
	let outputs = case.run(&[x()]);
	(longs(&outputs[0]), floats(&outputs[1]))
}

#[test]
fn many_classes_take_the_largest() {
	let case = classifier(&[7, 8, 9], [(0, 0.5), (1, 0.25), (2, 0.75), (0, 0.125)]);
	assert_eq!(classified(&case), (vec![9, 8], vec![0.5, 0.0, 0.75, 0.125, 0.25, 0.0]));
	let based = case.clone().with(list("base_values", &[0.0, 1.0, 0.0]));
	assert_eq!(classified(&based), (vec![8, 8], vec![0.5, 1.0, 0.75, 0.125, 1.25, 0.0]));
	let softmax = case.clone().with(string("post_transform", "SOFTMAX"));
	let (labels, scores) = classified(&softmax);
	assert_eq!(labels, [9, 8]);
	assert!(scores.chunks(3).all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 1e-6));
	case.with(list("base_values", &[1.0])).assert_refused("base values");
	// A class without votes doesn't win, even if all others are below 0.
	let case = classifier(&[7, 8, 9], [(1, -0.5), (1, -0.25), (2, -0.75), (2, -0.125)]);
	assert_eq!(classified(&case).0, [8, 9]);
}

#[test]
fn two_classes_may_share_a_score() {
	// A probability: above ½ is the second class.
	let case = classifier(&[7, 9], [(0, 0.25), (0, 0.5), (0, 0.25), (0, 0.25)]);
	assert_eq!(classified(&case), (vec![7, 9], vec![0.5, 0.5, 0.25, 0.75]));
	// A score of either sign: above 0 is the second class.
	let case = classifier(&[7, 9], [(0, -0.25), (0, 0.5), (0, 0.25), (0, 0.25)]);
	assert_eq!(classified(&case), (vec![7, 9], vec![0.0, 0.0, -0.75, 0.75]));
	let based = case.clone().with(list("base_values", &[0.5]));
	assert_eq!(classified(&based), (vec![9, 9], vec![-0.5, 0.5, -1.25, 1.25]));
	let outputs = case.with(string("post_transform", "LOGISTIC")).run(&[x()]);
	assert_close(&outputs[1], &[0.5, 0.5, 0.320_821_3, 0.679_178_7]);
	// All for the second class: its score is there, the first's is 0.
	let case = classifier(&[7, 9], [(1, 0.25), (1, 0.5), (1, 0.25), (1, 0.25)]);
	assert_eq!(classified(&case), (vec![7, 9], vec![0.0, 0.5, 0.0, 0.75]));
}

#[test]
fn two_classes_may_have_a_score_each() {
	// onnxruntime: label 1 when the second score is above 0, whatever the labels are.
	let case = classifier(&[7, 9], [(0, 0.5), (1, 0.25), (1, -0.75), (0, 0.125)]);
	assert_eq!(classified(&case), (vec![0, 1], vec![0.5, -0.75, 0.125, 0.25]));
	case.with(list("base_values", &[0.5])).assert_refused("one base for two scores");
}

/// The trees of opset 5: one stump x ≤ ½, and a set {1, 3} on the other feature.
fn split() -> Case {
	Case::new(
		"TreeEnsemble",
		(F32, &[4, 2]),
		&[
			int("n_targets", 2),
			ints("nodes_featureids", &[0, 1]),
			packed("nodes_modes", DType::Uint8, vec![0, 6]),
			singles("nodes_splits", &[0.5, 0.0]),
			singles("membership_values", &[1.0, 3.0, f32::NAN]),
			ints("nodes_truenodeids", &[0, 1]),
			ints("nodes_trueleafs", &[1, 1]),
			ints("nodes_falsenodeids", &[1, 2]),
			ints("nodes_falseleafs", &[0, 1]),
			ints("leaf_targetids", &[0, 1, 0]),
			singles("leaf_weights", &[1.0, 2.0, 4.0]),
			ints("tree_roots", &[0, 1]),
		],
	)
	.opset(5)
}

#[test]
fn opset_5_has_sets() {
	let x = f32_tensor(&[4, 2], &[0.0, 3.0, 1.0, 1.0, 1.0, 2.0, 0.0, f32::NAN]);
	let output = &split().run(std::slice::from_ref(&x))[0];
	assert_eq!(output.shape, [4, 2]);
	assert_eq!(floats(output), [1.0, 2.0, 0.0, 4.0, 8.0, 0.0, 5.0, 0.0]);
	let tracks = ints("nodes_missing_value_tracks_true", &[0, 1]);
	assert_eq!(floats(&split().with(tracks).run(std::slice::from_ref(&x))[0])[6..], [1.0, 2.0]);
	let average = int("aggregate_function", 0);
	assert_eq!(floats(&split().with(average).run(std::slice::from_ref(&x))[0])[..2], [0.5, 1.0]);
	// A tree that is one leaf: both ways lead to it.
	let leaf = split()
		.with(ints("nodes_truenodeids", &[1, 1]))
		.with(ints("nodes_falsenodeids", &[1, 1]))
		.with(ints("nodes_falseleafs", &[1, 1]));
	assert_eq!(floats(&leaf.run(&[x])[0]), [0.0, 4.0].repeat(4));
}

#[test]
fn opset_5_computes_in_the_dtype_of_its_input() {
	for (dtype, size) in [(DType::Float64, 8), (DType::Float16, 2)] {
		let bytes = |elements: &[f64]| -> Vec<u8> {
			let half = |x: &f64| tract_onnx::prelude::f16::from_f64(*x).to_le_bytes().to_vec();
			let double = |x: &f64| x.to_le_bytes().to_vec();
			elements.iter().flat_map(|x| if size == 8 { double(x) } else { half(x) }).collect()
		};
		let mut case = split()
			.with(packed("nodes_splits", dtype, bytes(&[0.5, 0.0])))
			.with(packed("membership_values", dtype, bytes(&[1.0, 3.0, f64::NAN])))
			.with(packed("leaf_weights", dtype, bytes(&[1.0, 2.0, 4.0])));
		case.inputs = vec![value("x0", dtype, &[1, 2])];
		let x = Tensor { dtype, shape: vec![1, 2], data: bytes(&[0.0, 3.0]) };
		let output = case.run(&[x]).remove(0);
		assert_eq!((output.dtype, output.data), (dtype, bytes(&[1.0, 2.0])));
		case.with(singles("leaf_weights", &[1.0; 3])).assert_refused("mixed types");
	}
}

fn refused(case: &Case, changes: Vec<(&str, AttributeProto)>) {
	for (what, attribute) in changes {
		case.clone().with(attribute).assert_refused(what);
	}
}

#[test]
fn hostile_trees_are_refused() {
	let good = regressor(1);
	let modes =
		|first: &str| texts("nodes_modes", &[first, "LEAF", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"]);
	let values = |first: f32| list("nodes_values", &[first, 0.0, 0.0, 0.5, 0.0, 0.0]);
	refused(
		&good,
		vec![
			("short list", ints("nodes_featureids", &[0; 5])),
			("no nodes", ints("nodes_treeids", &[])),
			("unknown mode", modes("BRANCH_SOMEHOW")),
			("a leaf with children", modes("LEAF")),
			("NaN", values(f32::NAN)),
			("features", ints("nodes_featureids", &[1, 0, 0, 0, 0, 0])),
			("negative feature", ints("nodes_featureids", &[-1, 0, 0, 0, 0, 0])),
			("huge feature", ints("nodes_featureids", &[i64::MAX, 0, 0, 0, 0, 0])),
			("itself", ints("nodes_truenodeids", &[0, 0, 0, 1, 0, 0])),
			("no such node", ints("nodes_truenodeids", &[7, 0, 0, 1, 0, 0])),
			("a node twice", ints("nodes_nodeids", &[0, 1, 1, 0, 1, 2])),
			("two roots", ints("nodes_falsenodeids", &[1, 0, 0, 2, 0, 0])),
			("root not first", ints("nodes_nodeids", &[1, 0, 2, 0, 1, 2])),
			("tree in two pieces", ints("nodes_treeids", &[0, 1, 0, 1, 0, 1])),
			("missing flags", ints("nodes_missing_value_tracks_true", &[1])),
			("vote for no leaf", ints("target_nodeids", &[1, 7, 1, 2])),
			("vote for no target", ints("target_ids", &[0, 1, 0, 0])),
			("vote below 0", ints("target_ids", &[0, -1, 0, 0])),
			("two votes, one target", ints("target_nodeids", &[1, 1, 1, 2])),
			("votes' length", list("target_weights", &[1.0; 3])),
			("no targets", int("n_targets", 0)),
			("negative targets", int("n_targets", -1)),
			("more targets than votes", int("n_targets", i64::MAX)),
			("base values", list("base_values", &[1.0; 2])),
			("aggregate", string("aggregate_function", "MEDIAN")),
			("transform", string("post_transform", "softmax")),
		],
	);
	// A circle between two branches, besides a root of their own.
	let circle = good
		.clone()
		.with(texts(
			"nodes_modes",
			&["BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"],
		))
		.with(ints("nodes_truenodeids", &[1, 0, 0, 1, 0, 0]))
		.with(ints("nodes_falsenodeids", &[2, 2, 0, 2, 0, 0]));
	circle.assert_refused("circle");
	let mut wide = good;
	wide.inputs = vec![f32_value("x0", &[2, 1, 1])];
	wide.assert_refused("axes");
	let mut bools = regressor(1);
	bools.inputs = vec![value("x0", DType::Bool, &[2, 1])];
	bools.assert_refused("dtype");
}

#[test]
fn hostile_trees_of_opset_5_are_refused() {
	refused(
		&split(),
		vec![
			("circle", ints("nodes_falseleafs", &[0, 0])),
			("itself", ints("nodes_falsenodeids", &[0, 2])),
			("no such node", ints("nodes_falsenodeids", &[9, 2])),
			("no such leaf", ints("nodes_truenodeids", &[3, 1])),
			("below 0", ints("nodes_truenodeids", &[-1, 1])),
			// The second member of the set makes a branch of number 2, which isn't the file's.
			("no such root", ints("tree_roots", &[2])),
			("no root", ints("tree_roots", &[])),
			("mode", packed("nodes_modes", DType::Uint8, vec![0, 7])),
			("modes' type", packed("nodes_modes", DType::Int8, vec![0, 6])),
			("no set", singles("membership_values", &[f32::NAN, 1.0])),
			("sets' type", doubles("membership_values", &[1.0])),
			("NaN", singles("nodes_splits", &[f32::NAN, 0.0])),
			("splits' type", packed("nodes_splits", DType::Int32, vec![0; 8])),
			("length", ints("nodes_featureids", &[0])),
			("leaves", ints("leaf_targetids", &[0, 1])),
			("target", ints("leaf_targetids", &[0, 1, 2])),
			("too few targets", int("n_targets", 1)),
			("too many targets", int("n_targets", 1025)),
			("aggregate", int("aggregate_function", 4)),
			// onnxruntime and ONNX disagree on their numbers.
			("softmax", int("post_transform", 1)),
			("logistic", int("post_transform", 2)),
		],
	);
	for missing in ["nodes_modes", "nodes_splits", "leaf_weights", "membership_values"] {
		split().without(missing).assert_refused(missing);
	}
}

#[test]
fn a_deep_tree_ends() {
	// 50,000 branches in a row, each with a leaf: no recursion anywhere.
	let depth = 50_000i64;
	let count = 2 * depth + 1;
	let branch = |i: i64| i % 2 == 0 && i < count - 1;
	let choose = |f: fn(i64) -> i64| -> Vec<i64> {
		(0..count).map(|i| if branch(i) { f(i) } else { 0 }).collect()
	};
	let leaves: Vec<i64> = (0..count).filter(|i| !branch(*i)).collect();
	let weights: Vec<f32> = leaves.iter().map(|i| *i as f32).collect();
	let modes: Vec<&str> =
		(0..count).map(|i| if branch(i) { "BRANCH_GT" } else { "LEAF" }).collect();
	let case = regressor(1)
		.with(ints("nodes_treeids", &vec![0; count as usize]))
		.with(ints("nodes_nodeids", &(0..count).collect::<Vec<_>>()))
		.with(ints("nodes_featureids", &vec![0; count as usize]))
		.with(texts("nodes_modes", &modes))
		.with(list("nodes_values", &(0..count).map(|i| i as f32).collect::<Vec<_>>()))
		.with(ints("nodes_truenodeids", &choose(|i| i + 2)))
		.with(ints("nodes_falsenodeids", &choose(|i| i + 1)))
		.with(ints("target_treeids", &vec![0; leaves.len()]))
		.with(ints("target_nodeids", &leaves))
		.with(ints("target_ids", &vec![0; leaves.len()]))
		.with(list("target_weights", &weights));
	let output = case.run(&[f32_tensor(&[2, 1], &[f32::INFINITY, 999.0])]);
	assert_eq!(floats(&output[0]), [100_000.0, 1001.0]);
}
