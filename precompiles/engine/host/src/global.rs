//! The host of the process.
//!
//! A node configures it once at its start. Where nobody did (building a chain specification, tools,
//! tests), the first use makes one with defaults, so that a host function works without any wiring
//! and gives the same results.

use crate::{config::HostConfig, failure::HostFailure, host::EngineHost};
use parking_lot::Mutex;
use std::sync::{Arc, OnceLock};

static HOST: OnceLock<Arc<EngineHost>> = OnceLock::new();
/// Held while a host is made, so that two first uses don't make two.
static MAKING: Mutex<()> = Mutex::new(());

impl EngineHost {
	/// Makes the host of the process.
	///
	/// # Errors
	/// Those of [`EngineHost::new`], and [`HostFailure::AlreadyConfigured`].
	pub fn configure_global(config: HostConfig) -> Result<Arc<Self>, HostFailure> {
		let _making = MAKING.lock();
		if HOST.get().is_some() {
			return Err(HostFailure::AlreadyConfigured);
		}
		let host = Self::new(config)?;
		Ok(Arc::clone(HOST.get_or_init(|| host)))
	}

	/// The host of the process; a default one when none was configured.
	///
	/// # Panics
	/// When none was configured and this machine can't run engines at all (its processor or platform
	/// isn't supported). In a host function that fails the runtime call, as it must.
	pub fn global() -> Arc<Self> {
		if let Some(host) = HOST.get() {
			return Arc::clone(host);
		}
		let _making = MAKING.lock();
		Arc::clone(HOST.get_or_init(|| match Self::unconfigured() {
			Ok(host) => host,
			Err(failure) => panic!("no engine host: {failure}"),
		}))
	}

	/// A host with defaults; without a cache on disk when the default folder can't be used.
	fn unconfigured() -> Result<Arc<Self>, HostFailure> {
		let config = HostConfig::default();
		match Self::new(config.clone()) {
			Err(failure @ HostFailure::CacheFolder { .. }) => {
				log::warn!(target: "engine", "compiled engines aren't kept: {failure}");
				Self::new(HostConfig { cache_dir: None, ..config })
			},
			other => other,
		}
	}
}
