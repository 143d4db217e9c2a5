//! Prometheus metrics of the engine and of what is executed for RPC, taken from the counters of the
//! engine's host and of the gate when they are scraped.

use crate::gate::{Counts, Gate};
use opg_engine_host::{EngineHost, Metrics};
use polkadot_sdk::substrate_prometheus_endpoint::{
	register as add, MetricSource, Opts, PrometheusError, Registry, SourcedCounter, SourcedGauge,
};
use std::sync::Arc;

/// What the name of a counter of time ends with in the host. Prometheus counts in seconds.
const NANOS: &str = "nanos";

/// Nanoseconds of a second.
const NANOS_PER_SECOND: f64 = 1e9;

/// One counter of the host.
#[derive(Clone)]
struct Source {
	host: Arc<EngineHost>,
	name: &'static str,
}

impl MetricSource for Source {
	type N = f64;

	fn collect(&self, mut set: impl FnMut(&[&str], f64)) {
		let metrics = self.host.metrics();
		let found = metrics.named().find(|(name, _, _)| *name == self.name);
		if let Some((name, _, value)) = found {
			set(&[], exported_value(name, value));
		}
	}
}

/// Which of the gate's counts.
type Count = fn(Counts) -> u64;

/// One of the gate's counts.
#[derive(Clone)]
struct GateSource {
	gate: Gate,
	value: Count,
}

impl MetricSource for GateSource {
	type N = u64;

	fn collect(&self, mut set: impl FnMut(&[&str], u64)) {
		set(&[], (self.value)(self.gate.counts()));
	}
}

/// Registers what has come to the gate before executions for RPC, as `opg_rpc_executions_<name>`.
///
/// # Errors
/// When one of the names is taken.
pub fn register_gate(registry: &Registry, gate: &Gate) -> Result<(), PrometheusError> {
	let opts = |name: &str, help: &str| Opts::new(format!("opg_rpc_executions_{name}"), help);
	let source = |value: Count| GateSource { gate: gate.clone(), value };
	let gauges: [(Opts, Count); 2] = [
		(opts("running", "Executions for RPC now."), |counts| counts.running as u64),
		(opts("waiting", "Executions for RPC that wait for their turn."), |counts| {
			counts.waiting as u64
		}),
	];
	for (opts, value) in gauges {
		add(SourcedGauge::new(&opts, source(value))?, registry)?;
	}
	let counters: [(Opts, Count); 2] = [
		(opts("total", "Executions for RPC."), |counts| counts.passed),
		(opts("busy_total", "Executions for RPC that were turned away as Busy."), |counts| {
			counts.turned_away
		}),
	];
	for (opts, value) in counters {
		add(SourcedCounter::new(&opts, source(value))?, registry)?;
	}
	Ok(())
}

/// Registers every counter of the host, as `opg_engine_<name>_total`; times are in seconds.
///
/// # Errors
/// When one of the names is taken.
pub fn register_engine(registry: &Registry, host: &Arc<EngineHost>) -> Result<(), PrometheusError> {
	for (name, help, _) in Metrics::default().named() {
		let opts = Opts::new(exported_name(name), exported_help(name, help));
		add(SourcedCounter::new(&opts, Source { host: host.clone(), name })?, registry)?;
	}
	Ok(())
}

fn exported_name(name: &str) -> String {
	// `engine_hits` and its like say already whose they are.
	let name = name.strip_prefix("engine_").unwrap_or(name);
	match name.strip_suffix(NANOS) {
		Some(stem) => format!("opg_engine_{stem}seconds_total"),
		None => format!("opg_engine_{name}_total"),
	}
}

fn exported_help(name: &str, help: &str) -> String {
	if name.ends_with(NANOS) {
		help.replacen("Nanoseconds", "Seconds", 1)
	} else {
		help.to_string()
	}
}

#[allow(clippy::cast_precision_loss)] // A counter above 2^53 may lose its last digits.
fn exported_value(name: &str, value: u64) -> f64 {
	let value = value as f64;
	if name.ends_with(NANOS) {
		value / NANOS_PER_SECOND
	} else {
		value
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::gate::Limits;
	use opg_engine_host::HostConfig;
	use std::time::Duration;

	#[test]
	fn every_counter_is_exported_with_a_help_text() {
		let host = EngineHost::new(HostConfig { cache_dir: None, ..HostConfig::default() })
			.expect("this machine runs the engine");
		let registry = Registry::new();
		register_engine(&registry, &host).expect("the names are free");
		let families = registry.gather();
		assert_eq!(families.len(), Metrics::default().named().count());
		for family in families {
			let name = family.get_name();
			assert!(name.starts_with("opg_engine_") && name.ends_with("_total"), "{name}");
			assert!(!name.contains("nano"), "{name}");
			assert!(
				family.get_help().ends_with('.') && !family.get_help().contains("Nano"),
				"{name}"
			);
		}
	}

	#[test]
	fn the_gate_tells_who_passed_and_who_was_turned_away() {
		let gate = Gate::new(Limits { running: 1, waiting: 0, patience: Duration::ZERO });
		let registry = Registry::new();
		register_gate(&registry, &gate).expect("the names are free");
		let _pass = gate.pass().expect("it is empty");
		assert!(gate.pass().is_err());
		let values = registry.gather().into_iter().map(|family| {
			let metric = &family.get_metric()[0];
			let value = metric.get_gauge().get_value() + metric.get_counter().get_value();
			(family.get_name().to_string(), value)
		});
		let expected = [("busy_total", 1.0), ("running", 1.0), ("total", 1.0), ("waiting", 0.0)];
		let expected = expected.map(|(name, value)| (format!("opg_rpc_executions_{name}"), value));
		assert_eq!(values.collect::<Vec<_>>(), expected);
	}

	#[test]
	fn names_say_engine_once() {
		assert_eq!(exported_name("engine_compiles"), "opg_engine_compiles_total");
		assert_eq!(exported_name("runs"), "opg_engine_runs_total");
	}

	#[test]
	fn time_is_told_in_seconds() {
		assert_eq!(exported_name("run_nanos"), "opg_engine_run_seconds_total");
		assert_eq!(exported_value("run_nanos", 1_500_000_000), 1.5);
		assert_eq!(exported_value("runs", 3), 3.0);
	}
}
