//! Operators that go step by step.

mod common;

use common::{ml::assert_close, one::*, *};
use opg_engine_abi::{DType, Tensor};
use tract_onnx::pb::GraphProto;

#[test]
fn recurrences_are_as_their_attributes_say() {
	let tensor =
		|dims: &[u32]| Given(f32s(dims, &vec![0.5; dims.iter().product::<u32>() as usize]));
	for (operator, gates) in [("RNN", 1), ("GRU", 3), ("LSTM", 4)] {
		let args = |input: u32, directions: u32| {
			let weights = tensor(&[directions, gates * 2, 3]);
			[tensor(&[4, 1, input]), weights, tensor(&[directions, gates * 2, 2])]
		};
		let hidden = |size: i64| int("hidden_size", size);
		let direction = |way: &str| string("direction", way);
		assert!(apply(14, operator, &[hidden(2)], &args(3, 1), &[F]).is_ok(), "{operator}");
		let both = [hidden(2), direction("bidirectional")];
		assert!(apply(14, operator, &both, &args(3, 2), &[F]).is_ok(), "{operator}");
		for (attributes, args) in [
			(vec![hidden(3)], args(3, 1)),
			(vec![hidden(2)], args(2, 1)),
			(vec![hidden(2)], args(3, 2)),
			(both.to_vec(), args(3, 1)),
		] {
			assert_eq!(
				fault(14, operator, &attributes, &args),
				REFUSED,
				"{operator} {attributes:?}"
			);
		}
		let reverse = [hidden(2), direction("reverse")];
		assert_eq!(fault(14, operator, &reverse, &args(3, 2)), REFUSED, "{operator}");
	}
}

/// Elements that are all different.
fn distinct(shape: &[u32]) -> Tensor {
	let count = shape.iter().product::<u32>();
	f32s(shape, &(0..count).map(|i| (i as f32 * 0.7).sin()).collect::<Vec<_>>())
}

/// The second half along an axis of length 2.
fn second(tensor: &Tensor, axis: usize) -> Vec<f32> {
	assert_eq!(tensor.shape[axis], 2);
	let after: usize = tensor.shape[axis + 1..].iter().map(|dim| *dim as usize).product();
	let halves = floats(tensor);
	halves.chunks(after).skip(1).step_by(2).flatten().copied().collect()
}

#[test]
fn reverse_is_the_second_of_both_directions() {
	let direction = |way: &str| [int("hidden_size", 2), string("direction", way)];
	for (operator, gates) in [("RNN", 1), ("GRU", 3), ("LSTM", 4)] {
		let x = distinct(&[4, 3, 5]);
		let (w, r) = (distinct(&[2, gates * 2, 5]), distinct(&[2, gates * 2, 2]));
		let both = [Given(x.clone()), Fixed(w.clone()), Fixed(r.clone())];
		let both = apply(14, operator, &direction("bidirectional"), &both, &[F, F]).unwrap();
		let half = |tensor: &Tensor| {
			let shape = [1, tensor.shape[1], tensor.shape[2]];
			f32s(&shape, &second(tensor, 0))
		};
		for x in [Given(x.clone()), Fixed(x)] {
			let args = [x, Fixed(half(&w)), Fixed(half(&r))];
			let y = apply(14, operator, &direction("reverse"), &args, &[F, F]).unwrap();
			assert_eq!((&y[0].shape[..], &y[1].shape[..]), (&[4, 1, 3, 2][..], &[1, 3, 2][..]));
			assert_eq!(floats(&y[0]), second(&both[0], 1), "{operator}");
			assert_eq!(floats(&y[1]), second(&both[1], 0), "{operator}");
			let forward = apply(14, operator, &direction("forward"), &args, &[F, F]).unwrap();
			assert_ne!(forward, y, "{operator}");
		}
	}
}

#[test]
fn steps_may_be_the_second_axis() {
	// One sequence: batch first or steps first are the same elements in another shape.
	let attributes = [int("hidden_size", 2), string("direction", "reverse")];
	let batch_first = [&attributes[..], &[int("layout", 1)]].concat();
	let args = |x: &[u32]| {
		let x = Tensor { shape: x.to_vec(), ..distinct(&[4, 1, 3]) };
		[Given(x), Fixed(distinct(&[1, 6, 3])), Fixed(distinct(&[1, 6, 2]))]
	};
	let expected = apply(14, "GRU", &attributes, &args(&[4, 1, 3]), &[F, F]).unwrap();
	let y = apply(14, "GRU", &batch_first, &args(&[1, 4, 3]), &[F, F]).unwrap();
	assert_eq!(y[0].shape, [1, 4, 1, 2]);
	assert_eq!((&y[0].data, &y[1].data), (&expected[0].data, &expected[1].data));
}

#[test]
fn the_last_step_alone_is_in_reverse_as_well() {
	let direction = |way: &str| [int("hidden_size", 2), string("direction", way)];
	let args =
		|| [Given(distinct(&[4, 1, 3])), Fixed(distinct(&[1, 6, 3])), Fixed(distinct(&[1, 6, 2]))];
	let whole = apply(14, "GRU", &direction("reverse"), &args(), &[F, F]).unwrap();
	let (mut model, inputs) = model_of(14, "GRU", &direction("reverse"), &args(), &[F, F]);
	graph(&mut model).node[0].output[0].clear();
	graph(&mut model).output.remove(0);
	assert_eq!(run(&load_model(&model).unwrap(), &inputs).unwrap(), whole[1..]);
}

#[test]
fn slices_have_the_axes_along_which_they_are_cut_and_collected() {
	let scan = |cut: i64, collected: i64| {
		let body = GraphProto {
			name: "body".into(),
			node: vec![node("Identity", &["slice"], &["copy"])],
			input: vec![value("slice", F, &[2])],
			output: vec![value("copy", F, &[2])],
			..Default::default()
		};
		let attributes = [
			subgraph("body", body),
			int("num_scan_inputs", 1),
			ints("scan_input_axes", &[cut]),
			ints("scan_output_axes", &[collected]),
		];
		let x = Given(f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]));
		apply(9, "Scan", &attributes, &[x], &[F])
			.map(|y| floats(&y[0]))
			.map_err(|refusal| refusal.error.code)
	};
	let (same, turned) = (vec![1.0, 2.0, 3.0, 4.0], vec![1.0, 3.0, 2.0, 4.0]);
	for (cut, collected, expected) in
		[(0, 0, &same), (1, 1, &same), (0, 1, &turned), (1, 0, &turned), (-1, -2, &turned)]
	{
		assert_eq!(scan(cut, collected).as_ref(), Ok(expected), "{cut} {collected}");
	}
	for (cut, collected) in [(0, 2), (0, 3), (0, -3), (2, 0), (3, 0), (-3, 0)] {
		assert_eq!(scan(cut, collected), Err(REFUSED), "{cut} {collected}");
	}
}

#[test]
fn last_cells_are_given_for_batches() {
	let (steps, batch, input, hidden) = (3, 2, 2, 2);
	let numbers = |count: u32, scale: f32| -> Vec<f32> {
		(0..count).map(|n| ((n * 7 % 11) as f32 - 5.0) * scale).collect()
	};
	let x = numbers(steps * batch * input, 0.1);
	let (w, r) = (numbers(4 * hidden * input, 0.05), numbers(4 * hidden * hidden, 0.07));
	let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
	// As ONNX has it, with gates in the order i, o, f, c.
	let expected = |h0: &[f32], c0: &[f32]| {
		let (mut h, mut c) = (h0.to_vec(), c0.to_vec());
		for step in 0..steps {
			let before = h.clone();
			for b in 0..batch {
				let gate = |gate: u32, unit: u32| -> f32 {
					let row = gate * hidden + unit;
					let of_x = |n| x[((step * batch + b) * input + n) as usize];
					let from_x = (0..input).map(|n| of_x(n) * w[(row * input + n) as usize]);
					let of_h = |n| before[(b * hidden + n) as usize];
					let from_h = (0..hidden).map(|n| of_h(n) * r[(row * hidden + n) as usize]);
					from_x.chain(from_h).sum()
				};
				for unit in 0..hidden {
					let at = (b * hidden + unit) as usize;
					let (i, o, f) = (gate(0, unit), gate(1, unit), gate(2, unit));
					c[at] = sigmoid(f) * c[at] + sigmoid(i) * gate(3, unit).tanh();
					h[at] = sigmoid(o) * c[at].tanh();
				}
			}
		}
		(h, c)
	};
	let state = [1, batch, hidden];
	let count = (batch * hidden) as usize;
	let some = numbers(batch * hidden, 0.2);
	for (h0, c0) in [
		(None, None),
		(Some(vec![0.0; count]), Some(vec![0.0; count])),
		(Some(some.clone()), Some(some)),
	] {
		let mut args = vec![
			Given(f32s(&[steps, batch, input], &x)),
			Fixed(f32s(&[1, 4 * hidden, input], &w)),
			Fixed(f32s(&[1, 4 * hidden, hidden], &r)),
		];
		if let (Some(h0), Some(c0)) = (&h0, &c0) {
			args.push(Fixed(f32s(&[1, 8 * hidden], &[0.0; 16])));
			args.push(Fixed(integers(DType::Int32, &[batch], &[i64::from(steps); 2])));
			args.push(Fixed(f32s(&state, h0)));
			args.push(Fixed(f32s(&state, c0)));
		}
		let attributes = [int("hidden_size", hidden.into())];
		let (mut model, inputs) = model_of(14, "LSTM", &attributes, &args, &[F, F, F]);
		// States come after the lengths of sequences, which are left out.
		if let Some(lengths) = graph(&mut model).node[0].input.get_mut(4) {
			lengths.clear();
		}
		for outputs in [&[1usize, 2][..], &[0, 2], &[2], &[0, 1, 2]] {
			let mut model = model.clone();
			let graph = graph(&mut model);
			for (at, name) in graph.node[0].output.iter_mut().enumerate() {
				if !outputs.contains(&at) {
					name.clear();
				}
			}
			graph.output = outputs.iter().map(|at| f32_value(&format!("y{at}"), &[])).collect();
			let y = run(&load_model(&model).unwrap(), &inputs).unwrap();
			let zeros = vec![0.0; count];
			let (h, c) = expected(h0.as_ref().unwrap_or(&zeros), c0.as_ref().unwrap_or(&zeros));
			for (at, y) in outputs.iter().zip(&y) {
				match at {
					0 => assert_close(
						&f32s(&[batch, hidden], &floats(y)[floats(y).len() - count..]),
						&h,
					),
					1 => assert_close(y, &h),
					_ => assert_close(y, &c),
				}
			}
		}
	}
}
