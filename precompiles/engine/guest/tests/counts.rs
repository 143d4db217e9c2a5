//! Lengths that a run counts: what Compress chooses, of which there may be nothing.

mod common;

use common::{one::*, *};
use opg_engine_abi::{DType, ErrorCode, Tensor};
use tract_onnx::pb::{AttributeProto, ModelProto, TensorProto};

/// A model in which the first input of a node is what Compress chooses of the first argument along an axis,
/// and its inputs, with the choices last.
fn chosen(
	(version, operator): (i64, &str),
	attributes: &[AttributeProto],
	args: &[Arg],
	axis: i64,
	choices: &[u8],
) -> (ModelProto, Vec<Tensor>) {
	let outputs: &[DType] = if operator == "TopK" { &[F, DType::Int64] } else { &[F] };
	let (mut model, mut inputs) = model_of(version, operator, attributes, args, outputs);
	let graph = graph(&mut model);
	graph.node[0].input[0] = "chosen".into();
	let mut compress = node("Compress", &["x0", "choices"], &["chosen"]);
	compress.attribute.push(int("axis", axis));
	graph.node.insert(0, compress);
	let shape = vec![choices.len() as u32];
	graph.input.push(value("choices", DType::Bool, &[choices.len() as i64]));
	inputs.push(Tensor { dtype: DType::Bool, shape, data: choices.to_vec() });
	(model, inputs)
}

/// The same with the sum of the node's output instead of it, whose length may depend on data.
fn summed(
	operator: (i64, &str),
	attributes: &[AttributeProto],
	args: &[Arg],
	axis: i64,
	choices: &[u8],
) -> (ModelProto, Vec<Tensor>) {
	let (mut model, inputs) = chosen(operator, attributes, args, axis, choices);
	let graph = graph(&mut model);
	let mut sum = node("ReduceSum", &["y0"], &["sum"]);
	sum.attribute.push(int("keepdims", 0));
	graph.node.push(sum);
	graph.output = vec![f32_value("sum", &[])];
	(model, inputs)
}

fn result((model, inputs): (ModelProto, Vec<Tensor>)) -> Result<Vec<f32>, ErrorCode> {
	let loaded = load_model(&model).map_err(|refusal| refusal.error.code)?;
	let outputs = run(&loaded, &inputs).map_err(|refusal| refusal.error.code)?;
	Ok(floats(&outputs[0]))
}

const NONE: &[u8] = &[0, 0, 0];
const TWO: &[u8] = &[1, 0, 1];

#[test]
fn reductions_of_nothing_are_what_onnx_says() {
	let x = || Given(f32s(&[2, 3], &[1.0, 9.0, 2.0, 3.0, 9.0, 4.0]));
	for (operator, none, two) in [
		("ReduceL1", 0.0, [3.0, 7.0]),
		("ReduceL2", 0.0, [5f32.sqrt(), 5.0]),
		("ReduceLogSum", f32::NEG_INFINITY, [3f32.ln(), 7f32.ln()]),
		("ReduceMax", f32::NEG_INFINITY, [2.0, 4.0]),
		("ReduceMean", f32::NAN, [1.5, 3.5]),
		("ReduceMin", f32::INFINITY, [1.0, 3.0]),
		("ReduceProd", 1.0, [2.0, 12.0]),
		("ReduceSum", 0.0, [3.0, 7.0]),
		("ReduceSumSquare", 0.0, [5.0, 25.0]),
	] {
		let version = if operator == "ReduceSum" { 11 } else { 17 };
		let by = |choices: &[u8]| {
			let axes = [ints("axes", &[1])];
			result(chosen((version, operator), &axes, &[x()], 1, choices)).unwrap()
		};
		let got = by(NONE);
		assert!(
			got.iter().all(|y| *y == none || y.is_nan() && none.is_nan()),
			"{operator} {got:?}"
		);
		assert_eq!(by(TWO), two, "{operator}");
	}
}

#[test]
fn what_needs_elements_is_an_error_of_the_run_without() {
	let row = || Given(f32s(&[1, 3], &[1.0, 2.0, 3.0]));
	let signal = || Given(f32s(&[1, 1, 3], &[1.0, 2.0, 3.0]));
	let one = || Fixed(f32s(&[1], &[1.0]));
	let pool = || vec![ints("kernel_shape", &[2])];
	for (operator, version, attributes, args, axis, two) in [
		("GlobalAveragePool", 13, vec![], vec![signal()], 2, Ok(2.0)),
		("AveragePool", 11, pool(), vec![signal()], 2, Ok(2.0)),
		("MaxPool", 11, pool(), vec![signal()], 2, Ok(3.0)),
		("Conv", 11, vec![], vec![signal(), Fixed(f32s(&[1, 1, 2], &[1.0; 2]))], 2, Ok(4.0)),
		("TopK", 11, vec![], vec![row(), Fixed(i64s(&[1], &[1]))], 1, Ok(3.0)),
		("LpNormalization", 22, vec![int("p", 1)], vec![row()], 1, Ok(1.0)),
		("LayerNormalization", 17, vec![], vec![row(), one()], 1, Ok(0.0)),
		("MeanVarianceNormalization", 13, vec![ints("axes", &[1])], vec![row()], 1, Ok(0.0)),
		("InstanceNormalization", 17, vec![], vec![signal(), one(), one()], 2, Ok(2.0)),
	] {
		let by = |choices: &[u8]| {
			let operator = (version, operator);
			let y = result(summed(operator, &attributes, &args, axis, choices));
			// Rounded, as the sum of what is normalised is next to 0.
			y.map(|y| (y[0] * 1024.0).round() / 1024.0)
		};
		assert_eq!(by(NONE), Err(FAILED), "{operator}");
		assert_eq!(by(TWO), two, "{operator}");
	}
	for operator in ["ArgMax", "ArgMin"] {
		let by = |choices: &[u8]| {
			let (mut model, inputs) =
				chosen((13, operator), &[int("axis", 1)], &[row()], 1, choices);
			graph(&mut model).output = vec![value("y0", DType::Int64, &[])];
			let outputs = run(&load_model(&model).unwrap(), &inputs);
			outputs.map_err(|refusal| refusal.error.code)
		};
		assert_eq!(by(NONE), Err(FAILED), "{operator}");
		let two = i64s(&[1, 1], &[i64::from(operator == "ArgMax")]);
		assert_eq!(by(TWO), Ok(vec![two]), "{operator}");
	}
}

#[test]
fn nothing_goes_through_other_operators() {
	let row = || Given(f32s(&[3], &[1.0, 2.0, 3.0]));
	for (operator, version, attributes, args, two) in [
		("Softmax", 13, vec![], vec![row()], 1.0),
		("LogSoftmax", 13, vec![], vec![row()], -2.253_856),
		("CumSum", 14, vec![], vec![row(), Fixed(i64s(&[], &[0]))], 5.0),
		("Concat", 13, vec![int("axis", 0)], vec![row(), row()], 10.0),
		("Tile", 13, vec![], vec![row(), Fixed(i64s(&[1], &[2]))], 8.0),
		("Expand", 13, vec![], vec![row(), Fixed(i64s(&[2], &[2, 1]))], 8.0),
		("Add", 14, vec![], vec![row(), Fixed(f32s(&[], &[1.0]))], 6.0),
	] {
		let by = |choices: &[u8]| {
			result(summed((version, operator), &attributes, &args, 0, choices)).unwrap()[0]
		};
		let none = if operator == "Concat" { 6.0 } else { 0.0 };
		assert_eq!(by(NONE), none, "{operator}");
		assert!((by(TWO) - two).abs() < 1e-5, "{operator}: {}", by(TWO));
	}
}

#[test]
fn lengths_are_counted_where_nothing_else_is_asked_for() {
	let x = || Given(f32s(&[3], &[5.0, 0.0, 7.0]));
	for operator in ["Shape", "Size"] {
		let count = |choices: &[u8]| {
			let (mut model, inputs) = chosen((13, operator), &[], &[x()], 0, choices);
			graph(&mut model).output = vec![value("y0", DType::Int64, &[])];
			run(&load_model(&model).unwrap(), &inputs).unwrap()[0].data.clone()
		};
		assert_eq!(count(NONE), 0i64.to_le_bytes(), "{operator}");
		assert_eq!(count(TWO), 2i64.to_le_bytes(), "{operator}");
	}
	// The same of other operators, as a number with which something is calculated.
	for (operator, attributes, output, axis, expected) in [
		("NonZero", vec![], "y0", 1, 2.0),
		("Unique", vec![], "y0", 0, 3.0),
		("Unique", vec![], "y2", 0, 3.0),
	] {
		let outputs = [DType::Int64; 4];
		let count = if operator == "Unique" { 4 } else { 1 };
		let (mut model, inputs) = model_of(13, operator, &attributes, &[x()], &outputs[..count]);
		let graph = graph(&mut model);
		graph.node.push(node("Shape", &[output], &["shape"]));
		graph.node.push(node("Gather", &["shape", "axis"], &["count"]));
		let mut cast = node("Cast", &["count"], &["number"]);
		cast.attribute.push(int("to", 1));
		graph.node.push(cast);
		graph.initializer.push(TensorProto {
			name: "axis".into(),
			data_type: 7,
			int64_data: vec![axis],
			..Default::default()
		});
		graph.output = vec![f32_value("number", &[])];
		let loaded = load_model(&model).unwrap();
		assert_eq!(loaded.signature.outputs.len(), 1);
		assert_eq!(floats(&run(&loaded, &inputs).unwrap()[0]), [expected], "{operator} {output}");
	}
}

/// The sum of a slice of [1, 2, 3, 4] or of what is chosen of them.
fn sliced(start: i64, end: i64, step: i64, choices: &[u8]) -> Result<f32, ErrorCode> {
	let of = |n: i64| Fixed(i64s(&[1], &[n]));
	let x = Given(f32s(&[4], &[1.0, 2.0, 3.0, 4.0]));
	let args = [x, of(start), of(end), of(0), of(step)];
	result(summed((13, "Slice"), &[], &args, 0, choices)).map(|sum| sum[0])
}

#[test]
fn slices_of_a_length_that_is_counted_are_right_or_refused() {
	let bounds = [i64::MIN, i64::MIN + 1, -(1 << 33), -5, -3, -1, 0, 1, 3, 5, 1 << 33, i64::MAX];
	let mut right = 0;
	for choices in [&[1, 1, 1, 1][..], &[0, 1, 1, 0], &[0, 0, 0, 0]] {
		let elements: Vec<f32> = (1u8..)
			.zip(choices)
			.filter(|(_, choice)| **choice == 1)
			.map(|(x, _)| x.into())
			.collect();
		let length = elements.len() as i64;
		for (start, end) in bounds.iter().flat_map(|start| bounds.map(|end| (*start, end))) {
			for step in [1, 2, -1] {
				// As numpy has it.
				let (least, most) = if step > 0 { (0, length) } else { (-1, length - 1) };
				let place = |bound: i64| match bound {
					..0 => bound.saturating_add(length).max(least),
					_ => bound.min(most),
				};
				let (mut at, end_at) = (place(start), place(end));
				let mut expected = 0.0;
				while (step > 0 && at < end_at) || (step < 0 && at > end_at) {
					expected += elements[at as usize];
					at += step;
				}
				match sliced(start, end, step, choices) {
					Ok(sum) => {
						assert_eq!(sum, expected, "{start} {end} {step} of {length}");
						right += 1;
					},
					Err(code) => assert!(code == REFUSED || code == FAILED, "{code:?}"),
				}
			}
		}
	}
	assert!(right > 40, "{right}");
	assert_eq!(sliced(1, i64::MAX, 1, &[1, 1, 1, 1]), Ok(9.0));
	assert_eq!(sliced(-2, i64::MAX, 1, &[1, 0, 1, 1]), Ok(7.0));
	assert_eq!(sliced(1, -1, 1, &[1, 1, 1, 1]), Ok(5.0));
	assert_eq!(sliced(3, 1, 1, &[1, 1, 1, 1]), Err(REFUSED));
	assert_eq!(sliced(0, 4, 1, &[1, 1, 1, 0]), Err(FAILED));
}
