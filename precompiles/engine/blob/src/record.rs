//! Reads a record while the crate is compiled: a record that lacks a value doesn't compile.
//!
//! The records are JSON that scripts/engine writes, one pair a line, no nesting and no escapes in
//! the values that are read here.

/// The value of a key, without its quotes.
pub const fn text(record: &'static str, key: &str) -> &'static str {
	let (bytes, wanted) = (record.as_bytes(), key.as_bytes());
	let mut start = 0;
	// A key stands between quotes and is followed by a colon and a space.
	while !is_key(bytes, start, wanted) {
		start += 1;
	}
	start += wanted.len() + 4;
	let quoted = bytes[start] == b'"';
	if quoted {
		start += 1;
	}
	let mut end = start;
	while bytes[end] != b'\n' && bytes[end] != b'"' && (quoted || bytes[end] != b',') {
		end += 1;
	}
	let (head, _) = bytes.split_at(end);
	let (_, value) = head.split_at(start);
	match core::str::from_utf8(value) {
		Ok(value) => value,
		Err(_) => panic!("the record isn't UTF-8"),
	}
}

/// The value of a key as a number.
pub const fn number(record: &'static str, key: &str) -> u32 {
	match u32::from_str_radix(text(record, key), 10) {
		Ok(value) => value,
		Err(_) => panic!("the record's value is no number"),
	}
}

/// The value of a key as 32 bytes, written as `0x` and 64 hexadecimal digits.
pub const fn hash(record: &'static str, key: &str) -> [u8; 32] {
	let digits = text(record, key).as_bytes();
	assert!(digits.len() == 66);
	let mut hash = [0u8; 32];
	let mut i = 0;
	while i < 32 {
		hash[i] = digit(digits[2 + 2 * i]) << 4 | digit(digits[3 + 2 * i]);
		i += 1;
	}
	hash
}

const fn is_key(bytes: &[u8], at: usize, key: &[u8]) -> bool {
	assert!(at + key.len() + 4 < bytes.len(), "the record lacks a key");
	let mut i = 0;
	while i < key.len() {
		if bytes[at + 1 + i] != key[i] {
			return false;
		}
		i += 1;
	}
	bytes[at] == b'"' && bytes[at + 1 + i] == b'"' && bytes[at + 2 + i] == b':'
}

const fn digit(byte: u8) -> u8 {
	match byte {
		b'0'..=b'9' => byte - b'0',
		b'a'..=b'f' => byte - b'a' + 10,
		_ => panic!("no hexadecimal digit"),
	}
}

#[cfg(test)]
mod tests {
	const RECORD: &str = "{\n\t\"hash\": \"0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\",\n\t\"raw_len\": 12,\n\t\"flags\": \"-Ca=b --cfg c, d\",\n\t\"last\": 7\n}\n";

	#[test]
	fn values_are_found() {
		assert_eq!(super::number(RECORD, "raw_len"), 12);
		assert_eq!(super::number(RECORD, "last"), 7);
		assert_eq!(super::text(RECORD, "flags"), "-Ca=b --cfg c, d");
		assert_eq!(super::hash(RECORD, "hash")[..3], [1, 2, 3]);
		assert_eq!(super::hash(RECORD, "hash")[31], 0x20);
	}
}
