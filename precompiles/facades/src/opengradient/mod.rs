//! OpenGradient's inference precompile and hub ([`OpenGradient.sol`](../OpenGradient.sol)), behind their
//! forwarders.
//!
//! Numbers go in and come out as decimals, converted with integers alone: an input is rounded once to the
//! nearest that its type has, an output of a float has the digits that tell it from its neighbours.

pub(crate) mod input;
pub(crate) mod output;

use crate::{
	calldata::Tuple,
	forwarder::{self, Forwarder, OPENGRADIENT, OPENGRADIENT_HUB},
	malformed, model,
	raw::RawCall,
	run,
	weights::{self, WeightInfo, Weights},
	Config,
};
use alloc::{format, vec::Vec};
use core::marker::PhantomData;
use opg_precompile_common::{
	ensure_called_directly, ensure_mutable, ensure_no_value, revert, suffix,
};
use polkadot_sdk::{
	pallet_revive::precompiles::{
		alloy::sol_types::{SolCall, SolEvent},
		AddressMatcher, Error, Ext, Precompile,
	},
	sp_core::hex2array,
};

/// What `OpenGradient.sol` says, as Rust types.
#[allow(missing_docs, clippy::all)]
pub mod interface {
	use polkadot_sdk::pallet_revive::precompiles::alloy;

	alloy::sol!("OpenGradient.sol");
}

use interface::{IOpenGradientHub, IOpenGradientInference};

/// Bytes 16 and 17 of the precompile's address.
pub const SUFFIX: u16 = 0x0a06;

const MATCHER: AddressMatcher = AddressMatcher::Fixed(suffix::<SUFFIX>());

/// Where the precompile is: `0x000000000000000000000000000000000a060000`.
pub const ADDRESS: [u8; 20] = MATCHER.base_address();

/// Topic of the hub's event.
pub(crate) const INFERENCE_RESULT: [u8; 32] =
	hex2array!("c1396ff68bc2d8630100df29ce5561fa99078c602e8676ab72a53e37095d7168");

// The forwarder emits it with what it returns: the one argument's encoding is the one result's.
const _: () = {
	let topic = IOpenGradientHub::InferenceResult::SIGNATURE_HASH.0;
	let mut index = 0;
	while index < topic.len() {
		assert!(topic[index] == INFERENCE_RESULT[index], "the topic is the event's");
		index += 1;
	}
};

/// The only mode: every validator runs the model.
const VANILLA: u8 = 0;

/// Bytes of an answer, at most: what pallet-revive lets a call return.
const MAX_RETURN_BYTES: u64 = 128 * 1024;
/// Bytes of the hub's answer, at most: what pallet-revive lets an event have.
const MAX_EVENT_BYTES: u64 = 64 * 1024;

/// The precompile of a runtime: an element of `pallet_revive::Config::Precompiles`.
pub struct OpenGradientPrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for OpenGradientPrecompile<T> {
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
		let (forwarder, caller, data) = forwarder::forwarded(env, input.data())?;
		ensure_no_value(env)?;
		let (selector, arguments) = data.split_first_chunk::<4>().ok_or_else(malformed)?;
		let arguments = Tuple::new(arguments);
		let request = Request::read(&forwarder, *selector, arguments)?;
		if request.mode != VANILLA {
			return Err(revert(format!(
				"UnsupportedMode(mode={}): pass 0, VANILLA; every validator runs the model itself",
				request.mode
			)));
		}
		if forwarder == OPENGRADIENT_HUB {
			// It emits an event.
			ensure_mutable(env)?;
		}

		let callable = model::callable::<T>(request.model)?;
		let answer = output::encoded_bytes(&callable.signature.outputs);
		if answer > request.max_answer {
			return Err(crate::output_too_large(answer, request.max_answer));
		}
		let tensors = input::Tensors::find(&callable.signature.inputs, request.input)?;
		let given = crate::sum(callable.signature.inputs.iter().map(run::count));
		let returned = crate::sum(callable.signature.outputs.iter().map(run::count));
		env.charge(weights::values::<T>(given, returned))?;
		let inputs = tensors.convert()?;
		let outputs = run::outputs(run::run(env, &caller, &callable, inputs)?)?;
		output::encode(&callable.signature.outputs, &outputs)
	}
}

/// What both functions ask for.
pub(crate) struct Request<'a> {
	mode: u8,
	/// Reference of the model.
	pub(crate) model: &'a [u8],
	/// The `ModelInput`.
	pub(crate) input: Tuple<'a>,
	/// Bytes of the answer, at most.
	max_answer: u64,
}

impl<'a> Request<'a> {
	pub(crate) fn read(
		forwarder: &Forwarder,
		selector: [u8; 4],
		arguments: Tuple<'a>,
	) -> Result<Self, Error> {
		match selector {
			IOpenGradientInference::runModelInferenceCall::SELECTOR
				if *forwarder == OPENGRADIENT =>
			{
				arguments.tuple(0).and_then(|request| {
					Some(Self {
						mode: request.small(0)?,
						model: request.bytes(1)?,
						input: request.tuple(2)?,
						max_answer: MAX_RETURN_BYTES,
					})
				})
			},
			IOpenGradientHub::runCall::SELECTOR if *forwarder == OPENGRADIENT_HUB => {
				arguments.bytes(0).and_then(|model| {
					Some(Self {
						mode: arguments.small(1)?,
						model,
						input: arguments.tuple(2)?,
						max_answer: MAX_EVENT_BYTES,
					})
				})
			},
			IOpenGradientInference::runLLMChatCall::SELECTOR
			| IOpenGradientInference::runLLMCompletionCall::SELECTOR => return Err(revert(
				"LanguageModelRefused(): this chain runs ONNX models; prompts have no place here",
			)),
			_ => None,
		}
		.ok_or_else(malformed)
	}
}
