//! Runs the ONNX backend suite's cases natively and prints an outcome for each: a tool for work on
//! operators.
//!
//! `cargo run --example node_cases -- FOLDER [PART OF A NAME]`, where FOLDER holds
//! `test_x/model.onnx` and `test_x/test_data_set_0/{input,output}_k.pb`, as in the wheel of `onnx`.
//!
//! A case that needs the value of an input to know a shape is refused; it then runs a second time
//! with every input but the first, and then with every input, as an initialiser. Such a pass is
//! printed as `baked`.

use codec::Encode;
use opg_engine_abi::{DType, Limits, Refusal, Tensor};
use opg_engine_guest::{dims, load::load, run::run, weights};
use prost::Message;
use std::{
	collections::BTreeMap,
	panic::{catch_unwind, AssertUnwindSafe},
	path::{Path, PathBuf},
};
use tract_onnx::pb::{
	tensor_shape_proto::{dimension::Value, Dimension},
	type_proto::Value as Type,
	ModelProto, TensorProto, TensorShapeProto,
};

/// How a case ends.
enum Outcome {
	Pass,
	Refused(String),
	Failed(String),
	Wrong(String),
	Panic,
}

fn main() {
	let mut args = std::env::args().skip(1);
	let folder = PathBuf::from(args.next().expect("usage: node_cases FOLDER [PART]"));
	let part = args.next().unwrap_or_default();
	let mut cases: Vec<_> =
		std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("readable").path()).collect();
	cases.sort();
	std::panic::set_hook(Box::new(|info| eprintln!("  {info}")));
	let mut counts = BTreeMap::<&str, usize>::new();
	for case in cases {
		let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
		if !name.contains(&part) || !case.join("model.onnx").exists() {
			continue;
		}
		let (word, text) = outcome(&case);
		*counts.entry(word).or_default() += 1;
		println!("{word:8} {name} {text}");
	}
	println!("{counts:?}");
}

fn outcome(case: &Path) -> (&'static str, String) {
	let first = attempt(case, usize::MAX);
	if let Outcome::Refused(why) = &first {
		for kept in [1, 0] {
			match attempt(case, kept) {
				Outcome::Pass => return ("baked", String::new()),
				Outcome::Refused(_) => {},
				Outcome::Failed(why) => return ("failed", why),
				Outcome::Wrong(why) => return ("wrong", format!("baked: {why}")),
				Outcome::Panic => return ("panic", "baked".into()),
			}
		}
		return ("refused", why.clone());
	}
	match first {
		Outcome::Pass => ("pass", String::new()),
		Outcome::Refused(why) => ("refused", why),
		Outcome::Failed(why) => ("failed", why),
		Outcome::Wrong(why) => ("wrong", why),
		Outcome::Panic => ("panic", String::new()),
	}
}

/// One attempt, with inputs from number `kept` on as initialisers.
fn attempt(case: &Path, kept: usize) -> Outcome {
	let bytes = std::fs::read(case.join("model.onnx")).expect("readable");
	let mut model = ModelProto::decode(&*bytes).expect("a model");
	let set = case.join("test_data_set_0");
	let graph = model.graph.as_mut().expect("a graph");
	let mut inputs = Vec::new();
	for (index, info) in graph.input.iter_mut().enumerate() {
		let Ok(bytes) = std::fs::read(set.join(format!("input_{index}.pb"))) else {
			return Outcome::Refused("no input file".into());
		};
		let Ok(mut proto) = TensorProto::decode(&*bytes) else {
			return Outcome::Refused("an input that is no tensor".into());
		};
		let Some(Type::TensorType(declared)) = info.r#type.as_mut().and_then(|t| t.value.as_mut())
		else {
			return Outcome::Refused("an input that is no tensor".into());
		};
		if index >= kept {
			proto.name = info.name.clone();
			graph.initializer.push(proto);
			continue;
		}
		// Symbols are fixed by the client, from the inputs.
		let dim = proto
			.dims
			.iter()
			.map(|n| Dimension { denotation: String::new(), value: Some(Value::DimValue(*n)) });
		declared.shape = Some(TensorShapeProto { dim: dim.collect() });
		match tensor(proto) {
			Ok(tensor) => inputs.push(tensor),
			Err(why) => return Outcome::Refused(why),
		}
	}
	let bytes = model.encode_to_vec();
	let text = |refusal: Refusal| format!("{} {}", refusal.error, refusal.node());
	let Ok(loaded) = catch_unwind(AssertUnwindSafe(|| load(Limits::V1, bytes))) else {
		return Outcome::Panic;
	};
	let loaded = match loaded {
		Ok(loaded) => loaded,
		Err(refusal) => return Outcome::Refused(text(refusal)),
	};
	let Ok(outputs) = catch_unwind(AssertUnwindSafe(|| run(&loaded, &inputs.encode()))) else {
		return Outcome::Panic;
	};
	let outputs = match outputs {
		Ok(outputs) => outputs,
		Err(refusal) => return Outcome::Failed(text(refusal)),
	};
	for (index, got) in outputs.iter().enumerate() {
		let bytes = std::fs::read(set.join(format!("output_{index}.pb"))).expect("readable");
		let want = match TensorProto::decode(&*bytes).map_err(|e| e.to_string()).and_then(tensor) {
			Ok(want) => want,
			Err(why) => return Outcome::Wrong(format!("output {index}: {why}")),
		};
		if (got.dtype, &got.shape) != (want.dtype, &want.shape) {
			let (a, b) = ((got.dtype, &got.shape), (want.dtype, &want.shape));
			return Outcome::Wrong(format!("output {index}: {a:?} for {b:?}"));
		}
		for (at, (a, b)) in numbers(got).iter().zip(numbers(&want)).enumerate() {
			// The suite's own tolerance (onnx.backend.test.runner: rtol 1e-3, atol 1e-7).
			let close = (a - b).abs() <= 1e-7 + 1e-3 * b.abs();
			if !(close || *a == b || a.is_nan() && b.is_nan()) {
				return Outcome::Wrong(format!("output {index}[{at}]: {a} for {b}"));
			}
		}
	}
	Outcome::Pass
}

fn tensor(mut proto: TensorProto) -> Result<Tensor, String> {
	let text = |refusal: Refusal| format!("{} data", refusal.error);
	weights::check(&proto, "data", &Limits::V1).map_err(text)?;
	let dtype = dims::dtype(proto.data_type as u64, "data").map_err(text)?;
	weights::move_unsigned(&mut proto);
	let mut data = proto.raw_data;
	if data.is_empty() {
		data = match dtype {
			DType::Float32 => proto.float_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
			DType::Float64 => proto.double_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
			DType::Int64 => proto.int64_data.iter().flat_map(|x| x.to_le_bytes()).collect(),
			_ => {
				let size = dtype.size();
				proto.int32_data.iter().flat_map(|x| x.to_le_bytes()[..size].to_vec()).collect()
			},
		};
	}
	Ok(Tensor { dtype, shape: proto.dims.iter().map(|n| *n as u32).collect(), data })
}

fn numbers(tensor: &Tensor) -> Vec<f64> {
	let value = |b: &[u8]| {
		let n = |signed: bool| {
			let mut wide = [if signed && b[b.len() - 1] & 0x80 != 0 { 0xff } else { 0 }; 8];
			wide[..b.len()].copy_from_slice(b);
			i64::from_le_bytes(wide)
		};
		match tensor.dtype {
			DType::Float32 => f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
			DType::Float64 => f64::from_bits(n(false) as u64),
			DType::Float16 => half(n(false) as u16),
			DType::Int8 | DType::Int16 | DType::Int32 | DType::Int64 => n(true) as f64,
			_ => n(false) as u64 as f64,
		}
	};
	tensor.data.chunks(tensor.dtype.size()).map(value).collect()
}

/// binary16 to binary64.
fn half(bits: u16) -> f64 {
	let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
	let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
	match exponent {
		0 => sign * mantissa * 2f64.powi(-24),
		31 if mantissa == 0.0 => sign * f64::INFINITY,
		31 => f64::NAN,
		_ => sign * (1.0 + mantissa / 1024.0) * 2f64.powi(exponent - 15),
	}
}
