//! How the node hands its executor to the host functions.

use opg_engine_host::{EngineHost, Lane};
use polkadot_sdk::sp_externalities::{Extension, Externalities, ExternalitiesExt};
use std::{
	any::{Any, TypeId},
	sync::Arc,
};

/// The node's executor and the lane of the call, registered with the externalities of one runtime
/// call.
///
/// Consensus lanes are marked: block import and authoring register [`Lane::Consensus`], everything
/// else (RPC, dry runs, the pool) [`Lane::Rpc`].
#[derive(Clone, Debug)]
pub struct EngineExt {
	/// Who waits for the answer.
	pub lane: Lane,
	/// The executor.
	pub host: Arc<EngineHost>,
}

impl Extension for EngineExt {
	fn as_mut_any(&mut self) -> &mut dyn Any {
		self
	}

	fn type_id(&self) -> TypeId {
		TypeId::of::<Self>()
	}
}

/// The executor of this call: the extension's, else the process's in the consensus lane.
pub(crate) fn executor(mut externalities: &mut dyn Externalities) -> (Lane, Arc<EngineHost>) {
	match externalities.extension::<EngineExt>() {
		Some(ext) => (ext.lane, Arc::clone(&ext.host)),
		None => (Lane::Consensus, EngineHost::global()),
	}
}
