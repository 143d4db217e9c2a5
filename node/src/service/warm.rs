//! Keeps the images of the warm set ready.
//!
//! The chain charges no load for the models of its warm set (`pallet-warm-set`), because every node has
//! their images. A node makes an image when it executes a block in which the model runs; what is left
//! to do here is what it hasn't executed: the whole set after a start or a state sync, and pinned
//! models. A starting node makes them before it authors. A running one looks at every new best block,
//! makes what is missing, one at a time, and tells the engine's host which images leave its cache last.

use super::{
	engines::{StateSource, LOG_TARGET},
	Block, Client,
};
use futures::{stream, StreamExt};
use opg_engine_host::EngineHost;
use opg_runtime::Runtime;
use pallet_warm_set::{runtime_api::WarmSetApi as _, WarmView};
use polkadot_sdk::{
	sc_client_api::{BlockchainEvents, HeaderBackend},
	sc_service::TaskManager,
	sp_api::ProvideRuntimeApi,
	sp_core::Get,
	sp_runtime::traits::Block as BlockT,
};
use std::{sync::Arc, time::Instant};

/// What the warm set's images may take together, in bytes.
type WarmBytes = <Runtime as pallet_warm_set::Config>::MaxBytes;
/// Hash of a block.
type Hash = <Block as BlockT>::Hash;

/// Makes the images of the best block's warm set. Warns when they may not fit this node's cache.
pub fn prepare_best(client: &Client, host: &EngineHost) {
	let (cache, set) = (host.config().image_cache_bytes as u64, WarmBytes::get());
	if cache < set {
		log::warn!(
			target: LOG_TARGET,
			"The cache of prepared models has {} MiB and the chain's warm set may take {}: calls \
			 whose load isn't charged will load models here. Raise --engine-cache-mib.",
			cache >> 20,
			set >> 20,
		);
	}
	let start = Instant::now();
	let made = prepare(client, host, client.info().best_hash);
	if made > 0 {
		log::info!(
			target: LOG_TARGET,
			"Prepared {made} models of the warm set in {} ms",
			start.elapsed().as_millis()
		);
	}
}

/// Keeps the images of every new best block's warm set.
pub fn spawn_watch(task_manager: &TaskManager, client: Arc<Client>, host: Arc<EngineHost>) {
	let imported = client.import_notification_stream().map(|_| ());
	// Finality comes also after a state sync, when no single block is announced.
	let finalised = client.finality_notification_stream().map(|_| ());
	let mut changes = stream::select(imported, finalised);
	let mut seen = client.info().best_hash;
	let watch = async move {
		while changes.next().await.is_some() {
			// Whatever block this was about: the set of the best one is what the next block needs.
			let best = client.info().best_hash;
			if best != seen {
				seen = best;
				prepare(&client, &host, best);
			}
		}
	};
	task_manager.spawn_handle().spawn_blocking("warm-set", Some("engine"), watch);
}

/// Makes what is missing and says how many images that were. A model that can't be prepared now is
/// loaded when it is called: a node without the image only takes longer, so this never stops it.
fn prepare(client: &Client, host: &EngineHost, at: Hash) -> usize {
	let models = match client.runtime_api().warm_set(at) {
		Ok(models) => models,
		Err(error) => {
			// A block of another fork may be gone by now; the next one is asked again.
			log::debug!(target: LOG_TARGET, "No warm set at block {at}: {error}");
			return 0;
		},
	};
	host.keep_warm(models.iter().map(|model| (&model.engine, &model.content, &model.limits)));
	models.iter().filter(|model| prepare_one(client, host, at, model)).count()
}

/// Whether an image was made now.
fn prepare_one(client: &Client, host: &EngineHost, at: Hash, warm: &WarmView) -> bool {
	let outcome = host.prepare_model(
		&warm.engine,
		&mut StateSource { client, at, prefix: &warm.engine_prefix },
		&warm.content,
		&mut StateSource { client, at, prefix: &warm.content_prefix },
		&warm.limits,
		warm.load_fuel,
		warm.image_hash.0,
	);
	let failure = match outcome {
		Ok(Ok(made)) => return made,
		Ok(Err(refused)) => refused.fault.error.to_string(),
		Err(failure) => failure.to_string(),
	};
	log::warn!(target: LOG_TARGET, "Model {} of the warm set isn't prepared: {failure}", warm.model);
	false
}
