//! What a node asks the runtime about the warm set.

use crate::types::WarmView;
use alloc::vec::Vec;
use polkadot_sdk::sp_api;

sp_api::decl_runtime_apis! {
	/// The warm set, for the node.
	pub trait WarmSetApi {
		/// What a node keeps prepared after this block, the most important first.
		fn warm_set() -> Vec<WarmView>;
	}
}
