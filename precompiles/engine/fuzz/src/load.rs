//! Target `load`: bytes of a stranger to a model that is ready to run.

use crate::{
	findings,
	sandbox::{self, End},
};
use opg_engine_abi::Limits;
use opg_engine_guest::{inspect::inspect, load::load};

/// Limits of the targets: small, so that an execution stays short.
pub const LIMITS: Limits = Limits {
	model_bytes: 1 << 20,
	input_bytes: 1 << 16,
	output_bytes: 1 << 20,
	nodes: 200,
	..Limits::V1
};

/// Inspects and loads a file. `false` for one that asks for more memory than there is: not worth
/// keeping.
pub fn check(file: &[u8]) -> bool {
	let owned = file.to_vec();
	let end = sandbox::run(move || {
		let inspected = inspect(owned.clone()).is_ok();
		(inspected, load(LIMITS, owned).is_ok())
	});
	match end {
		End::Done((inspected, loaded)) => {
			if loaded && !inspected {
				findings::record("load: a model that loads and isn't described", "", file);
			}
		},
		End::Panicked(panic) => {
			findings::record(&format!("load: {}", panic.place), &panic.message, file);
		},
		End::OutOfMemory => return false,
	}
	true
}
