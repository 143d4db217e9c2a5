//! The check of the machine at start: can it run the engine, right and fast enough?
//!
//! *Right* means that every relaxed instruction of the profile gives the bits that the profile says
//! (the host's self-test). *Fast enough* means that fuel doesn't take longer than the chain pays
//! for: a block with two seconds of charged work must take at most two seconds here.

pub mod probe;

use crate::{cli::EngineCpu, service::engines::LOG_TARGET};
use opg_engine_host::{Cpu, EngineHost};
use pallet_model_registry::cost::C_FUEL_PS;
use polkadot_sdk::sc_service::error::Error as ServiceError;

/// Margin that a machine should have over what the chain charges, because other work runs beside
/// the engine and hostile models take longer than this probe.
const MARGIN: f64 = 1.5;

/// Time that a unit of fuel of the probe takes on the reference machine, in picoseconds: a 2-core
/// x86-64 virtual machine, one core, other core idle.
const REFERENCE_PS: f64 = 100.0;

/// How much slower than the reference a machine may be before it gets a warning.
const SLOWER_THAN_REFERENCE: f64 = 2.0;

/// Checks that this machine has the instructions. Before the engine's host is made: it would refuse
/// with less to say.
///
/// # Errors
/// When the engine can't run here without library calls for the fused multiply-add, and
/// `--engine-cpu nofma` didn't ask for them.
pub fn check_cpu(validates: bool, cpu: EngineCpu) -> Result<(), ServiceError> {
	if cpu == EngineCpu::NoFma {
		log::warn!(
			target: LOG_TARGET,
			"The engine runs with library calls for FMA (--engine-cpu nofma): 10 to 35 times slower, \
			 and a NaN inside a model may have other bits than on the network.{}",
			if validates { " Never validate a network of value like this." } else { "" },
		);
		return Ok(());
	}
	Cpu::from(cpu).check().map_err(|failure| {
		let what = if validates {
			"A validator needs it, so this one doesn't start. Use another machine"
		} else {
			"Follow the chain with --engine-cpu nofma; heavy blocks will take longer than a slot"
		};
		ServiceError::Other(format!("{failure}. {what}."))
	})
}

/// Checks that the engine computes what its profile says.
///
/// # Errors
/// When the self-test fails: this machine would compute other results than the network. With
/// `--engine-cpu nofma` it is known to fail, for NaN alone, and only warns.
pub fn check_engine(host: &EngineHost, cpu: EngineCpu) -> Result<(), ServiceError> {
	match host.self_test() {
		Err(failure) if cpu == EngineCpu::NoFma => {
			log::warn!(target: LOG_TARGET, "The engine's self-test: {failure}");
			Ok(())
		},
		result => result.map_err(|failure| {
			ServiceError::Other(format!(
				"the engine's self-test failed: {failure}. This machine would compute other \
				 results than the network"
			))
		}),
	}
}

/// Measures the engine's speed and says it. The engine must be ready.
pub fn report_speed(host: &EngineHost) {
	let speed = match probe::measure(host) {
		Ok(speed) => speed,
		Err(error) => {
			log::warn!(target: LOG_TARGET, "The engine's speed could not be measured: {error}");
			return;
		},
	};
	let probe::Speed { ordinary, subnormal } = speed;
	log::info!(
		target: LOG_TARGET,
		"Speed: {ordinary:.0} ps for a unit of fuel, {subnormal:.0} ps with subnormal numbers \
		 (reference {REFERENCE_PS:.0}, charged {C_FUEL_PS})"
	);
	#[allow(clippy::cast_precision_loss)] // A small constant.
	let charged = C_FUEL_PS as f64;
	if ordinary * MARGIN > charged {
		log::warn!(
			target: LOG_TARGET,
			"This machine is too slow to validate: fuel takes {ordinary:.0} ps, the chain charges \
			 {charged:.0} ps for it. Blocks that are full of inference will be late."
		);
	} else if subnormal > charged {
		log::warn!(
			target: LOG_TARGET,
			"This processor is slow with subnormal numbers: fuel takes {subnormal:.0} ps then, the \
			 chain charges {charged:.0} ps. A block full of such inference will be late. Use another \
			 processor for a validator."
		);
	} else if ordinary > REFERENCE_PS * SLOWER_THAN_REFERENCE {
		log::warn!(
			target: LOG_TARGET,
			"This machine runs the engine {:.1} times slower than the reference.",
			ordinary / REFERENCE_PS,
		);
	}
}
