//! Typical inputs that a model is measured with.

use super::{failure::Failure, tensors};
use opg_engine_abi::{ModelSignature, Tensor};
use pallet_model_registry::MAX_CANARIES;

/// Reads canaries, each written as `NAME=FILE.npy,…`.
pub fn read(arguments: &[String], signature: &ModelSignature) -> Result<Vec<Vec<Tensor>>, Failure> {
	if arguments.len() > MAX_CANARIES as usize {
		return Err(Failure::new(
			"Usage",
			format!("{} canaries are more than {MAX_CANARIES}", arguments.len()),
			"give the most expensive ones",
		));
	}
	let names = tensors::names(&signature.inputs);
	arguments
		.iter()
		.map(|canary| {
			let arguments: Vec<String> = canary.split(',').map(Into::into).collect();
			let inputs = tensors::read_inputs(&arguments, &names)?;
			tensors::check_inputs(&inputs, &signature.inputs)?;
			Ok(inputs)
		})
		.collect()
}
