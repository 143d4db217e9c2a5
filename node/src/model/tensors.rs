//! Tensors on the command line: `--input NAME=FILE.npy`, files for outputs, and the JSON form.

use super::{failure::Failure, output};
use opg_engine_abi::{DType, ErrorCode, Tensor, TensorSpec};
use opg_engine_host::npy;
use serde_json::{json, Value};
use std::{
	collections::BTreeSet,
	path::{Path, PathBuf},
};

/// Bytes of a `.npy` file that are read at most: the inputs' limit of 1 MiB and its header.
const MAX_NPY_BYTES: u64 = 2 * 1024 * 1024;

/// Reads a file that mustn't be longer than `max` bytes. Its length is looked at first, and what
/// grows meanwhile is cut.
pub fn read_file(path: &Path, max: u64, too_large: ErrorCode) -> Result<Vec<u8>, Failure> {
	use std::io::Read;
	let fail = |error: std::io::Error| Failure::file(path, "read", &error);
	let file = std::fs::File::open(path).map_err(fail)?;
	let meta = file.metadata().map_err(fail)?;
	let refuse = |len: u64| {
		Failure::refused(too_large, format!("{}(bytes={len},max={max})", too_large.name()))
			.at(path.display())
	};
	if meta.is_dir() {
		return Err(fail(std::io::Error::other("it is a folder")));
	}
	if meta.len() > max {
		return Err(refuse(meta.len()));
	}
	let mut bytes = Vec::new();
	file.take(max.saturating_add(1)).read_to_end(&mut bytes).map_err(fail)?;
	let len = bytes.len() as u64;
	if len > max {
		return Err(refuse(len));
	}
	Ok(bytes)
}

/// Writes a file.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
	std::fs::write(path, bytes).map_err(|error| Failure::file(path, "write", &error))
}

/// Reads the `--input` arguments for inputs with these names. One may leave its name out.
/// The tensors come back in the order of the names.
pub fn read_inputs(arguments: &[String], names: &[String]) -> Result<Vec<Tensor>, Failure> {
	let mut given: Vec<Option<Tensor>> = vec![None; names.len()];
	let mut nameless = None;
	for argument in arguments {
		let (name, path) = split_argument(argument, names)?;
		let tensor = read_npy(&path)?;
		match name {
			None if nameless.is_some() => {
				return Err(Failure::new(
					"Usage",
					"only one input may leave its name out",
					format!("write --input NAME=FILE.npy with {}", list(names)),
				))
			},
			None => nameless = Some(tensor),
			Some(name) => {
				let slot = names.iter().position(|n| *n == name).and_then(|i| given.get_mut(i));
				match slot {
					Some(slot @ None) => *slot = Some(tensor),
					Some(Some(_)) => {
						return Err(Failure::new(
							"Usage",
							format!("input `{name}` is given twice"),
							"give each input one file",
						))
					},
					None => return Err(unknown_input(&name, names)),
				}
			},
		}
	}
	if let Some(tensor) = nameless {
		match given.iter_mut().find(|slot| slot.is_none()) {
			Some(slot) => *slot = Some(tensor),
			None => return Err(count(names, arguments.len())),
		}
	}
	given.into_iter().collect::<Option<Vec<_>>>().ok_or_else(|| count(names, arguments.len()))
}

fn split_argument(argument: &str, names: &[String]) -> Result<(Option<String>, PathBuf), Failure> {
	// The longest matching name wins: names may hold an equals sign, and so may paths.
	let named = names
		.iter()
		.filter_map(|name| Some((name, argument.strip_prefix(name.as_str())?.strip_prefix('=')?)))
		.max_by_key(|(name, _)| name.len());
	match (named, argument.split_once('=')) {
		(Some((name, path)), _) => Ok((Some(name.clone()), path.into())),
		(None, Some((name, _))) if !Path::new(argument).exists() => Err(unknown_input(name, names)),
		_ => Ok((None, argument.into())),
	}
}

fn unknown_input(name: &str, names: &[String]) -> Failure {
	Failure::new(
		"UnknownInput",
		format!("the model has no input `{name}`"),
		format!("its inputs are {}", list(names)),
	)
}

fn count(names: &[String], got: usize) -> Failure {
	Failure::refused(
		ErrorCode::WrongInputCount,
		format!(
			"WrongInputCount(expected={},got={got}): the inputs are {}",
			names.len(),
			list(names)
		),
	)
}

fn list(names: &[String]) -> String {
	names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}

/// Reads one `.npy` file.
pub fn read_npy(path: &Path) -> Result<Tensor, Failure> {
	let bytes = read_file(path, MAX_NPY_BYTES, ErrorCode::TensorTooLarge)?;
	npy::read(&bytes).map_err(|error| {
		let hint = error.hint();
		Failure::new("Npy", error, hint).at(path.display())
	})
}

/// Names of a signature's inputs or outputs as text.
pub fn names(specs: &[TensorSpec]) -> Vec<String> {
	specs.iter().map(|spec| String::from_utf8_lossy(&spec.name).into_owned()).collect()
}

/// Checks inputs against a signature before they are sent, with names in place of positions.
pub fn check_inputs(tensors: &[Tensor], specs: &[TensorSpec]) -> Result<(), Failure> {
	if tensors.len() != specs.len() {
		return Err(count(&names(specs), tensors.len()));
	}
	for (tensor, spec) in tensors.iter().zip(specs) {
		let name = String::from_utf8_lossy(&spec.name).into_owned();
		if tensor.dtype != spec.dtype {
			return Err(Failure::new(
				ErrorCode::WrongDtype.name(),
				format!(
					"the array is {}, the model wants {}",
					tensor.dtype.name(),
					spec.dtype.name()
				),
				format!("save array.astype('{}')", spec.dtype.name()),
			)
			.at(name));
		}
		if tensor.shape != spec.shape {
			return Err(Failure::new(
				ErrorCode::WrongShape.name(),
				format!("the array is {:?}, the model wants {:?}", tensor.shape, spec.shape),
				format!("save array.reshape({:?})", spec.shape),
			)
			.at(name));
		}
	}
	Ok(())
}

/// A tensor in the JSON form of the RPC.
pub fn to_json(name: &str, tensor: &Tensor) -> Value {
	json!({
		"name": name,
		"dtype": tensor.dtype.name(),
		"shape": tensor.shape,
		"data": output::hex(&tensor.data),
	})
}

/// Tensors with their names in the JSON form.
pub fn list_to_json(names: &[String], tensors: &[Tensor]) -> Value {
	names.iter().zip(tensors).map(|(name, tensor)| to_json(name, tensor)).collect()
}

/// Writes `<name>.npy` for each output into a folder, which is made. Returns the paths.
pub fn write_outputs(
	folder: &Path,
	names: &[String],
	tensors: &[Tensor],
) -> Result<Vec<PathBuf>, Failure> {
	std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, "make", &error))?;
	let mut taken = BTreeSet::new();
	let mut paths = Vec::new();
	for (name, tensor) in names.iter().zip(tensors) {
		let path = folder.join(file_name(name, &mut taken));
		write_file(&path, &npy::write(tensor))?;
		paths.push(path);
	}
	Ok(paths)
}

/// A file name for an output: no separators, no hidden files, no name twice.
fn file_name(name: &str, taken: &mut BTreeSet<String>) -> String {
	let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
	let clean: String = name.chars().take(100).map(|c| if safe(c) { c } else { '_' }).collect();
	let clean = clean.trim_start_matches('.');
	let base = if clean.is_empty() { "output" } else { clean };
	let mut candidate = format!("{base}.npy");
	let mut number = 1u32;
	// Case doesn't count: some file systems don't tell it apart.
	while !taken.insert(candidate.to_ascii_lowercase()) {
		number = number.saturating_add(1);
		candidate = format!("{base}-{number}.npy");
	}
	candidate
}

/// The first values of a tensor, for people.
pub fn preview(tensor: &Tensor) -> String {
	const SHOWN: usize = 8;
	let size = tensor.dtype.size();
	let values: Vec<String> = tensor
		.data
		.chunks_exact(size)
		.take(SHOWN)
		.map(|bytes| value(tensor.dtype, bytes))
		.collect();
	let more = if tensor.data.len() / size > SHOWN { ", …" } else { "" };
	format!("[{}{more}]", values.join(", "))
}

fn value(dtype: DType, bytes: &[u8]) -> String {
	// Little-endian bytes as an unsigned number; the sign and the float are in its low bits.
	let mut word = [0u8; 8];
	for (to, from) in word.iter_mut().zip(bytes) {
		*to = *from;
	}
	let bits = u64::from_le_bytes(word);
	match dtype {
		DType::Float32 => f32::from_bits(bits as u32).to_string(),
		DType::Float64 => f64::from_bits(bits).to_string(),
		DType::Float16 => half(bits as u16).to_string(),
		DType::Int8 => (bits as u8 as i8).to_string(),
		DType::Int16 => (bits as u16 as i16).to_string(),
		DType::Int32 => (bits as u32 as i32).to_string(),
		DType::Int64 => (bits as i64).to_string(),
		DType::Bool => (bits != 0).to_string(),
		DType::Uint8 | DType::Uint16 | DType::Uint32 | DType::Uint64 => bits.to_string(),
	}
}

/// The value of an IEEE-754 binary16.
fn half(bits: u16) -> f32 {
	let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
	let exponent = i32::from(bits >> 10 & 0x1f);
	let fraction = f32::from(bits & 0x3ff);
	match exponent {
		0 => sign * fraction * 2f32.powi(-24),
		31 if fraction == 0.0 => sign * f32::INFINITY,
		31 => f32::NAN,
		_ => sign * (1.0 + fraction / 1024.0) * 2f32.powi(exponent - 15),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn tensor(dtype: DType, shape: &[u32], data: &[u8]) -> Tensor {
		Tensor { dtype, shape: shape.to_vec(), data: data.to_vec() }
	}

	#[test]
	fn inputs_are_matched_by_name() {
		let folder = tempfile::tempdir().unwrap();
		let file = |name: &str, value: u8| {
			let path = folder.path().join(name);
			write_file(&path, &npy::write(&tensor(DType::Uint8, &[1], &[value]))).unwrap();
			path.display().to_string()
		};
		let (a, b) = (file("a.npy", 1), file("b=c.npy", 2));
		let names = ["x".to_string(), "y=z".to_string()];
		let read = |arguments: &[String]| {
			read_inputs(arguments, &names).map(|t| t.iter().map(|t| t.data[0]).collect::<Vec<_>>())
		};
		assert_eq!(read(&[format!("y=z={b}"), format!("x={a}")]), Ok(vec![1, 2]));
		assert_eq!(read(&[format!("y=z={b}"), a.clone()]), Ok(vec![1, 2]));
		assert_eq!(read(&[format!("x={a}"), b.clone()]), Ok(vec![1, 2]));
		let code = |arguments: &[String]| read(arguments).unwrap_err().code;
		assert_eq!(code(core::slice::from_ref(&a)), "WrongInputCount");
		assert_eq!(code(&[a.clone(), b.clone()]), "Usage");
		assert_eq!(code(&[format!("x={a}"), format!("x={a}")]), "Usage");
		assert_eq!(code(&[format!("q={a}")]), "UnknownInput");
		assert_eq!(code(&["x=/nowhere.npy".into()]), "File");
		assert_eq!(code(&[format!("x={a}"), format!("y=z={b}"), a.clone()]), "WrongInputCount");
	}

	#[test]
	fn outputs_get_safe_distinct_names() {
		let mut taken = BTreeSet::new();
		let mut name = |n: &str| file_name(n, &mut taken);
		assert_eq!(name("probabilities"), "probabilities.npy");
		assert_eq!(name("Probabilities"), "Probabilities-2.npy");
		assert_eq!(name("../../etc/passwd"), "_.._etc_passwd.npy");
		assert_eq!(name("StatefulPartitionedCall:0"), "StatefulPartitionedCall_0.npy");
		assert_eq!(name(""), "output.npy");
		assert_eq!(name("..."), "output-2.npy");
	}

	#[test]
	fn values_are_shown() {
		let floats: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|v| v.to_le_bytes()).collect();
		assert_eq!(preview(&tensor(DType::Float32, &[2], &floats)), "[1.5, -2]");
		assert_eq!(preview(&tensor(DType::Int8, &[1], &[255])), "[-1]");
		assert_eq!(
			preview(&tensor(DType::Float16, &[2], &[0, 0x3c, 1, 0])),
			"[1, 0.000000059604645]"
		);
		assert_eq!(preview(&tensor(DType::Uint8, &[9], &[7; 9])), "[7, 7, 7, 7, 7, 7, 7, 7, …]");
	}

	#[test]
	fn mismatches_name_the_input() {
		let spec = TensorSpec { name: b"x".to_vec(), dtype: DType::Float32, shape: vec![1, 2] };
		let check = |t: Tensor| check_inputs(&[t], core::slice::from_ref(&spec));
		assert_eq!(check(tensor(DType::Float32, &[1, 2], &[0; 8])), Ok(()));
		let failure = check(tensor(DType::Float32, &[2], &[0; 8])).unwrap_err();
		assert_eq!((failure.code.as_str(), failure.node.as_str()), ("WrongShape", "x"));
		assert_eq!(failure.hint, "save array.reshape([1, 2])");
		let failure = check(tensor(DType::Float64, &[1, 2], &[0; 16])).unwrap_err();
		assert_eq!(failure.hint, "save array.astype('float32')");
	}
}
