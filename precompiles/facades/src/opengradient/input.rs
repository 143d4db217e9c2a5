//! `ModelInput`: tensors by name, of decimal numbers.

use crate::{
	calldata::{Array, Tuple},
	malformed,
	model::refused,
	run::count,
};
use alloc::{format, vec::Vec};
use opg_engine_abi::{EngineError, ErrorCode, Tensor, TensorSpec};
use opg_precompile_common::{
	fixed::{self, ValueFault},
	ieee::MAX_DECIMALS,
	revert,
};
use polkadot_sdk::pallet_revive::precompiles::{alloy::primitives::I256, Error};

/// Words of a `Number`.
const NUMBER_WORDS: usize = 2;

/// What `WrongShape` has as its axis when the ranks differ.
const RANK: u64 = 255;

/// Every input of a model, found and of the right shape, not yet converted.
pub(crate) struct Tensors<'a>(Vec<(&'a TensorSpec, Array<'a>)>);

impl<'a> Tensors<'a> {
	/// Finds each input by its name. Nothing is read of the numbers but how many there are.
	pub(crate) fn find(specs: &'a [TensorSpec], input: Tuple<'a>) -> Result<Self, Error> {
		let numbers = input.array(0, 1).ok_or_else(malformed)?;
		let strings = input.array(1, 1).ok_or_else(malformed)?;
		if !strings.is_empty() {
			return Err(revert(format!(
				"StringTensorRefused(count={}): models of this chain take numbers",
				strings.len()
			)));
		}
		let (expected, got) = (specs.len() as u64, numbers.len() as u64);
		if expected != got {
			return Err(engine(ErrorCode::WrongInputCount, &[expected, got]));
		}
		let mut given: Vec<_> = numbers.tuples().collect::<Option<_>>().ok_or_else(malformed)?;
		let mut found = Vec::with_capacity(specs.len());
		for (index, spec) in (0u64..).zip(specs) {
			// As many as there are inputs: when each is found once, none is left.
			let named = |tensor: &Tuple| tensor.bytes(0) == Some(&spec.name[..]);
			let at = given.iter().position(named).ok_or_else(|| {
				revert(format!(
					"MissingInput(input={index}): pass every input once, by its name in the signature"
				))
			})?;
			let tensor = given.swap_remove(at);
			let values = tensor.array(1, NUMBER_WORDS).ok_or_else(malformed)?;
			check_shape(index, spec, tensor.array(2, 1).ok_or_else(malformed)?)?;
			let (expected, got) = (count(spec), values.len() as u64);
			if expected != got {
				return Err(revert(format!(
					"WrongValueCount(input={index},expected={expected},got={got}): pass every \
					 element of the shape"
				)));
			}
			found.push((spec, values));
		}
		Ok(Self(found))
	}

	/// The tensors, in signature order. The work is one conversion for each element.
	pub(crate) fn convert(self) -> Result<Vec<Tensor>, Error> {
		let mut tensors = Vec::with_capacity(self.0.len());
		for (input, (spec, values)) in self.0.into_iter().enumerate() {
			let mut data = Vec::with_capacity(values.len().saturating_mul(spec.dtype.size()));
			for (index, number) in values.items().enumerate() {
				let value = int128(number, 0).ok_or_else(malformed)?;
				let decimals = int128(number, 1).ok_or_else(malformed)?;
				let decimals = u8::try_from(decimals)
					.ok()
					.filter(|decimals| *decimals <= MAX_DECIMALS)
					.ok_or_else(|| {
						revert(format!(
							"DecimalsOutOfRange(input={input},index={index},max={MAX_DECIMALS}): pass \
							 0 to max decimals"
						))
					})?;
				fixed::push(&mut data, spec.dtype, value, decimals).map_err(|fault| {
					let dtype = spec.dtype.name();
					revert(match fault {
						ValueFault::NotWhole => format!(
							"ValueNotWhole(input={input},index={index},dtype={dtype}): pass a whole \
							 number"
						),
						ValueFault::OutOfRange | ValueFault::NotFinite => format!(
							"ValueOutOfRange(input={input},index={index},dtype={dtype}): pass a \
							 number that the type has"
						),
					})
				})?;
			}
			tensors.push(Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data });
		}
		Ok(tensors)
	}
}

/// A word of the head that is an `int128`.
fn int128(tuple: Tuple, index: usize) -> Option<I256> {
	let value = tuple.signed(index)?;
	i128::try_from(value).is_ok().then_some(value)
}

/// Compares a `uint32[]` with a signature's shape.
fn check_shape(input: u64, spec: &TensorSpec, given: Array) -> Result<(), Error> {
	let (expected, got) = (spec.shape.len() as u64, given.len() as u64);
	if expected != got {
		return Err(engine(ErrorCode::WrongShape, &[input, RANK, expected, got]));
	}
	for (axis, (expected, got)) in (0u64..).zip(spec.shape.iter().zip(given.items())) {
		let got: u32 = got.small(0).ok_or_else(malformed)?;
		if *expected != got {
			let numbers = [input, axis, u64::from(*expected), u64::from(got)];
			return Err(engine(ErrorCode::WrongShape, &numbers));
		}
	}
	Ok(())
}

/// A refusal of the engine's as a revert.
fn engine(code: ErrorCode, numbers: &[u64]) -> Error {
	refused(EngineError::new(code, numbers).into())
}
