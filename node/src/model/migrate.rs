//! `model migrate`: moves a model to another engine version.

use super::{
	canaries,
	engine::{Engine, EngineOptions},
	failure::Failure,
	output::{hex, note},
	publish::ChainOptions,
};
use crate::client::{
	command::{connect, send, tell},
	facts::Facts,
	registry,
	types::Model,
	AtBlock,
};
use clap::Args;
use opg_engine_abi::{hash::content_root_of, Limits, Tensor};
use pallet_model_registry::{EngineInfo, EngineVersion};
use subxt::ext::scale_decode::DecodeAsType;

/// Move a model to another engine version, newer or older.
///
/// The chain runs the canaries of the model's activation again. Unless --accept-change is given, every
/// output must be what it was, bit for bit. The file isn't uploaded again.
#[derive(Debug, Args)]
pub struct MigrateCmd {
	/// Id of the model.
	#[arg(value_name = "ID")]
	model: u32,

	/// Engine version to move to. The default is the newest that the chain runs.
	#[arg(long, value_name = "VERSION")]
	engine: Option<u32>,

	/// The canaries that the model was activated with, in the same order, as `NAME=FILE.npy,…`. None if
	/// there were none.
	#[arg(long = "canary", value_name = "NAME=FILE.npy,…")]
	canaries: Vec<String>,

	/// Fuel that one run may use from now on. The default is 1.25 × the largest canary + 100,000.
	#[arg(long, value_name = "FUEL")]
	run_limit: Option<u64>,

	/// Move the model also when its outputs change. A frozen model never changes.
	#[arg(long)]
	accept_change: bool,

	/// Fuel that the migration may use. The default is measured on this machine. What isn't used is refunded.
	#[arg(long, value_name = "FUEL")]
	max_fuel: Option<u64>,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,

	#[allow(missing_docs)]
	#[clap(flatten)]
	host: EngineOptions,
}

/// The event of a migration.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ModelMigrated {
	from: u32,
	to: u32,
	changed: bool,
	run_limit: u64,
	max_fuel: u64,
}

impl MigrateCmd {
	pub(super) fn run(self) {
		tell(self.json, self.migrate());
	}

	async fn migrate(&self) -> Result<Facts, Failure> {
		let chain = connect(&self.chain).await?;
		let best = chain.best().await?;
		let unknown = |code: &str, hint: &str| {
			Failure::new(code, format!("{code}(model={})", self.model), hint)
		};
		let model = chain
			.model(self.model)
			.await?
			.ok_or_else(|| unknown("UnknownModel", "check the model's id (RPC `models_list`)"))?;
		let signature = chain
			.signature(self.model)
			.await?
			.ok_or_else(|| unknown("WrongStatus", "a draft has no engine yet: activate it"))?
			.to_abi()?;
		let canaries = canaries::read(&self.canaries, &signature)?;
		let now = u32::try_from(best.block_number()).unwrap_or(u32::MAX);
		let (version, engine) = chosen(self.engine, &registry::engines(&best).await?, now)?;
		let max_fuel = match self.max_fuel {
			Some(fuel) => fuel,
			None => self.measure(&best, &engine, &model, &canaries).await?,
		};
		let limit = self.run_limit.unwrap_or(0);
		let accept = self.accept_change;
		let call = registry::migrate(self.model, version, limit, canaries, accept, max_fuel);
		let included = send(&chain, &self.chain, &call).await?;
		let migrated: ModelMigrated = included.event("ModelRegistry", "ModelMigrated")?;
		let outputs = if migrated.changed { "changed" } else { "as they were" };
		let mut facts = Facts::default();
		facts
			.add("Model", "model", self.model, self.model)
			.add("From engine", "from", migrated.from, migrated.from)
			.add("To engine", "to", migrated.to, migrated.to)
			.add("Outputs", "changed", outputs, migrated.changed)
			.add("Run limit", "runLimit", migrated.run_limit, migrated.run_limit)
			.add("Fuel of a call at most", "maxFuel", migrated.max_fuel, migrated.max_fuel)
			.included(&included)?;
		Ok(facts)
	}

	/// Fuel that the migration uses, by doing the same on this machine.
	async fn measure(
		&self,
		best: &AtBlock,
		engine: &EngineInfo<u32>,
		model: &Model,
		canaries: &[Vec<Tensor>],
	) -> Result<u64, Failure> {
		if !self.json {
			note("Measuring the model on this machine …");
		}
		let file = registry::content(best, model.id, model.length).await?;
		let root = content_root_of(&file);
		if root != model.root.0 {
			return Err(Failure::new(
				"ContentMismatch",
				format!("the node gave a file of root {}, not {}", hex(&root), hex(&model.root.0)),
				"don't trust this node; ask another one",
			));
		}
		let stored = registry::content(best, engine.content, engine.stored_len).await?;
		let engine = Engine::of(&self.host, engine.engine_ref(), &stored)?;
		let loaded = engine.load(&file, Limits::V1.load_fuel)?;
		let measured = engine.measure(&loaded, canaries, self.run_limit, Limits::V1.run_fuel)?;
		measured.check()?;
		Ok(measured.activation_fuel)
	}
}

/// The engine that was asked for, or the newest that is callable in block `now`.
fn chosen(
	asked: Option<EngineVersion>,
	engines: &[(EngineVersion, EngineInfo<u32>)],
	now: u32,
) -> Result<(EngineVersion, EngineInfo<u32>), Failure> {
	let mut callable = engines.iter().filter(|(_, engine)| engine.is_callable(now));
	let found = match asked {
		Some(asked) => callable.find(|(version, _)| *version == asked),
		None => callable.max_by_key(|(version, _)| *version),
	};
	found.copied().ok_or_else(|| {
		let asked = asked.map(|version| format!("version={version}")).unwrap_or_default();
		Failure::new(
			"EngineUnavailable",
			format!("EngineUnavailable({asked})"),
			"name an engine version that the chain has, that is callable already, and not switched off",
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[derive(Debug, Parser)]
	struct Line {
		#[clap(flatten)]
		migrate: MigrateCmd,
	}

	fn engine(callable_from: u32, disabled_from: Option<u32>) -> EngineInfo<u32> {
		EngineInfo {
			content: 1,
			hash: [1; 32].into(),
			profile: 1,
			raw_len: 1,
			stored_len: 1,
			callable_from,
			disabled_from,
		}
	}

	#[test]
	fn the_engine_is_one_that_runs() {
		let engines = [
			(4, engine(50, None)),
			(3, engine(0, Some(9))),
			(2, engine(0, None)),
			(1, engine(0, None)),
		];
		let at = |asked, now| chosen(asked, &engines, now).map(|(version, _)| version);
		assert_eq!(at(None, 10).unwrap(), 2);
		assert_eq!(at(None, 50).unwrap(), 4);
		assert_eq!(at(None, 5).unwrap(), 3);
		assert_eq!(at(Some(1), 50).unwrap(), 1);
		for (asked, now) in [(4, 49), (3, 9), (0, 50), (u32::MAX, 50)] {
			let failure = at(Some(asked), now).unwrap_err();
			assert_eq!(failure.message, format!("EngineUnavailable(version={asked})"));
		}
		assert_eq!(chosen(None, &[], 1).unwrap_err().code, "EngineUnavailable");
	}

	#[test]
	fn a_change_of_outputs_is_asked_for() {
		let parse = |more: &[&str]| {
			let line = ["migrate", "7", "--suri", "//Alice"];
			Line::try_parse_from(line.iter().chain(more)).map(|line| line.migrate)
		};
		assert!(!parse(&[]).unwrap().accept_change);
		let all = ["--accept-change", "--engine", "2", "--max-fuel", "9", "--canary", "x=1.npy"];
		let all = parse(&all).unwrap();
		assert!(all.accept_change && all.engine == Some(2) && all.max_fuel == Some(9));
		for wrong in [&["--engine", "-1"][..], &["--max-fuel", "1e9"], &["--engine", "4294967296"]]
		{
			assert!(parse(wrong).is_err(), "{wrong:?}");
		}
	}
}
