//! `opg-node engine`: the engine that this binary carries.

use crate::model::{
	amount::{self, grouped},
	engine::{Engine, EngineOptions},
	failure::{finish, Failure},
	output::{emit, hex, Rows},
};
use clap::{Args, Subcommand};
use polkadot_sdk::sc_cli;
use serde_json::json;

/// Work with the engine that runs the models.
#[derive(Debug, Args)]
pub struct EngineCmd {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	/// Compile the engine and keep it on disk, so that a node or a test starts at once.
	Prepare(Options),
	/// Show the engine's version, hash, sizes and numeric profile.
	Info(Options),
}

#[derive(Debug, Args)]
struct Options {
	/// Print one JSON object.
	#[arg(long)]
	json: bool,

	#[allow(missing_docs)]
	#[clap(flatten)]
	engine: EngineOptions,
}

impl EngineCmd {
	/// Runs the command. What fails is printed here, and the process ends with exit status 1.
	pub fn run(self) -> sc_cli::Result<()> {
		match self.command {
			Command::Prepare(options) => finish(options.json, prepare(&options)),
			Command::Info(options) => finish(options.json, info(&options)),
		}
		Ok(())
	}
}

fn prepare(options: &Options) -> Result<(), Failure> {
	let engine = Engine::open(&options.engine)?;
	let prepared = engine.prepare()?;
	let hash = hex(&engine.reference().hash);
	let source = if prepared.from_disk { "disk" } else { "compiled" };
	if options.json {
		let object = json!({ "hash": hash, "from": source, "millis": prepared.millis });
		emit(object);
	} else {
		Rows::default()
			.add("Engine", hash)
			.add("From", source)
			.add("Time", format!("{} ms", grouped(prepared.millis)))
			.print();
	}
	Ok(())
}

fn info(options: &Options) -> Result<(), Failure> {
	let engine = Engine::open(&options.engine)?;
	let (artefact, reference) = (opg_engine_blob::latest(), engine.reference());
	if options.json {
		let object = json!({
			"version": artefact.version,
			"hash": hex(&reference.hash),
			"profile": reference.profile,
			"rawBytes": reference.raw_len,
			"storedBytes": reference.stored_len,
			"sourceHash": artefact.source_hash,
		});
		emit(object);
	} else {
		Rows::default()
			.add("Version", artefact.version)
			.add("Hash", hex(&reference.hash))
			.add("Profile", reference.profile)
			.add("Size", amount::bytes(reference.raw_len.into()))
			.add("Stored", amount::bytes(reference.stored_len.into()))
			.add("Source hash", artefact.source_hash)
			.print();
	}
	Ok(())
}
