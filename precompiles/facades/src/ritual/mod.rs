//! Ritual's ONNX precompile, behind its forwarder: calls without a selector.
//!
//! ```text
//! in:  abi.encode(bytes mlModelId, bytes tensorData, uint8 inputArithmetic, uint8 inputFixedPointScale,
//!                 uint8 outputArithmetic, uint8 outputFixedPointScale, uint8 rounding)
//! out: abi.encode(bytes tensorData, uint8 outputArithmetic, uint8 outputFixedPointScale, uint8 rounding)
//! tensorData: abi.encode(uint8 dtype, uint16[] shape, T[] values)
//! ```
//!
//! Arithmetic 1 is fixed point: values are whole numbers of `10^-scale`. Arithmetic 2 is the tensor's own:
//! integers, booleans, and the bits of floats as signed integers of their width. Rounding (1 to the nearest
//! and even, 2 towards zero, 3 down, 4 up) is that of outputs in fixed point; inputs are rounded to the
//! nearest that their type has.
//!
//! The interface has one tensor in each direction, so the model has one input and one output.

mod tensor;

use crate::{
	calldata::Tuple,
	forwarder, malformed, model,
	raw::RawCall,
	run,
	weights::{self, WeightInfo, Weights},
	Config,
};
use alloc::{format, vec::Vec};
use core::marker::PhantomData;
use opg_precompile_common::{
	ensure_called_directly, ensure_no_value,
	ieee::{Rounding, MAX_DECIMALS},
	revert, suffix,
};
use polkadot_sdk::pallet_revive::precompiles::{
	alloy::{
		primitives::{Bytes, U256},
		sol_types::SolValue,
	},
	AddressMatcher, Error, Ext, Precompile,
};

/// Bytes 16 and 17 of the precompile's address.
pub const SUFFIX: u16 = 0x0a07;

const MATCHER: AddressMatcher = AddressMatcher::Fixed(suffix::<SUFFIX>());

/// Where the precompile is: `0x000000000000000000000000000000000a070000`.
pub const ADDRESS: [u8; 20] = MATCHER.base_address();

/// Bytes of an answer, at most: what pallet-revive lets a call return.
const MAX_RETURN_BYTES: u64 = 128 * 1024;

/// The precompile of a runtime: an element of `pallet_revive::Config::Precompiles`.
pub struct RitualPrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for RitualPrecompile<T> {
	type T = T;
	type Interface = RawCall;
	const MATCHER: AddressMatcher = MATCHER;
	const HAS_CONTRACT_INFO: bool = false;

	fn call(
		_address: &[u8; 20],
		input: &RawCall,
		env: &mut impl Ext<T = T>,
	) -> Result<Vec<u8>, Error> {
		ensure_called_directly(env)?;
		env.charge(Weights::<T>::call())?;
		let (_, caller, data) = forwarder::forwarded(env, input.data())?;
		ensure_no_value(env)?;
		let request = Request::read(Tuple::new(data)).ok_or_else(malformed)?;
		let from = arithmetic("input", request.input_arithmetic, request.input_scale)?;
		let to = arithmetic("output", request.output_arithmetic, request.output_scale)?;
		let rounding = rounding(request.rounding)?;

		let callable = model::callable::<T>(request.model)?;
		let (inputs, outputs) = (&callable.signature.inputs[..], &callable.signature.outputs[..]);
		let ([input], [output]) = (inputs, outputs) else {
			return Err(revert(format!(
				"OneTensorOnly(inputs={},outputs={}): this interface has one each; call Inference.sol",
				inputs.len(),
				outputs.len()
			)));
		};
		tensor::ensure_returnable(output, MAX_RETURN_BYTES)?;
		let given = tensor::Given::read(request.tensor, input)?;
		env.charge(weights::values::<T>(run::count(input), run::count(output)))?;
		let inputs = Vec::from([given.convert(from)?]);
		let tensors = run::outputs(run::run(env, &caller, &callable, inputs)?)?;
		// A run gives the tensors of its signature.
		let tensor = tensors.first().ok_or_else(malformed)?;
		let encoded = tensor::encode(tensor, to, rounding)?;
		let codes =
			[request.output_arithmetic, request.output_scale, request.rounding].map(U256::from);
		let [arithmetic, scale, rounding] = codes;
		Ok((Bytes::from(encoded), arithmetic, scale, rounding).abi_encode_params())
	}
}

/// A call's seven values.
struct Request<'a> {
	model: &'a [u8],
	tensor: Tuple<'a>,
	input_arithmetic: u8,
	input_scale: u8,
	output_arithmetic: u8,
	output_scale: u8,
	rounding: u8,
}

impl<'a> Request<'a> {
	fn read(data: Tuple<'a>) -> Option<Self> {
		Some(Self {
			model: data.bytes(0)?,
			tensor: Tuple::new(data.bytes(1)?),
			input_arithmetic: data.small(2)?,
			input_scale: data.small(3)?,
			output_arithmetic: data.small(4)?,
			output_scale: data.small(5)?,
			rounding: data.small(6)?,
		})
	}
}

/// How numbers of a tensor are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arithmetic {
	/// Whole numbers of `10^-scale`.
	Fixed(u8),
	/// The tensor's own.
	Own,
}

fn arithmetic(side: &str, code: u8, scale: u8) -> Result<Arithmetic, Error> {
	match code {
		1 if scale <= MAX_DECIMALS => Ok(Arithmetic::Fixed(scale)),
		1 => Err(revert(format!(
			"TooManyDecimals({side}={scale},max={MAX_DECIMALS}): pass a smaller scale"
		))),
		2 => Ok(Arithmetic::Own),
		_ => Err(revert(format!(
			"UnknownArithmetic({side}={code}): pass 1 for fixed point or 2 for IEEE 754"
		))),
	}
}

fn rounding(code: u8) -> Result<Rounding, Error> {
	match code {
		1 => Ok(Rounding::HalfEven),
		2 => Ok(Rounding::Truncate),
		3 => Ok(Rounding::Floor),
		4 => Ok(Rounding::Ceil),
		_ => Err(revert(format!(
			"UnknownRounding(rounding={code}): pass 1 (nearest), 2 (towards zero), 3 (down) or 4 (up)"
		))),
	}
}
