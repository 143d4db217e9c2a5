//! Times native tract on the models of generate.py: one thread, best of several runs. Prints JSON.
//!
//! Usage: opg-bench-native-tract FOLDER [SECONDS]

use std::{
	error::Error,
	fs,
	panic::catch_unwind,
	path::Path,
	time::{Duration, Instant},
};
use tract_onnx::prelude::*;

/// Runs of one model, at most.
const MAX_RUNS: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
	let mut args = std::env::args().skip(1);
	let folder = args.next().ok_or("usage: opg-bench-native-tract FOLDER [SECONDS]")?;
	let seconds: f64 = args.next().map_or(Ok(1.0), |s| s.parse())?;
	let mut results = serde_json::Map::new();
	let mut files: Vec<_> =
		fs::read_dir(&folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
	files.sort();
	for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "onnx")) {
		let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
		// tract may lack an operator, or panic at one: that is a result, too.
		let timed = catch_unwind(|| time(file, seconds).map_err(|e| e.to_string()))
			.unwrap_or_else(|_| Err("it panicked".into()));
		results.insert(name, timed.unwrap_or_else(|error| serde_json::json!({ "error": error })));
	}
	println!("{}", serde_json::Value::from(results));
	Ok(())
}

fn time(file: &Path, seconds: f64) -> Result<serde_json::Value, Box<dyn Error>> {
	let bytes = fs::read(file)?;
	let load = || -> TractResult<_> {
		tract_onnx::onnx().model_for_read(&mut &bytes[..])?.into_optimized()?.into_runnable()
	};
	let model = load()?;
	let (load_ms, _) = best(Duration::ZERO, load)?;
	let mut paths: Vec<_> = fs::read_dir(file.with_extension("inputs"))?
		.map(|e| e.map(|e| e.path()))
		.collect::<Result<_, _>>()?;
	paths.sort();
	let inputs = paths.iter().map(|p| read_npy(p)).collect::<Result<TVec<TValue>, _>>()?;
	let (run_ms, _) = best(Duration::from_secs_f64(seconds), || model.run(inputs.clone()))?;
	Ok(serde_json::json!({ "load_ms": load_ms, "run_ms": run_ms }))
}

/// The shortest of as many runs as fit, three at least, in milliseconds.
fn best<T>(time: Duration, mut work: impl FnMut() -> TractResult<T>) -> TractResult<(f64, usize)> {
	let end = Instant::now() + time;
	let (mut shortest, mut runs) = (f64::INFINITY, 0);
	while runs < 3 || (Instant::now() < end && runs < MAX_RUNS) {
		let start = Instant::now();
		work()?;
		shortest = shortest.min(start.elapsed().as_secs_f64() * 1e3);
		runs += 1;
	}
	Ok((shortest, runs))
}

/// A `.npy` file of version 1 with float32, int32 or int64 data.
fn read_npy(path: &Path) -> Result<TValue, Box<dyn Error>> {
	let bytes = fs::read(path)?;
	let len = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
	let header = std::str::from_utf8(&bytes[10..10 + len])?;
	let data = &bytes[10 + len..];
	let shape = header
		.split_once("'shape': (")
		.and_then(|(_, rest)| rest.split_once(')'))
		.ok_or("a .npy file without a shape")?
		.0
		.split(',')
		.filter_map(|n| n.trim().parse().ok())
		.collect::<Vec<usize>>();
	let dtype = if header.contains("'<f4'") {
		f32::datum_type()
	} else if header.contains("'<i4'") {
		i32::datum_type()
	} else if header.contains("'<i8'") {
		i64::datum_type()
	} else {
		return Err(format!("{}: unsupported dtype", path.display()).into());
	};
	// SAFETY: these types take any bit pattern, and `from_raw_dt` checks the length.
	Ok(unsafe { Tensor::from_raw_dt(dtype, &shape, data)? }.into())
}
