//! A node with empty caches reaches the same state.

mod chain;

use chain::{host, Node};
use opg_node::{receipt::find, service::HostFunctions};
use polkadot_sdk::sp_runtime::traits::{Block as _, Header as _};

/// Blocks of the chain.
const BLOCKS: u32 = 200;

/// Blocks before which the importer loses its compiled engine, in memory and on disk.
const ENGINE_LOST_BEFORE: [u32; 3] = [1, 100, 200];

#[test]
fn a_node_without_caches_imports_200_blocks_with_inference() {
	let warm_cache = tempfile::tempdir().unwrap();
	let cold_cache = tempfile::tempdir().unwrap();
	let author = Node::<HostFunctions>::new(host(warm_cache.path()));
	let importer = Node::<HostFunctions>::new(host(cold_cache.path()));
	assert_eq!(author.best(), importer.best());

	let mut nonce = 0;
	// Activation leaves an image, which the rest of the same block finds.
	let mut hits_of_block_1 = 0;
	for number in 1..=BLOCKS {
		let mut extrinsics = Vec::new();
		if number == 1 {
			extrinsics = author.publish(nonce);
			nonce += 3;
		}
		extrinsics.push(author.infer(nonce));
		nonce += 1;
		let block = author.author(extrinsics);
		assert_eq!(author.inferences(block.hash()), 1, "block {number} has no inference");

		importer.host.clear_images();
		if ENGINE_LOST_BEFORE.contains(&number) {
			importer.host.forget_engines(true);
		}
		// Import compares the state root that it computes with the header's.
		importer.import_foreign(&block).unwrap_or_else(|e| panic!("block {number}: {e}"));
		assert_eq!(importer.best(), block.hash());
		if number == 1 {
			hits_of_block_1 = importer.host.metrics().image_hits;
		}
	}

	let metrics = importer.host.metrics();
	assert_eq!(metrics.image_hits, hits_of_block_1, "no image was left to find");
	assert_eq!(metrics.image_misses, u64::from(BLOCKS) - 1);
	assert_eq!(metrics.engine_compiles, ENGINE_LOST_BEFORE.len() as u64);
	assert!(author.host.metrics().image_hits > 0);
}

#[test]
fn a_batch_loads_its_model_once_without_its_image() {
	const ROWS: u32 = 5;
	let caches = [(); 2].map(|()| tempfile::tempdir().unwrap());
	let author = Node::<HostFunctions>::new(host(caches[0].path()));
	let importer = Node::<HostFunctions>::new(host(caches[1].path()));
	let published = author.author(author.publish(0));
	assert_eq!(find::root(published.header().digest()), None);
	importer.import_foreign(&published).unwrap();

	importer.host.clear_images();
	let before = importer.host.metrics();
	let block = author.author(vec![author.infer_batch(3, ROWS)]);
	assert_eq!(author.inferences(block.hash()), ROWS as usize);
	importer.import_foreign(&block).unwrap();
	let after = importer.host.metrics();
	assert_eq!(importer.best(), block.hash());
	assert_eq!(after.loads - before.loads, 1);
	assert_eq!(after.runs - before.runs, u64::from(ROWS));
	assert_eq!(after.image_hits - before.image_hits, u64::from(ROWS) - 1);
	// The header, which the importer has made again, has the root over the receipts.
	assert!(find::root(block.header().digest()).is_some());
}
