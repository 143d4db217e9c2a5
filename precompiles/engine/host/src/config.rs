//! What a node decides about its host. Nothing here changes a result.

use crate::profile::Cpu;
use std::path::PathBuf;

/// Configuration of an [`crate::EngineHost`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostConfig {
	/// Private folder of compiled engines, created if missing. `None`: nothing is kept on disk, and
	/// every start compiles (about 10 s of two cores).
	pub cache_dir: Option<PathBuf>,
	/// Instruction set.
	pub cpu: Cpu,
	/// Bytes of memory that prepared images of the consensus lane may hold. A quarter more is given
	/// to the RPC lane.
	pub image_cache_bytes: usize,
	/// Worker threads that are kept when idle. Calls never wait for one: more are started.
	pub workers: usize,
	/// Calls of the RPC lane at the same time.
	pub rpc_permits: usize,
}

impl HostConfig {
	/// The part of memory that the RPC lane's images may hold, in bytes.
	pub(crate) fn rpc_image_bytes(&self) -> usize {
		self.image_cache_bytes / 4
	}

	/// Where compiled engines lie unless told otherwise: `OPG_ENGINE_CACHE`, else
	/// `opg-chain/engine` in `XDG_CACHE_HOME` or `~/.cache`; `None` without a home.
	pub fn default_cache_dir() -> Option<PathBuf> {
		let folder = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
		folder("OPG_ENGINE_CACHE").or_else(|| {
			folder("XDG_CACHE_HOME")
				.or_else(|| folder("HOME").map(|home| home.join(".cache")))
				.map(|cache| cache.join("opg-chain").join("engine"))
		})
	}
}

impl Default for HostConfig {
	/// 1 GiB of images, as many idle workers as cores, two RPC calls at a time.
	fn default() -> Self {
		let cores = std::thread::available_parallelism().map_or(2, |n| n.get());
		Self {
			cache_dir: Self::default_cache_dir(),
			cpu: Cpu::Baseline,
			image_cache_bytes: 1 << 30,
			workers: cores,
			rpc_permits: cores.div_ceil(2).max(2),
		}
	}
}
