//! Models by what other systems call them: strings.
//!
//! | string | model |
//! |---|---|
//! | `name` | the newest version of a registered name |
//! | `name@version` | that version of it |
//! | `id:number` | the model with that id |
//!
//! A name says who chose a model, and its owner can choose another; an id never changes. Locators of other
//! systems (`Qm…`, `hf/owner/repo/file.onnx@commit`) are names of nothing here: what they promise of a
//! file's content, this chain can't check.

use crate::Config;
use alloc::{format, string::String};
use opg_precompile_common::revert;
use pallet_inference::InferFault;
use pallet_model_registry::{CallableOf, ModelId, Pallet};
use polkadot_sdk::pallet_revive::precompiles::Error;

/// Bytes of a reference that a refusal shows: a name and a version.
const SHOWN: usize = 80;

/// What calling a model needs.
pub(crate) fn callable<T: Config>(reference: &[u8]) -> Result<CallableOf<T>, Error> {
	let model = find::<T>(reference).ok_or_else(|| {
		let shown = show(reference);
		revert(format!(
			"UnknownName(name={shown}): pass a registered name, name@version or id:number"
		))
	})?;
	of_id::<T>(model)
}

/// What calling the model with that id needs.
pub(crate) fn of_id<T: Config>(model: ModelId) -> Result<CallableOf<T>, Error> {
	Pallet::<T>::callable(model).map_err(|why| refused(InferFault::not_callable(model, why)))
}

/// A refusal of the inference pallet as a revert.
pub(crate) fn refused(fault: InferFault) -> Error {
	revert(fault.message())
}

fn find<T: Config>(reference: &[u8]) -> Option<ModelId> {
	if let Some(id) = reference.strip_prefix(b"id:") {
		return number(id);
	}
	match reference.iter().position(|byte| *byte == b'@') {
		Some(at) => {
			let (name, version) = reference.split_at_checked(at)?;
			let version = number(version.strip_prefix(b"@")?)?;
			Pallet::<T>::resolve_version(name, version)
		},
		None => Pallet::<T>::resolve(reference),
	}
}

/// A decimal number of digits alone.
fn number(digits: &[u8]) -> Option<u32> {
	let text = core::str::from_utf8(digits).ok()?;
	text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// What a reference may contain, with `?` for everything else: it could be the errors' own grammar.
fn show(reference: &[u8]) -> String {
	reference
		.iter()
		.take(SHOWN)
		.map(|byte| match byte {
			b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(*byte),
			b'-' | b'_' | b'.' | b'@' | b':' | b'/' => char::from(*byte),
			_ => '?',
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_number_is_of_digits() {
		assert_eq!(number(b"0"), Some(0));
		assert_eq!(number(b"4294967295"), Some(u32::MAX));
		for wrong in [&b""[..], b"+1", b"-1", b" 1", b"4294967296", b"1x", b"\xff"] {
			assert_eq!(number(wrong), None, "{wrong:?}");
		}
	}

	#[test]
	fn a_refusal_shows_nothing_of_its_own_grammar() {
		assert_eq!(show(b"Digits-1_x.@7:/"), "Digits-1_x.@7:/");
		assert_eq!(show(b"a,b=c)\n\"\xff"), "a?b?c????");
		assert_eq!(show(&[b'x'; 4_096]).len(), SHOWN);
	}
}
