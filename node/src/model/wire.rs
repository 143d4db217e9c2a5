//! The protobuf wire format, as far as [`super::dims`] needs it: reading a message field by field
//! and writing one back, without a schema and without touching what it doesn't know.
//!
//! Encoding: <https://protobuf.dev/programming-guides/encoding/>. Nothing here recurses and nothing
//! allocates by a length that the bytes claim, so a hostile file costs no more than its own size.

/// Bytes that are no protobuf message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
	/// The bytes end in the middle of a field.
	#[error("the file is truncated: a field ends beyond its message (byte {0} of it)")]
	Truncated(usize),
	/// A variable-length integer of more than 64 bits.
	#[error("a number doesn't fit 64 bits (byte {0} of its message)")]
	VarintTooLong(usize),
	/// A wire type that protobuf doesn't define, or a group, which ONNX doesn't use.
	#[error("field type {0} isn't used in ONNX files")]
	WireType(u8),
	/// A field with the number 0.
	#[error("a field has the number 0")]
	FieldZero,
	/// A known field with another type than the ONNX schema says.
	#[error("field {field} of {message} has the wrong type")]
	WrongType {
		/// Message of `onnx.proto`.
		message: &'static str,
		/// Number of the field.
		field: u32,
	},
	/// A name that isn't UTF-8.
	#[error("a name in {0} isn't UTF-8")]
	NotUtf8(&'static str),
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
	/// Wire type 0.
	Varint(u64),
	/// Wire types 1 and 5: eight or four bytes.
	Fixed(&'a [u8]),
	/// Wire type 2: a string, bytes, a message, or packed numbers.
	Bytes(&'a [u8]),
}

/// One field of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
	/// Its number.
	pub number: u32,
	/// What it holds.
	pub value: Value<'a>,
	/// The field as it stands in the message: key, length and value.
	pub raw: &'a [u8],
}

impl<'a> Field<'a> {
	/// The bytes of a string or message field.
	pub fn bytes(&self, message: &'static str) -> Result<&'a [u8], WireError> {
		match self.value {
			Value::Bytes(bytes) => Ok(bytes),
			_ => Err(WireError::WrongType { message, field: self.number }),
		}
	}

	/// The number of a varint field.
	pub fn varint(&self, message: &'static str) -> Result<u64, WireError> {
		match self.value {
			Value::Varint(value) => Ok(value),
			_ => Err(WireError::WrongType { message, field: self.number }),
		}
	}

	/// The text of a string field.
	pub fn text(&self, message: &'static str) -> Result<&'a str, WireError> {
		core::str::from_utf8(self.bytes(message)?).map_err(|_| WireError::NotUtf8(message))
	}
}

/// The fields of a message, in order. After an error it gives nothing more.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
	message: &'a [u8],
	at: usize,
}

/// Reads a message field by field.
pub fn fields(message: &[u8]) -> Fields<'_> {
	Fields { message, at: 0 }
}

impl<'a> Fields<'a> {
	fn varint(&mut self) -> Result<u64, WireError> {
		let start = self.at;
		let mut value = 0u64;
		for shift in (0..64).step_by(7) {
			let byte = *self.message.get(self.at).ok_or(WireError::Truncated(start))?;
			self.at += 1;
			// The tenth byte holds the 64th bit only.
			if shift == 63 && byte > 1 {
				return Err(WireError::VarintTooLong(start));
			}
			value |= u64::from(byte & 0x7f) << shift;
			if byte & 0x80 == 0 {
				return Ok(value);
			}
		}
		Err(WireError::VarintTooLong(start))
	}

	fn take(&mut self, len: u64) -> Result<&'a [u8], WireError> {
		let start = self.at;
		let end = usize::try_from(len)
			.ok()
			.and_then(|len| start.checked_add(len))
			.ok_or(WireError::Truncated(start))?;
		let bytes = self.message.get(start..end).ok_or(WireError::Truncated(start))?;
		self.at = end;
		Ok(bytes)
	}

	fn read(&mut self) -> Result<Field<'a>, WireError> {
		let start = self.at;
		let key = self.varint()?;
		let number = u32::try_from(key >> 3).map_err(|_| WireError::VarintTooLong(start))?;
		if number == 0 {
			return Err(WireError::FieldZero);
		}
		let value = match (key & 7) as u8 {
			0 => Value::Varint(self.varint()?),
			1 => Value::Fixed(self.take(8)?),
			2 => {
				let len = self.varint()?;
				Value::Bytes(self.take(len)?)
			},
			5 => Value::Fixed(self.take(4)?),
			other => return Err(WireError::WireType(other)),
		};
		let raw = self.message.get(start..self.at).ok_or(WireError::Truncated(start))?;
		Ok(Field { number, value, raw })
	}
}

impl<'a> Iterator for Fields<'a> {
	type Item = Result<Field<'a>, WireError>;

	fn next(&mut self) -> Option<Self::Item> {
		if self.at >= self.message.len() {
			return None;
		}
		let field = self.read();
		if field.is_err() {
			self.at = self.message.len();
		}
		Some(field)
	}
}

/// Appends a variable-length integer.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
	while value >= 0x80 {
		out.push((value & 0x7f) as u8 | 0x80);
		value >>= 7;
	}
	out.push(value as u8);
}

/// Appends a varint field.
pub fn put_number(out: &mut Vec<u8>, field: u32, value: u64) {
	put_varint(out, u64::from(field) << 3);
	put_varint(out, value);
}

/// Appends a string or message field.
pub fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
	put_varint(out, u64::from(field) << 3 | 2);
	put_varint(out, bytes.len() as u64);
	out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn fields_round_trip() {
		let mut message = Vec::new();
		put_number(&mut message, 1, 300);
		put_bytes(&mut message, 2, b"abc");
		message.extend([3 << 3 | 5, 1, 2, 3, 4]);
		message.extend([4 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8]);
		put_number(&mut message, 5, u64::MAX);
		let read: Vec<_> = fields(&message).collect::<Result<_, _>>().unwrap();
		assert_eq!(read[0].value, Value::Varint(300));
		assert_eq!(read[1].text("Test"), Ok("abc"));
		assert_eq!(read[2].value, Value::Fixed(&[1, 2, 3, 4]));
		assert_eq!(read[4].varint("Test"), Ok(u64::MAX));
		let joined: Vec<u8> = read.iter().flat_map(|f| f.raw.to_vec()).collect();
		assert_eq!(joined, message);
		assert_eq!(read[0].bytes("Test"), Err(WireError::WrongType { message: "Test", field: 1 }));
	}

	#[test]
	fn malformed_messages_give_typed_errors() {
		let first = |bytes: &[u8]| fields(bytes).next().unwrap().map(|f| f.number);
		assert_eq!(first(&[0x08]), Err(WireError::Truncated(1)));
		assert_eq!(first(&[0x0a, 5, 1]), Err(WireError::Truncated(2)));
		// A length near 2^64 neither overflows nor allocates.
		assert!(matches!(
			first(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
			Err(WireError::Truncated(_))
		));
		assert_eq!(
			first(&[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]),
			Err(WireError::VarintTooLong(1))
		);
		assert_eq!(first(&[0x0b]), Err(WireError::WireType(3)));
		assert_eq!(first(&[0x00, 1]), Err(WireError::FieldZero));
		assert_eq!(fields(&[0x0b, 0x08, 1]).count(), 1);
	}
}
