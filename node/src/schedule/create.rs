//! `schedule create`: runs a model every so many blocks from now on.

use crate::{
	account::parse_address,
	client::{
		command::{connect, send, tell},
		facts::Facts,
		schedule,
		types::{Quote, Signature},
	},
	model::{amount::Amount, failure::Failure, publish::ChainOptions, tensors},
};
use clap::Args;
use pallet_schedule::{Delivery, Input, Packed, Terms, MAX_BYTES};
use polkadot_sdk::sp_core::H160;
use subxt::ext::scale_decode::DecodeAsType;

/// Picoseconds of a millisecond.
const MILLISECOND: u64 = 1_000_000_000;

/// Run a model every so many blocks, paid from the signer's credit.
///
/// A run is paid the model's price, the fee of what it took, and what a delivery stores; the credit must
/// cover the most that it can cost when its turn comes (see `schedule show`). A deposit is held until the
/// schedule ends.
#[derive(Debug, Args)]
pub struct CreateCmd {
	/// Id of the model.
	#[arg(value_name = "MODEL")]
	model: u32,

	/// Blocks from one turn to the next, and to the first.
	#[arg(long, value_name = "BLOCKS")]
	every: u32,

	/// Turns. One that fails or is missed counts.
	#[arg(long, value_name = "N")]
	runs: u32,

	#[allow(missing_docs)]
	#[clap(flatten)]
	input: InputOptions,

	#[allow(missing_docs)]
	#[clap(flatten)]
	delivery: DeliveryOptions,

	/// The most that a run may cost besides the compute, in OPG. The default is the model's price now.
	#[arg(long, value_name = "OPG")]
	max_price: Option<Amount>,

	/// Fuel that a run may need. The default is what the model needs now.
	#[arg(long, value_name = "FUEL")]
	max_fuel: Option<u64>,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

/// Where the inputs of a run come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Inputs")]
struct InputOptions {
	/// An input of every run, saved with `numpy.save`. May be repeated; one may leave its name out.
	#[arg(long = "input", value_name = "NAME=FILE.npy", conflicts_with = "ask")]
	inputs: Vec<String>,

	/// Give each run the outputs of the one before; --input is for the first. The model's outputs must
	/// have the shapes and dtypes of its inputs.
	#[arg(long, requires = "inputs")]
	feed_back: bool,

	/// Ask this contract for the inputs of each run: its `scheduleInput` is called (see `Schedule.sol`).
	#[arg(long, value_name = "0x…", value_parser = parse_address)]
	ask: Option<H160>,

	/// Milliseconds of execution that the contract may take for that.
	#[arg(long, value_name = "MS", default_value_t = 20, requires = "ask")]
	ask_time: u64,
}

/// Who is told of runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Delivery")]
struct DeliveryOptions {
	/// Tell this contract of each run: its `onInference` is called (see `Schedule.sol`).
	#[arg(long, value_name = "0x…", value_parser = parse_address)]
	tell: Option<H160>,

	/// Milliseconds of execution that the contract may take for that.
	#[arg(long, value_name = "MS", default_value_t = 20, requires = "tell")]
	tell_time: u64,

	/// OPG of the signer's credit that what the contract stores may hold in each run, at most.
	#[arg(long, value_name = "OPG", default_value = "0", requires = "tell")]
	tell_deposit: Amount,
}

/// The event of a new schedule.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ScheduleCreated {
	schedule: u64,
	first: u32,
	deposit: u128,
}

impl CreateCmd {
	pub(super) fn run(self) {
		tell(self.json, self.create());
	}

	async fn create(&self) -> Result<Facts, Failure> {
		let chain = connect(&self.chain).await?;
		let quote = chain.quote(self.model).await?;
		let signature = chain.signature(self.model).await?.ok_or_else(|| {
			Failure::new(
				"ModelNotActive",
				format!("ModelNotActive(model={})", self.model),
				"wait until the owner activates the model",
			)
		})?;
		let call = schedule::create(self.terms(&quote, &signature)?);
		let included = send(&chain, &self.chain, &call).await?;
		let created: ScheduleCreated = included.event("Schedule", "ScheduleCreated")?;
		let at = Some(included.block.block_hash());
		let cost = schedule::cost(&chain, created.schedule, at).await?.unwrap_or_default();
		let mut facts = Facts::default();
		facts
			.add("Schedule", "schedule", created.schedule, created.schedule)
			.add("First turn", "first", format!("block {}", created.first), created.first)
			.amount("Deposit", "deposit", created.deposit)
			.value_amount("A run costs at most", "maxCost", &cost["total"])
			.included(&included)?;
		Ok(facts)
	}

	fn terms(&self, quote: &Quote, signature: &Signature) -> Result<Terms<u128, u32>, Failure> {
		Ok(Terms {
			model: self.model,
			every: self.every,
			runs: self.runs,
			input: self.input.read(signature)?,
			delivery: self.delivery.read(),
			max_price: self.max_price.map_or(quote.price.0, |amount| amount.0),
			max_fuel: self.max_fuel.unwrap_or(quote.max_fuel),
		})
	}
}

impl InputOptions {
	fn read(&self, signature: &Signature) -> Result<Input, Failure> {
		if let Some(contract) = self.ask {
			return Ok(Input::Contract { contract, ref_time: picoseconds(self.ask_time) });
		}
		let signature = signature.to_abi()?;
		let inputs = tensors::read_inputs(&self.inputs, &tensors::names(&signature.inputs))?;
		tensors::check_inputs(&inputs, &signature.inputs)?;
		let data: Vec<u8> = inputs.into_iter().flat_map(|tensor| tensor.data).collect();
		let packed = Packed::try_from(data).map_err(|data| {
			Failure::new(
				"InputTooLong",
				format!("InputTooLong(bytes={},max={MAX_BYTES})", data.len()),
				"the chain keeps no more for a schedule: let a contract give the inputs (--ask)",
			)
		})?;
		Ok(match self.feed_back {
			true => Input::LastOutput { initial: packed },
			false => Input::Fixed(packed),
		})
	}
}

impl DeliveryOptions {
	fn read(&self) -> Option<Delivery<u128>> {
		self.tell.map(|contract| Delivery {
			contract,
			ref_time: picoseconds(self.tell_time),
			deposit_limit: self.tell_deposit.0,
		})
	}
}

fn picoseconds(milliseconds: u64) -> u64 {
	milliseconds.saturating_mul(MILLISECOND)
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;
	use opg_engine_abi::{DType, Tensor};
	use opg_engine_host::npy;

	#[derive(Debug, Parser)]
	struct Line {
		#[clap(flatten)]
		create: CreateCmd,
	}

	const BASE: [&str; 8] = ["create", "7", "--every", "10", "--runs", "3", "--suri", "//Alice"];

	fn parse(more: &[&str]) -> Result<CreateCmd, String> {
		let line = BASE.iter().chain(more);
		Line::try_parse_from(line).map(|line| line.create).map_err(|error| error.to_string())
	}

	fn signature(values: u32) -> Signature {
		let spec = crate::client::types::Spec {
			name: "x".into(),
			dtype: "uint8".into(),
			shape: vec![values],
		};
		Signature { inputs: vec![spec.clone()], outputs: vec![spec] }
	}

	fn quote() -> Quote {
		serde_json::from_str(r#"{"price":"5","maxCompute":"6","expectedCompute":"6","maxFuel":9}"#)
			.unwrap()
	}

	fn file(folder: &tempfile::TempDir, values: u32) -> String {
		let data = vec![3; values as usize];
		let tensor = Tensor { dtype: DType::Uint8, shape: vec![values], data };
		let path = folder.path().join(format!("{values}.npy"));
		std::fs::write(&path, npy::write(&tensor)).unwrap();
		format!("x={}", path.display())
	}

	#[test]
	fn terms_are_what_was_asked_for() {
		let folder = tempfile::tempdir().unwrap();
		let x = file(&folder, 4);
		let fixed = parse(&["--input", &x]).unwrap().terms(&quote(), &signature(4)).unwrap();
		assert_eq!((fixed.model, fixed.every, fixed.runs), (7, 10, 3));
		assert_eq!((fixed.max_price, fixed.max_fuel, fixed.delivery), (5, 9, None));
		assert_eq!(fixed.input, Input::Fixed(vec![3; 4].try_into().unwrap()));
		let contract = format!("0x{}", "ab".repeat(20));
		let told = parse(&[
			"--input",
			&x,
			"--feed-back",
			"--tell",
			&contract,
			"--tell-time",
			"3",
			"--tell-deposit",
			"0.000000000000000007",
			"--max-price",
			"1",
			"--max-fuel",
			"2",
		]);
		let told = told.unwrap().terms(&quote(), &signature(4)).unwrap();
		assert_eq!((told.max_price, told.max_fuel), (1_000_000_000_000_000_000, 2));
		assert!(matches!(told.input, Input::LastOutput { .. }));
		let address = H160([0xab; 20]);
		let delivery = Delivery { contract: address, ref_time: 3 * MILLISECOND, deposit_limit: 7 };
		assert_eq!(told.delivery, Some(delivery));
		let asked = parse(&["--ask", &contract]).unwrap();
		let asked = asked.terms(&quote(), &signature(1 << 20)).unwrap();
		let ref_time = 20 * MILLISECOND;
		assert_eq!(asked.input, Input::Contract { contract: address, ref_time });
		assert_eq!(picoseconds(u64::MAX), u64::MAX);
	}

	#[test]
	fn what_cannot_be_meant_is_refused() {
		let contract = format!("0x{}", "ab".repeat(20));
		for wrong in [
			&["--ask", "0x12"][..],
			&["--ask", &contract, "--input", "x=1.npy"],
			&["--feed-back"],
			&["--ask-time", "5"],
			&["--tell-time", "5"],
			&["--tell-deposit", "1"],
			&["--tell", &contract, "--tell-time", "-1"],
			&["--every", "10"],
			&["--max-price", "1e3"],
			&["--runs=-1"],
		] {
			assert!(parse(wrong).is_err(), "{wrong:?}");
		}
		let folder = tempfile::tempdir().unwrap();
		let long = MAX_BYTES + 1;
		let code = |more: &[&str], values| {
			parse(more).unwrap().terms(&quote(), &signature(values)).unwrap_err().code
		};
		assert_eq!(code(&["--input", &file(&folder, long)], long), "InputTooLong");
		assert_eq!(code(&["--input", &file(&folder, 3)], 4), "WrongShape");
		assert_eq!(code(&["--input", "x=/nowhere.npy"], 4), "File");
		// Without any input there is one too few.
		assert!(parse(&[]).unwrap().terms(&quote(), &signature(4)).is_err());
	}
}
