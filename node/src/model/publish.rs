//! `model publish`: brings a model to the chain.

use super::{
	amount::{grouped, Amount},
	canaries,
	engine::{Engine, EngineOptions, Measured},
	failure::{finish, Failure},
	output::{emit, hex, note, printable, Rows},
	price,
	tensors::read_file,
};
use crate::client::{
	key::Suri,
	registry,
	transaction::{Sender, Wait},
	types::{Model, Quote},
	Chain,
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use opg_engine_abi::{ErrorCode, Limits, Tensor};
use pallet_model_registry::MAX_NAME_BYTES;
use serde_json::json;
use std::{path::PathBuf, time::Duration};
use subxt_signer::sr25519::Keypair;

/// Publish a model: create it, upload its chunks, set its price, activate it.
///
/// The model is loaded and run on this machine first, so what the chain would refuse is refused
/// before it costs anything. An interrupted upload goes on where it stopped.
#[derive(Debug, Args)]
pub struct PublishCmd {
	/// ONNX file without symbolic dimensions (see `model prepare`).
	#[arg(value_name = "FILE")]
	file: PathBuf,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Name of the model, at most 128 bytes. The default is the file's name.
	#[arg(long, value_name = "NAME")]
	name: Option<String>,

	/// Price of a call in OPG, besides the compute.
	#[arg(long, value_name = "OPG", default_value = "0")]
	price: Amount,

	/// Fuel that one run may use. The default is 1.25 × the largest canary + 100,000.
	#[arg(long, value_name = "FUEL")]
	run_limit: Option<u64>,

	/// Typical inputs that the model is measured with, as `NAME=FILE.npy,…`. May be given four
	/// times. Without any it is measured with zeros, too little for a model whose work depends on
	/// its data.
	#[arg(long = "canary", value_name = "NAME=FILE.npy,…")]
	canaries: Vec<String>,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,

	#[allow(missing_docs)]
	#[clap(flatten)]
	engine: EngineOptions,
}

/// Which chain, as whom, and how long to wait.
#[derive(Debug, Args)]
pub struct ChainOptions {
	/// WebSocket of a node.
	#[arg(long, value_name = "WS", default_value = "ws://127.0.0.1:9944")]
	pub url: String,

	/// Key that signs and pays: `//Alice`, a mnemonic or a seed, or `@FILE` that holds one.
	#[arg(long, value_name = "S")]
	pub suri: Suri,

	/// What the last transaction must have reached.
	#[arg(long, value_name = "WHAT", value_enum, default_value_t = Wait::Finalized)]
	pub wait: Wait,

	/// Seconds to wait for each transaction.
	#[arg(long, value_name = "SECONDS", default_value_t = 180)]
	pub timeout: u64,
}

/// Runs a command that talks to a chain.
pub(crate) fn block_on<T>(
	future: impl std::future::Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
	tokio::runtime::Builder::new_multi_thread()
		.enable_all()
		.build()
		.map_err(|e| Failure::new("System", format!("can't start: {e}"), "free some memory"))?
		.block_on(future)
}

/// What was published.
struct Published {
	model: Model,
	quote: Quote,
	block: u64,
	fees: u128,
}

impl PublishCmd {
	pub(super) fn run(self) {
		finish(self.json, self.publish());
	}

	fn publish(&self) -> Result<(), Failure> {
		let key = self.chain.suri.key()?;
		let name = self.model_name()?;
		let max = u64::from(Limits::V1.model_bytes);
		let file = read_file(&self.file, max, ErrorCode::ModelTooLarge)?;
		self.say("Checking the model on this machine");
		let engine = Engine::open(&self.engine)?;
		let loaded = engine.load(&file, Limits::V1.load_fuel)?;
		let canaries = canaries::read(&self.canaries, &loaded.report.signature)?;
		let measured = engine.measure(&loaded, &canaries, self.run_limit, Limits::V1.run_fuel)?;
		measured.check()?;
		let published = block_on(self.send(&key, &name, &file, &engine, &measured, canaries))?;
		self.print(&published);
		Ok(())
	}

	fn model_name(&self) -> Result<String, Failure> {
		let stem = || self.file.file_stem().map(|s| s.to_string_lossy().into_owned());
		let name = self.name.clone().or_else(stem).unwrap_or_default();
		if name.len() > MAX_NAME_BYTES as usize {
			return Err(Failure::refused(
				ErrorCode::NameTooLong,
				format!("NameTooLong(bytes={},max={MAX_NAME_BYTES})", name.len()),
			));
		}
		Ok(name)
	}

	async fn send(
		&self,
		key: &Keypair,
		name: &str,
		file: &[u8],
		engine: &Engine<'_>,
		measured: &Measured,
		canaries: Vec<Vec<Tensor>>,
	) -> Result<Published, Failure> {
		let chain = Chain::connect(&self.chain.url).await?;
		let best = chain.best().await?;
		let reference = engine.reference();
		let version = registry::engine_version(&best, &reference.hash, reference.profile)
			.await?
			.ok_or_else(|| {
				Failure::new(
					"UnknownEngine",
					format!("the chain can't run this binary's engine {}", hex(&reference.hash)),
					"use the node binary of the chain's release",
				)
			})?;
		let manifest = price::manifest(file, version, name).ok_or_else(|| {
			Failure::refused(ErrorCode::ModelTooLarge, "the registry doesn't take a file this long")
		})?;
		let owner = key.public_key().to_account_id();
		let root = opg_engine_abi::hash::content_root_of(file);
		let mut sender = Sender::new(&chain, key, Duration::from_secs(self.chain.timeout)).await?;
		let mut fees = 0u128;

		let id = match registry::draft(&chain, &best, &owner, &root).await? {
			Some(id) => {
				self.say(&format!("Going on with draft {id}"));
				id
			},
			None => {
				self.say(&format!("Creating the model, deposit {}", price::deposit(&manifest)));
				let (id, included) = registry::create(&mut sender, manifest).await?;
				fees = fees.saturating_add(included.fee()?);
				id
			},
		};
		fees = fees.saturating_add(self.upload(&chain, &mut sender, id, file).await?);
		if self.price.0 > 0 {
			let included = registry::set_price(&mut sender, id, self.price.0).await?;
			fees = fees.saturating_add(included.fee()?);
		}
		self.say("Activating the model");
		let included = registry::activate(
			&mut sender,
			id,
			self.run_limit.unwrap_or(0),
			canaries,
			measured.activation_fuel,
			self.chain.wait,
		)
		.await?;
		fees = fees.saturating_add(included.fee()?);

		// The block that counts, after whatever forks there were, has the model under this id.
		let model = registry::model_at(&chain, id, included.block.block_hash())
			.await?
			.filter(|model| model.root.0 == root && model.owner == owner.to_string())
			.ok_or_else(|| {
				Failure::new(
					"Reorganised",
					format!("model {id} isn't this one: the chain was reorganised meanwhile"),
					"publish again: the upload goes on where it stopped",
				)
			})?;
		let quote = chain.quote(id).await?;
		Ok(Published { model, quote, block: included.block.block_number(), fees })
	}

	async fn upload(
		&self,
		chain: &Chain,
		sender: &mut Sender<'_>,
		id: u32,
		file: &[u8],
	) -> Result<u128, Failure> {
		let there = registry::uploaded(chain, &chain.best().await?, id).await?;
		let chunks =
			u32::try_from(opg_engine_abi::hash::chunk_count(file.len() as u64)).unwrap_or(u32::MAX);
		let missing: Vec<u32> = (0..chunks).filter(|index| !there.contains(index)).collect();
		let bar =
			if self.json { ProgressBar::hidden() } else { ProgressBar::new(file.len() as u64) };
		if let Ok(style) = ProgressStyle::with_template(
			"Uploading [{bar:40}] {bytes}/{total_bytes} {bytes_per_sec} {eta}",
		) {
			bar.set_style(style);
		}
		let missing_bytes: usize = file
			.chunks(opg_engine_abi::CHUNK_BYTES as usize)
			.zip(0u32..)
			.filter(|(_, index)| !there.contains(index))
			.map(|(chunk, _)| chunk.len())
			.sum();
		bar.set_position(file.len().saturating_sub(missing_bytes) as u64);
		let fees = registry::upload(sender, id, file, &missing, &|bytes| bar.inc(bytes)).await;
		bar.finish_and_clear();
		fees
	}

	fn say(&self, what: &str) {
		if !self.json {
			note(format!("{what} …"));
		}
	}

	fn print(&self, published: &Published) {
		let Published { model, quote, block, fees } = published;
		let address = price::model_address(model.id);
		if self.json {
			let object = json!({
				"model": model.id,
				"address": address,
				"name": model.name,
				"owner": model.owner,
				"contentRoot": hex(&model.root.0),
				"engineHash": hex(&model.engine_hash.0),
				"profile": model.profile,
				"deposit": model.deposit,
				"quote": {
					"price": quote.price,
					"maxCompute": quote.max_compute,
					"expectedCompute": quote.expected_compute,
					"maxFuel": quote.max_fuel,
				},
				"fees": fees.to_string(),
				"block": block,
			});
			emit(object);
			return;
		}
		Rows::default()
			.add("Model", format!("{} ({})", model.id, printable(&model.name)))
			.add("Address", address)
			.add("Owner", &model.owner)
			.add("Content root", hex(&model.root.0))
			.add("Deposit", Amount(model.deposit.0))
			.add("Fees paid", Amount(*fees))
			.add("Block", grouped(*block))
			.add("Price", Amount(quote.price.0))
			.add("Compute", {
				format!(
					"{} expected, {} at most",
					Amount(quote.expected_compute.0),
					Amount(quote.max_compute.0)
				)
			})
			.print();
	}
}
