//! `receipt verify`: checks a receipt by its proof and by running the model again.

use super::{
	block,
	checks::{of_proof, Checks},
	find::{find, Found},
	replay::{self, Parts, Replayed},
	show, Which,
};
use crate::{
	client::{registry, Chain},
	model::{
		amount::grouped,
		engine::EngineOptions,
		failure::{finish, Failure},
		output::{emit, Rows},
		publish::block_on,
		run::output_rows,
		tensors,
	},
};
use clap::Args;
use opg_engine_abi::{hash::tensors_hash, Tensor};
use serde_json::json;

/// Verify a receipt: its proof against the block's header, and its result by running the model on
/// this machine. Exit status 0 when everything holds, else 1.
///
/// Engine and model come from the chain and are checked against their hashes. The inputs come from
/// the block's extrinsics; those of a contract's call must be given.
#[derive(Debug, Args)]
pub struct VerifyCmd {
	#[allow(missing_docs)]
	#[clap(flatten)]
	which: Which,

	/// An input saved with `numpy.save`, in place of the one in the block. May be repeated; one may
	/// leave its name out.
	#[arg(long = "input", value_name = "NAME=FILE.npy")]
	inputs: Vec<String>,

	/// Print one JSON object, with the outputs' data.
	#[arg(long)]
	json: bool,

	#[allow(missing_docs)]
	#[clap(flatten)]
	engine: EngineOptions,
}

/// What a run needs, when the checks before it hold.
struct Run {
	parts: Parts,
	inputs: Vec<Tensor>,
}

impl VerifyCmd {
	pub(super) fn run(self) {
		let verified = self.verify();
		let wrong = matches!(verified, Ok(false));
		finish(self.json, verified.map(|_| ()));
		if wrong {
			std::process::exit(1);
		}
	}

	/// Whether everything holds. What was checked is printed.
	fn verify(&self) -> Result<bool, Failure> {
		let (found, mut checks, run) = block_on(self.gather())?;
		let replayed = match &run {
			Some(run) => {
				let replayed = replay::run(&self.engine, &run.parts, &run.inputs)?;
				compare(&mut checks, &found, &replayed);
				Some(replayed)
			},
			None => None,
		};
		self.print(&found, &checks, replayed.as_ref(), run.as_ref());
		Ok(checks.hold())
	}

	/// Everything that a node is asked for. Nothing is fetched for a run when a check before it
	/// fails already.
	async fn gather(&self) -> Result<(Found, Checks, Option<Run>), Failure> {
		let chain = Chain::connect(&self.which.url).await?;
		let found = find(&chain, self.which.receipt).await?;
		let receipt = &found.proof.receipt;
		let mut checks = of_proof(&found);
		let best = chain.best().await?;
		let model = replay::model(&chain, receipt.model).await?;
		let engine = replay::engine_of(
			&registry::engines(&best).await?,
			model.root,
			receipt.input_hash.0,
			receipt.output_hash.0,
			receipt.result_id.0,
		);
		let result_id = engine.map(|_| receipt.result_id.0);
		checks.hashes("result id, of an engine of the chain", receipt.result_id.0, result_id);
		let Some(engine) = engine.filter(|_| checks.hold()) else {
			return Ok((found, checks, None));
		};
		let inputs = self.inputs(&chain, &found).await?;
		let input_hash = tensors_hash(&inputs);
		checks.hashes("input hash", receipt.input_hash.0, Some(input_hash));
		if !checks.hold() {
			return Ok((found, checks, None));
		}
		let parts = replay::fetch(&best, engine, receipt.model, model).await?;
		Ok((found, checks, Some(Run { parts, inputs })))
	}

	/// The inputs: those that were given, else those in the block.
	async fn inputs(&self, chain: &Chain, found: &Found) -> Result<Vec<Tensor>, Failure> {
		let receipt = &found.proof.receipt;
		if self.inputs.is_empty() {
			return block::inputs(chain, found.block_hash, receipt.model, receipt.input_hash).await;
		}
		let signature = chain.signature(receipt.model).await?.ok_or_else(|| {
			Failure::new("Rpc", "the model has no signature", "is the node in sync?")
		})?;
		let specs = signature.to_abi()?.inputs;
		let inputs = tensors::read_inputs(&self.inputs, &tensors::names(&specs))?;
		tensors::check_inputs(&inputs, &specs)?;
		Ok(inputs)
	}

	fn print(
		&self,
		found: &Found,
		checks: &Checks,
		replayed: Option<&Replayed>,
		run: Option<&Run>,
	) {
		let verified = checks.hold();
		if self.json {
			let outputs = replayed.map(|replayed| {
				let names = tensors::names(&replayed.signature.outputs);
				tensors::list_to_json(&names, &replayed.ran.outputs)
			});
			let mut object = show::to_json(found);
			object["verified"] = json!(verified);
			object["checks"] = checks.to_json();
			object["engineVersion"] = json!(run.map(|run| run.parts.version));
			object["outputs"] = json!(outputs);
			emit(object);
			return;
		}
		show::rows(found).print();
		emit("");
		emit(checks.to_text());
		emit("");
		let mut rows = Rows::default();
		if let (Some(replayed), Some(run)) = (replayed, run) {
			output_rows(
				&mut rows,
				&tensors::names(&replayed.signature.outputs),
				&replayed.ran.outputs,
			);
			rows.add("Engine", format!("version {}, out of the state", run.parts.version));
		}
		let verdict = match (verified, replayed) {
			(true, _) => "the receipt is verified",
			(false, Some(_)) => {
				"NOT verified: a wrong inference value is a security bug, report it"
			},
			(false, None) => "NOT verified; the model wasn't run",
		};
		rows.add("Verdict", verdict).print();
	}
}

/// Compares what the run gave with what the receipt says.
fn compare(checks: &mut Checks, found: &Found, replayed: &Replayed) {
	let receipt = &found.proof.receipt;
	checks.hashes(
		"output hash, of the run",
		receipt.output_hash.0,
		Some(replayed.ran.parts.output_hash),
	);
	checks.hashes("result id, of the run", receipt.result_id.0, Some(replayed.ran.parts.id()));
	checks.compare("run fuel", grouped(receipt.fuel), grouped(replayed.ran.fuel));
}
