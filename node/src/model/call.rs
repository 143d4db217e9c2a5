//! `model call`: runs a model on the chain.

use super::{
	amount::{grouped, Amount},
	failure::{finish, Failure},
	output::{emit, hex, path_texts, Rows},
	publish::{block_on, ChainOptions},
	run::output_rows,
	tensors,
};
use crate::client::{
	inclusion::Included,
	transaction::Sender,
	types::{DryRun, Model},
	Chain,
};
use clap::Args;
use codec::Decode;
use opg_engine_abi::{
	hash::{tensors_hash, ResultParts},
	Tensor,
};
use serde_json::{json, Value};
use std::{path::PathBuf, time::Duration};
use subxt::{
	dynamic,
	ext::scale_decode::DecodeAsType,
	rpcs::rpc_params,
	utils::{Static, H256},
};

/// Call a model on chain, pay for it, and check the result.
#[derive(Debug, Args)]
pub struct CallCmd {
	/// Id of the model.
	#[arg(value_name = "ID")]
	model: u32,

	/// An input saved with `numpy.save`. May be repeated; one may leave its name out.
	#[arg(long = "input", value_name = "NAME=FILE.npy")]
	inputs: Vec<String>,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// The most that the model may cost besides the compute. The default is its price now.
	#[arg(long, value_name = "OPG")]
	max_price: Option<Amount>,

	/// Write each output to `<name>.npy` in this folder.
	#[arg(long, value_name = "DIR")]
	out_dir: Option<PathBuf>,

	/// Print one JSON object, with the outputs' data.
	#[arg(long)]
	json: bool,
}

/// The event of a settled inference.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Inferred {
	receipt: H256,
	result_id: H256,
	fuel: u64,
	price: u128,
	output_hash: H256,
	output: Vec<u8>,
}

/// What a call gave.
struct Called {
	names: Vec<String>,
	outputs: Vec<Tensor>,
	event: Inferred,
	fee: u128,
	quoted: u128,
	block: u64,
	block_hash: H256,
	transaction: H256,
}

impl CallCmd {
	pub(super) fn run(self) {
		finish(self.json, self.call());
	}

	fn call(&self) -> Result<(), Failure> {
		let called = block_on(self.send())?;
		let paths = match &self.out_dir {
			Some(folder) => tensors::write_outputs(folder, &called.names, &called.outputs)?,
			None => Vec::new(),
		};
		if self.json {
			emit(called.to_json(&paths));
		} else {
			called.print(&paths);
		}
		Ok(())
	}

	async fn send(&self) -> Result<Called, Failure> {
		let key = self.chain.suri.key()?;
		let chain = Chain::connect(&self.chain.url).await?;
		let unknown = || {
			Failure::new(
				"UnknownModel",
				format!("UnknownModel(model={})", self.model),
				"check the model's id (RPC `models_list`)",
			)
		};
		let model = chain.model(self.model).await?.ok_or_else(unknown)?;
		let not_active = || {
			Failure::new(
				"ModelNotActive",
				format!("ModelNotActive(model={}): it is {}", self.model, model.status),
				"wait until the owner activates or resumes the model",
			)
		};
		let signature = chain.signature(self.model).await?.ok_or_else(not_active)?.to_abi()?;
		let inputs = tensors::read_inputs(&self.inputs, &tensors::names(&signature.inputs))?;
		tensors::check_inputs(&inputs, &signature.inputs)?;
		let quote = chain.quote(self.model).await?;
		let max_price = self.max_price.map_or(quote.price.0, |amount| amount.0);
		if quote.price.0 > max_price {
			return Err(Failure::new(
				"PriceAboveMax",
				format!("PriceAboveMax(price={},max={max_price})", quote.price.0),
				format!("the model costs {}: raise --max-price", Amount(quote.price.0)),
			));
		}

		let mut sender = Sender::new(&chain, &key, Duration::from_secs(self.chain.timeout)).await?;
		let arguments = (self.model, Static(inputs.clone()), max_price, quote.max_fuel);
		let infer = dynamic::transaction("Inference", "infer", arguments);
		let included = sender.send(&infer, self.chain.wait).await?;
		let event: Inferred = included.event("Inference", "Inferred")?;
		let outputs = self.outputs(&chain, &included, &event, &inputs).await?;
		check(&model, &inputs, &outputs, &event)?;
		Ok(Called {
			names: tensors::names(&signature.outputs),
			outputs,
			fee: included.fee()?,
			quoted: quote.max_compute.0,
			block: included.block.block_number(),
			block_hash: included.block.block_hash(),
			transaction: included.hash,
			event,
		})
	}

	/// The outputs from the event or, when they are too large for it, from a dry run in the state
	/// that the call ran in. [`check`] compares them with the hash in the event.
	async fn outputs(
		&self,
		chain: &Chain,
		included: &Included,
		event: &Inferred,
		inputs: &[Tensor],
	) -> Result<Vec<Tensor>, Failure> {
		if !event.output.is_empty() {
			return Vec::<Tensor>::decode(&mut &event.output[..]).map_err(|e| {
				Failure::new("Rpc", format!("the event's output: {e}"), "update this binary")
			});
		}
		let header = included.block.block_header().await.map_err(|e| {
			Failure::new("Rpc", format!("the block's header: {e}"), "check the node's log")
		})?;
		let inputs: Vec<Value> = inputs
			.iter()
			.map(|tensor| {
				json!({
					"dtype": tensor.dtype.name(),
					"shape": tensor.shape,
					"data": hex(&tensor.data),
				})
			})
			.collect();
		let options = None::<Value>;
		let run: DryRun = chain
			.request(
				"inference_dryRun",
				rpc_params![self.model, inputs, options, header.parent_hash],
			)
			.await?;
		run.outputs.iter().map(|tensor| tensor.to_abi()).collect()
	}
}

/// Recomputes the output hash and the result id.
fn check(
	model: &Model,
	inputs: &[Tensor],
	outputs: &[Tensor],
	event: &Inferred,
) -> Result<(), Failure> {
	let output_hash = tensors_hash(outputs);
	let parts = ResultParts {
		engine_hash: model.engine_hash.0,
		profile: model.profile,
		model_root: model.root.0,
		input_hash: tensors_hash(inputs),
		output_hash,
	};
	for (what, here, there) in [
		("output hash", output_hash, event.output_hash.0),
		("result id", parts.id(), event.result_id.0),
	] {
		if here != there {
			return Err(Failure::new(
				"ResultMismatch",
				format!("the {what} is {} here and {} on chain", hex(&here), hex(&there)),
				"don't trust this node; a wrong inference value is a security bug, report it",
			));
		}
	}
	Ok(())
}

impl Called {
	fn to_json(&self, paths: &[PathBuf]) -> Value {
		json!({
			"outputs": tensors::list_to_json(&self.names, &self.outputs),
			"files": path_texts(paths),
			"runFuel": self.event.fuel,
			"price": self.event.price.to_string(),
			"fee": self.fee.to_string(),
			"maxCompute": self.quoted.to_string(),
			"receipt": hex(&self.event.receipt.0),
			"outputHash": hex(&self.event.output_hash.0),
			"resultId": hex(&self.event.result_id.0),
			"block": self.block,
			"blockHash": hex(&self.block_hash.0),
			"transaction": hex(&self.transaction.0),
		})
	}

	fn print(&self, paths: &[PathBuf]) {
		let mut rows = Rows::default();
		output_rows(&mut rows, &self.names, &self.outputs);
		for path in paths {
			rows.add("Written", path.display());
		}
		rows.add("Run fuel", grouped(self.event.fuel))
			.add("Price", Amount(self.event.price))
			.add(
				"Fee",
				format!("{} (quoted compute: {} at most)", Amount(self.fee), Amount(self.quoted)),
			)
			.add("Block", format!("{} {}", grouped(self.block), hex(&self.block_hash.0)))
			.add("Transaction", hex(&self.transaction.0))
			.add("Receipt", hex(&self.event.receipt.0))
			.add("Result id", format!("{} (recomputed here)", hex(&self.event.result_id.0)))
			.print();
	}
}
