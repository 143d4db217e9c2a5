//! NumPy's `.npy` files: reading versions 1.0 to 3.0 and writing 1.0.
//!
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. Only what a
//! tensor can hold is read: little-endian (or one-byte) numbers and booleans in C order.

use opg_engine_abi::{DType, Tensor};

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// Bytes of a header that are read at most. NumPy's own limit for safe reading is 10,000.
const MAX_HEADER_BYTES: usize = 10_000;

/// Axes that are read at most. NumPy 2 allows 64; the engine fewer.
const MAX_AXES: usize = 64;

/// Why a file isn't a tensor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NpyError {
	/// Not a `.npy` file.
	#[error("it is no .npy file")]
	NotNpy,
	/// A version of the format that doesn't exist yet.
	#[error("version {0}.{1} of the .npy format isn't known")]
	Version(u8, u8),
	/// The header is cut or longer than NumPy writes.
	#[error("the header is damaged: {0}")]
	Header(&'static str),
	/// Column-major data.
	#[error("the array is in Fortran order")]
	FortranOrder,
	/// Data of another byte order.
	#[error("the array is big-endian ({0})")]
	BigEndian(String),
	/// A dtype that no tensor has.
	#[error("dtype {0} isn't supported")]
	Dtype(String),
	/// A shape that can't be held.
	#[error("the shape is too large")]
	TooLarge,
	/// Fewer or more data than the shape says.
	#[error("the shape needs {expected} bytes of data and the file has {got}")]
	WrongLength {
		/// Bytes that dtype and shape ask for.
		expected: u64,
		/// Bytes that are there.
		got: u64,
	},
}

impl NpyError {
	/// What to do about it.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::NotNpy => "write it with numpy.save; an .npz is a zip of several",
			Self::FortranOrder => "save numpy.ascontiguousarray(array)",
			Self::BigEndian(_) => "save array.astype(array.dtype.newbyteorder('<'))",
			Self::Dtype(_) => "save array.astype of float16/32/64, bool or an 8 to 64-bit integer",
			Self::TooLarge => "pass smaller arrays: inputs hold 1 MiB together",
			Self::Version(..) | Self::Header(_) | Self::WrongLength { .. } => {
				"write it again with numpy.save"
			},
		}
	}
}

/// Reads a `.npy` file.
pub fn read(file: &[u8]) -> Result<Tensor, NpyError> {
	let rest = file.strip_prefix(MAGIC).ok_or(NpyError::NotNpy)?;
	let (version, rest) = rest.split_first_chunk::<2>().ok_or(NpyError::NotNpy)?;
	let (len, rest) = match *version {
		[1, 0] => {
			let (len, rest) = rest.split_first_chunk::<2>().ok_or(NpyError::Header("cut off"))?;
			(usize::from(u16::from_le_bytes(*len)), rest)
		},
		[2 | 3, 0] => {
			let (len, rest) = rest.split_first_chunk::<4>().ok_or(NpyError::Header("cut off"))?;
			(u32::from_le_bytes(*len) as usize, rest)
		},
		[major, minor] => return Err(NpyError::Version(major, minor)),
	};
	if len > MAX_HEADER_BYTES {
		return Err(NpyError::Header("longer than 10,000 bytes"));
	}
	let (header, data) = rest.split_at_checked(len).ok_or(NpyError::Header("cut off"))?;
	let header = core::str::from_utf8(header).map_err(|_| NpyError::Header("not UTF-8"))?;
	let header = Header::parse(header)?;

	let tensor = Tensor { dtype: dtype(&header.descr)?, shape: header.shape, data: data.to_vec() };
	let expected =
		opg_engine_abi::tensor::byte_len(tensor.dtype, &tensor.shape).ok_or(NpyError::TooLarge)?;
	let got = tensor.data.len() as u64;
	if expected != got {
		return Err(NpyError::WrongLength { expected, got });
	}
	// A scalar or one axis is in both orders.
	if header.fortran_order && tensor.shape.iter().filter(|n| **n > 1).count() > 1 {
		return Err(NpyError::FortranOrder);
	}
	Ok(tensor)
}

/// Writes a `.npy` file of version 1.0, as `numpy.save` does.
pub fn write(tensor: &Tensor) -> Vec<u8> {
	let shape = match tensor.shape.as_slice() {
		[one] => format!("({one},)"),
		many => {
			let axes: Vec<String> = many.iter().map(u32::to_string).collect();
			format!("({})", axes.join(", "))
		},
	};
	let descr = descr(tensor.dtype);
	let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
	// Magic, version and length are 10 bytes; the data start at a multiple of 64.
	let padding = 64 - (10 + header.len() + 1) % 64;
	header.extend(core::iter::repeat_n(' ', padding % 64));
	header.push('\n');

	let mut file = Vec::with_capacity(10 + header.len() + tensor.data.len());
	file.extend_from_slice(MAGIC);
	file.extend_from_slice(&[1, 0]);
	// At most 11 digits and a comma for each of 8 axes: far below 64 KiB.
	file.extend_from_slice(&(header.len() as u16).to_le_bytes());
	file.extend_from_slice(header.as_bytes());
	file.extend_from_slice(&tensor.data);
	file
}

fn descr(dtype: DType) -> &'static str {
	match dtype {
		DType::Float32 => "<f4",
		DType::Uint8 => "|u1",
		DType::Int8 => "|i1",
		DType::Uint16 => "<u2",
		DType::Int16 => "<i2",
		DType::Int32 => "<i4",
		DType::Int64 => "<i8",
		DType::Bool => "|b1",
		DType::Float16 => "<f2",
		DType::Float64 => "<f8",
		DType::Uint32 => "<u4",
		DType::Uint64 => "<u8",
	}
}

fn dtype(text: &str) -> Result<DType, NpyError> {
	let found = DType::ALL.into_iter().find(|dtype| {
		let ours = descr(*dtype);
		// One-byte types are written with `|`, and read with any order.
		ours == text || (dtype.size() == 1 && ours.get(1..) == text.get(1..) && order(text))
	});
	match found {
		Some(dtype) => Ok(dtype),
		None if text.starts_with('>') => Err(NpyError::BigEndian(text.into())),
		None => Err(NpyError::Dtype(text.into())),
	}
}

fn order(text: &str) -> bool {
	matches!(text.as_bytes().first(), Some(b'<' | b'>' | b'=' | b'|'))
}

/// The dictionary in the header: a Python literal with exactly three keys.
struct Header {
	descr: String,
	fortran_order: bool,
	shape: Vec<u32>,
}

impl Header {
	fn parse(text: &str) -> Result<Self, NpyError> {
		let mut at = Cursor(text.trim());
		at.expect("{")?;
		let (mut descr, mut fortran_order, mut shape) = (None, None, None);
		while !at.accept("}") {
			let key = at.string()?;
			at.expect(":")?;
			match key {
				"descr" if descr.is_none() => {
					if at.0.starts_with('[') {
						return Err(NpyError::Dtype("of several fields".into()));
					}
					descr = Some(at.string()?.to_string());
				},
				"fortran_order" if fortran_order.is_none() => fortran_order = Some(at.boolean()?),
				"shape" if shape.is_none() => shape = Some(at.shape()?),
				_ => return Err(NpyError::Header("an unknown or repeated key")),
			}
			if !at.accept(",") {
				at.expect("}")?;
				break;
			}
		}
		if !at.0.is_empty() {
			return Err(NpyError::Header("text after the dictionary"));
		}
		let missing = NpyError::Header("descr, fortran_order or shape is missing");
		match (descr, fortran_order, shape) {
			(Some(descr), Some(fortran_order), Some(shape)) => {
				Ok(Self { descr, fortran_order, shape })
			},
			_ => Err(missing),
		}
	}
}

/// What is left of the header.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
	fn accept(&mut self, token: &str) -> bool {
		match self.0.strip_prefix(token) {
			Some(rest) => {
				self.0 = rest.trim_start();
				true
			},
			None => false,
		}
	}

	fn expect(&mut self, token: &str) -> Result<(), NpyError> {
		if self.accept(token) {
			Ok(())
		} else {
			Err(NpyError::Header("no Python dictionary"))
		}
	}

	fn string(&mut self) -> Result<&'a str, NpyError> {
		let damaged = NpyError::Header("a string was expected");
		let quote = self.0.chars().next().filter(|c| *c == '\'' || *c == '"');
		let quote = quote.ok_or_else(|| damaged.clone())?;
		let (text, rest) = self.0.get(1..).and_then(|s| s.split_once(quote)).ok_or(damaged)?;
		self.0 = rest.trim_start();
		Ok(text)
	}

	fn boolean(&mut self) -> Result<bool, NpyError> {
		if self.accept("True") {
			Ok(true)
		} else if self.accept("False") {
			Ok(false)
		} else {
			Err(NpyError::Header("fortran_order is neither True nor False"))
		}
	}

	fn shape(&mut self) -> Result<Vec<u32>, NpyError> {
		self.expect("(")?;
		let mut shape = Vec::new();
		while !self.accept(")") {
			let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
			let (number, rest) =
				self.0.split_at_checked(digits).ok_or(NpyError::Header("cut off"))?;
			if number.is_empty() {
				return Err(NpyError::Header("the shape isn't a tuple of numbers"));
			}
			shape.push(number.parse().map_err(|_| NpyError::TooLarge)?);
			if shape.len() > MAX_AXES {
				return Err(NpyError::TooLarge);
			}
			// Python 2 wrote long integers with an L.
			self.0 = rest.strip_prefix('L').unwrap_or(rest).trim_start();
			if !self.accept(",") {
				self.expect(")")?;
				break;
			}
		}
		Ok(shape)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn file(version: [u8; 2], header: &str, data: &[u8]) -> Vec<u8> {
		let mut file = MAGIC.to_vec();
		file.extend(version);
		if version[0] == 1 {
			file.extend((header.len() as u16).to_le_bytes());
		} else {
			file.extend((header.len() as u32).to_le_bytes());
		}
		file.extend(header.as_bytes());
		file.extend(data);
		file
	}

	fn v1(header: &str, data: &[u8]) -> Result<Tensor, NpyError> {
		read(&file([1, 0], header, data))
	}

	#[test]
	fn every_dtype_and_shape_round_trips() {
		for dtype in DType::ALL {
			for shape in [vec![], vec![3], vec![2, 3], vec![0, 5], vec![1, 2, 1, 2]] {
				let count: u32 = shape.iter().product();
				let data = (0..count as usize * dtype.size()).map(|i| i as u8).collect();
				let tensor = Tensor { dtype, shape, data };
				let bytes = write(&tensor);
				assert_eq!(read(&bytes), Ok(tensor.clone()));
				assert_eq!((bytes.len() - tensor.data.len()) % 64, 0);
			}
		}
	}

	#[test]
	fn what_numpy_writes_is_read() {
		// numpy.save of numpy.arange(3, dtype='<i2'), NumPy 1.26.
		let mut bytes = MAGIC.to_vec();
		bytes.extend([1, 0, 0x76, 0]);
		let mut header = "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }".to_string();
		header.push_str(&" ".repeat(0x76 - header.len() - 1));
		header.push('\n');
		bytes.extend(header.bytes());
		bytes.extend([0, 0, 1, 0, 2, 0]);
		let tensor = Tensor { dtype: DType::Int16, shape: vec![3], data: vec![0, 0, 1, 0, 2, 0] };
		assert_eq!(read(&bytes), Ok(tensor.clone()));
		assert_eq!(write(&tensor), bytes);
	}

	#[test]
	fn later_versions_and_other_spellings_are_read() {
		let header = "{\"shape\": (2L, 1), \"fortran_order\": True, \"descr\": \"<u1\"}\n";
		for version in [[2, 0], [3, 0]] {
			let tensor = read(&file(version, header, &[7, 8])).unwrap();
			assert_eq!((tensor.dtype, tensor.shape), (DType::Uint8, vec![2, 1]));
		}
		assert_eq!(read(&file([4, 0], header, &[])), Err(NpyError::Version(4, 0)));
	}

	#[test]
	fn refusals_say_what_to_do() {
		let fortran = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2)}";
		assert_eq!(v1(fortran, &[0; 16]), Err(NpyError::FortranOrder));
		assert!(NpyError::FortranOrder.hint().contains("ascontiguousarray"));
		let big = "{'descr': '>f4', 'fortran_order': False, 'shape': ()}";
		assert_eq!(v1(big, &[0; 4]), Err(NpyError::BigEndian(">f4".into())));
		for descr in ["<c8", "<U3", "|O", "<f", "", "<i16", "é"] {
			let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ()}}");
			assert_eq!(v1(&header, &[]), Err(NpyError::Dtype(descr.into())));
		}
		let record = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}";
		assert!(matches!(v1(record, &[]), Err(NpyError::Dtype(_))));
	}

	#[test]
	fn hostile_headers_are_bounded() {
		assert_eq!(read(b"PK\x03\x04"), Err(NpyError::NotNpy));
		assert_eq!(read(MAGIC), Err(NpyError::NotNpy));
		let mut long = MAGIC.to_vec();
		long.extend([2, 0, 0xff, 0xff, 0xff, 0xff]);
		assert_eq!(read(&long), Err(NpyError::Header("longer than 10,000 bytes")));
		assert_eq!(read(&[&MAGIC[..], &[1, 0, 9, 0]].concat()), Err(NpyError::Header("cut off")));
		let huge = "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967295, 4294967295, 4294967295)}";
		assert_eq!(v1(huge, &[]), Err(NpyError::TooLarge));
		let big = "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296,)}";
		assert_eq!(v1(big, &[]), Err(NpyError::TooLarge));
		let axes =
			format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({})}}", "1,".repeat(65));
		assert_eq!(v1(&axes, &[]), Err(NpyError::TooLarge));
		let short = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}";
		assert_eq!(v1(short, &[0; 7]), Err(NpyError::WrongLength { expected: 8, got: 7 }));
		for damaged in [
			"",
			"{",
			"{'descr'",
			"{'descr': ",
			"{'descr': '<f4'}",
			"[]",
			"{'a': 1}",
			"{'descr': '<f4', 'descr': '<f4'}",
			"{'descr': '<f4', 'fortran_order': Maybe, 'shape': ()}",
			"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
			"{'descr': '<f4', 'fortran_order': False, 'shape': ()} x",
			"{'descr': '<f4', 'fortran_order': False, 'shape': (1",
		] {
			assert!(matches!(v1(damaged, &[0; 4]), Err(NpyError::Header(_))), "{damaged}");
		}
	}
}
