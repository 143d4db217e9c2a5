//! Settings of transforms that are never read, in place of the crate of that name.
//!
//! tract has transforms of models that are found by name and take settings in any format of serde.
//! The engine names none, but they stand in a list that is filled when the program starts, so no
//! linker drops them: with the original, 0.1 MB of a blob that every validator downloads and compiles.
//! Here there is no format, so nothing can be read, and what would work with it leaves the blob.

#![no_std]

use core::fmt;

/// A format. There is none.
pub trait Deserializer {}

/// There is no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error;

impl fmt::Display for Error {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("this build reads no settings")
	}
}

/// Reads settings.
///
/// # Errors
///
/// Always: there is no format.
pub fn deserialize<T>(_: &mut dyn Deserializer) -> Result<T, Error> {
	Err(Error)
}
