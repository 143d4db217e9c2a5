//! Linear models and support vector machines, against values computed by hand.

mod common;

use common::{ml::*, *};
use opg_engine_abi::{DType, ErrorCode};

const F32: DType = DType::Float32;

fn regressor(targets: i64) -> Case {
	let weights = [0.25, 0.5, -1.0, 2.0];
	let intercepts = [0.5, -0.5];
	let count = targets as usize;
	Case::new(
		"LinearRegressor",
		(F32, &[2, 2]),
		&[
			int("targets", targets),
			list("coefficients", &weights[..2 * count]),
			list("intercepts", &intercepts[..count]),
		],
	)
}

#[test]
fn linear_regressor_sums() {
	let x = f32_tensor(&[2, 2], &[1.0, 2.0, -1.0, 0.5]);
	let output = &regressor(2).run(std::slice::from_ref(&x))[0];
	assert_eq!(output.shape, [2, 2]);
	assert_eq!(floats(output), [1.75, 2.5, 0.5, 1.5]);
	let output = regressor(1).without("intercepts").run(std::slice::from_ref(&x));
	assert_eq!(floats(&output[0]), [1.25, 0.0]);
	// Two targets are transformed; one stays, as in onnxruntime.
	let logistic = string("post_transform", "LOGISTIC");
	let output = regressor(2).with(logistic.clone()).run(std::slice::from_ref(&x));
	assert_close(&output[0], &[0.851_952_8, 0.924_141_8, 0.622_459_3, 0.817_574_5]);
	assert_eq!(floats(&regressor(1).with(logistic).run(&[x])[0]), [1.75, 0.5]);
}

#[test]
fn linear_regressor_refuses_what_doesnt_fit() {
	let good = regressor(2);
	good.clone().with(int("targets", 3)).assert_refused("targets");
	for targets in [0, -1, i64::MAX] {
		good.clone().with(int("targets", targets)).assert_refused("targets");
	}
	good.clone().without("coefficients").assert_refused("no coefficients");
	good.clone().with(list("coefficients", &[1.0; 6])).assert_refused("features");
	good.clone().with(list("intercepts", &[1.0])).assert_refused("intercepts");
	good.clone().with(string("post_transform", "TANH")).assert_refused("transform");
}

fn classifier(labels: &[i64], intercepts: &[f32]) -> Case {
	let weights = [0.25, 0.5, -1.0, 2.0, 1.0, 1.0];
	Case::new(
		"LinearClassifier",
		(F32, &[2, 2]),
		&[
			ints("classlabels_ints", labels),
			list("coefficients", &weights[..2 * intercepts.len().max(1)]),
			list("intercepts", intercepts),
		],
	)
	.classifier()
}

#[test]
fn linear_classifier_takes_the_largest() {
	let x = f32_tensor(&[2, 2], &[1.0, 2.0, -1.0, 0.5]);
	let run = |case: &Case| {
		let outputs = case.run(std::slice::from_ref(&x));
		(longs(&outputs[0]), outputs[1].clone())
	};
	let three = classifier(&[7, 3, 5], &[0.5, -0.5, 0.0]);
	let (labels, scores) = run(&three);
	assert_eq!((labels, &scores.shape[..]), (vec![5, 3], &[2, 3][..]));
	assert_eq!(floats(&scores), [1.75, 2.5, 3.0, 0.5, 1.5, -0.5]);
	let (labels, scores) = run(&three.clone().with(string("post_transform", "SOFTMAX")));
	assert_eq!(labels, [5, 3]);
	let sums: Vec<f32> = floats(&scores).chunks(3).map(|row| row.iter().sum()).collect();
	assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-6), "{sums:?}");
	// A tie goes to the first; without intercepts there is a model for each label.
	let zero = three.with(list("coefficients", &[0.0; 6])).without("intercepts");
	assert_eq!(run(&zero).0, [7, 7]);
}

#[test]
fn linear_classifier_has_one_model_for_two_classes() {
	let x = f32_tensor(&[2, 2], &[1.0, 2.0, -1.0, 0.5]);
	let one = classifier(&[7, 3], &[-0.5]);
	// The raw score decides; scores are 1 − s and s, or probabilities.
	let outputs = one.run(std::slice::from_ref(&x));
	assert_eq!(longs(&outputs[0]), [3, 7]);
	assert_eq!(floats(&outputs[1]), [0.25, 0.75, 1.5, -0.5]);
	let outputs = one.clone().with(string("post_transform", "LOGISTIC")).run(&[x]);
	assert_close(&outputs[1], &[0.320_821_3, 0.679_178_7, 0.622_459_3, 0.377_540_7]);
	one.clone().with(string("post_transform", "PROBIT")).assert_refused("half a probit");
	classifier(&[7, 3, 5], &[-0.5]).assert_refused("three labels, one model");
	classifier(&[7], &[-0.5]).assert_refused("one label");
	one.clone().without("classlabels_ints").assert_refused("no label");
	one.with(list("coefficients", &[1.0])).assert_refused("features");
	// Both outputs are needed.
	let mut half = classifier(&[7, 3], &[-0.5]);
	half.node.output = vec![String::new(), "y1".into()];
	let mut m = half.model();
	graph(&mut m).output.remove(0);
	assert_eq!(refusal(&m).0, ErrorCode::AnalysisFailed);
}

/// Two support vectors, (1, 0) and (½, ½); coefficients ½ and −0.3; ρ = 0.1.
fn svm_regressor(kernel: &str) -> Case {
	Case::new(
		"SVMRegressor",
		(F32, &[3, 2]),
		&[
			string("kernel_type", kernel),
			list("kernel_params", &[0.5, 0.25, 3.0]),
			int("n_supports", 2),
			list("support_vectors", &[1.0, 0.0, 0.5, 0.5]),
			list("coefficients", &[0.5, -0.3]),
			list("rho", &[0.1]),
		],
	)
}

#[test]
fn svm_regressor_knows_four_kernels() {
	let x = f32_tensor(&[3, 2], &[1.0, 2.0, -1.0, 0.5, 0.0, 0.0]);
	for (kernel, want) in [
		("LINEAR", [0.15, -0.325, 0.1]),
		("POLY", [0.010_937_5, 0.091_601_56, 0.103_125]),
		("RBF", [0.081_716_19, 0.062_320_74, 0.169_625_1]),
		("SIGMOID", [0.189_096_2, -0.059_765_23, 0.148_983_7]),
	] {
		let output = &svm_regressor(kernel).run(std::slice::from_ref(&x))[0];
		assert_eq!(output.shape, [3, 1]);
		assert_close(output, &want);
	}
	let one_class = svm_regressor("LINEAR").with(int("one_class", 1));
	assert_eq!(floats(&one_class.run(std::slice::from_ref(&x))[0]), [1.0, -1.0, 1.0]);
	let linear = svm_regressor("RBF").with(int("n_supports", 0));
	assert_close(&linear.run(&[x])[0], &[0.0, -0.55, 0.1]);
}

#[test]
fn svm_regressor_refuses_what_doesnt_fit() {
	let good = svm_regressor("RBF");
	for supports in [-1, 1, 3, i64::MAX] {
		good.clone().with(int("n_supports", supports)).assert_refused("supports");
	}
	good.clone().with(list("coefficients", &[])).assert_refused("coefficients");
	good.clone().with(list("support_vectors", &[1.0; 6])).assert_refused("features");
	good.clone().with(list("support_vectors", &[])).assert_refused("vectors");
	good.clone().with(list("kernel_params", &[1.0])).assert_refused("parameters");
	good.clone().without("rho").assert_refused("rho");
	svm_regressor("COSINE").assert_refused("kernel");
}

/// Three classes, one support vector each: the unit vectors of three axes, and a linear kernel.
fn svm_classifier() -> Case {
	Case::new(
		"SVMClassifier",
		(F32, &[1, 3]),
		&[
			string("kernel_type", "LINEAR"),
			list("support_vectors", &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]),
			ints("vectors_per_class", &[1, 1, 1]),
			// Against the next class, and the one after it.
			list("coefficients", &[1.0, -1.0, -2.0, 3.0, 4.0, -5.0]),
			list("rho", &[0.0, 0.0, 0.5]),
			ints("classlabels_ints", &[10, 20, 30]),
		],
	)
	.classifier()
}

#[test]
fn svm_classes_vote() {
	let run = |x: [f32; 3]| {
		let outputs = svm_classifier().run(&[f32_tensor(&[1, 3], &x)]);
		(longs(&outputs[0]), floats(&outputs[1]))
	};
	// Kernels are x. Scores: x₀ − x₁, 3x₀ − 2x₂, 4x₁ − 5x₂ + ½.
	assert_eq!(run([1.0, 0.0, 0.0]), (vec![10], vec![1.0, 3.0, 0.5]));
	assert_eq!(run([0.0, 1.0, 0.0]), (vec![20], vec![-1.0, 0.0, 4.5]));
	assert_eq!(run([0.0, 0.0, 1.0]), (vec![30], vec![0.0, -2.0, -4.5]));
}

#[test]
fn svm_probabilities_add_up_to_one() {
	let proba = svm_classifier().with(list("prob_a", &[-1.0; 3])).with(list("prob_b", &[0.0; 3]));
	let outputs = proba.run(&[f32_tensor(&[1, 3], &[1.0, 0.0, 0.0])]);
	let p = floats(&outputs[1]);
	assert_eq!((longs(&outputs[0]), p.len()), (vec![10], 3));
	assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-5 && p[0] > p[1] && p[1] > p[2], "{p:?}");
	// No number: classes are even, and nothing is NaN.
	let outputs = proba.run(&[f32_tensor(&[1, 3], &[f32::NAN; 3])]);
	assert_close(&outputs[1], &[1.0 / 3.0; 3]);
}

#[test]
fn svm_has_one_model_for_two_classes() {
	let two = Case::new(
		"SVMClassifier",
		(F32, &[2, 1]),
		&[
			list("support_vectors", &[1.0, -1.0]),
			ints("vectors_per_class", &[1, 1]),
			list("coefficients", &[0.5, -0.5]),
			list("rho", &[-0.25]),
			ints("classlabels_ints", &[10, 20]),
		],
	)
	.classifier();
	let x = f32_tensor(&[2, 1], &[1.0, 0.0]);
	let outputs = two.run(std::slice::from_ref(&x));
	assert_eq!(longs(&outputs[0]), [10, 20]);
	assert_eq!(floats(&outputs[1]), [-0.75, 0.75, 0.25, -0.25]);
	let outputs = two.clone().with(string("post_transform", "LOGISTIC")).run(&[x]);
	assert_close(&outputs[1], &[0.320_821_3, 0.679_178_7, 0.562_176_5, 0.437_823_5]);
	two.with(string("post_transform", "PROBIT")).assert_refused("half a probit");
}

#[test]
fn svm_may_be_linear() {
	let linear = |coefficients: &[f32]| {
		Case::new(
			"SVMClassifier",
			(F32, &[1, 2]),
			&[
				list("coefficients", coefficients),
				list("rho", &[0.25]),
				ints("classlabels_ints", &[10, 20, 30][..coefficients.len() / 2]),
			],
		)
		.classifier()
	};
	let x = f32_tensor(&[1, 2], &[1.0, 2.0]);
	let outputs = linear(&[1.0, 0.0, 0.0, 1.0, -1.0, 0.0]).run(std::slice::from_ref(&x));
	assert_eq!((longs(&outputs[0]), floats(&outputs[1])), (vec![20], vec![1.25, 2.25, -0.75]));
	// Two classes: any positive score means the second.
	let outputs = linear(&[2.0, 0.0, 0.0, -1.0]).run(&[x]);
	assert_eq!((longs(&outputs[0]), floats(&outputs[1])), (vec![20], vec![2.25, -1.75]));
	linear(&[1.0, 0.0, 0.0, 1.0]).with(list("prob_a", &[1.0])).assert_refused("prob_a");
	linear(&[1.0, 0.0, 0.0, 1.0]).without("rho").assert_refused("rho");
}

#[test]
fn svm_classifier_refuses_what_doesnt_fit() {
	let good = svm_classifier();
	for counts in [&[1i64, 1][..], &[1, 1, 2], &[-1, 1, 3], &[i64::MAX, i64::MAX, 1]] {
		good.clone().with(ints("vectors_per_class", counts)).assert_refused("counts");
	}
	for (name, length) in [("coefficients", 5), ("rho", 2), ("support_vectors", 10), ("prob_a", 3)]
	{
		good.clone().with(list(name, &vec![1.0; length])).assert_refused(name);
	}
	good.clone().with(ints("classlabels_ints", &[1, 2])).assert_refused("labels");
	let wrong = good.with(list("support_vectors", &[1.0; 6]));
	wrong.with(list("kernel_params", &[])).assert_refused("features");
}

#[test]
fn wrong_dtypes_and_shapes_are_refused() {
	for case in [regressor(2), classifier(&[1, 2], &[0.0]), svm_regressor("RBF"), svm_classifier()]
	{
		for (dtype, shape) in
			[(DType::Bool, &[2i64, 2][..]), (F32, &[2, 9]), (F32, &[1, 2, 2]), (F32, &[])]
		{
			let mut bad = case.clone();
			bad.inputs = vec![value("x0", dtype, shape)];
			bad.assert_refused(&format!("{} {dtype:?} {shape:?}", case.node.op_type));
		}
	}
}
