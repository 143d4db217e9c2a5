//! A node that hasn't executed a block prepares the models of its warm set, and finds them.

mod chain;

use chain::{host, Node};
use opg_engine_host::{EngineHost, HostConfig};
use opg_node::service::{warm, HostFunctions};
use polkadot_sdk::sp_runtime::traits::Block as _;

#[test]
fn a_starting_node_prepares_the_warm_set() {
	let caches = [(); 2].map(|()| tempfile::tempdir().unwrap());
	let author = Node::<HostFunctions>::new(host(caches[0].path()));
	let importer = Node::<HostFunctions>::new(host(caches[1].path()));

	let mut extrinsics = author.publish(0);
	extrinsics.push(author.infer(3));
	let first = author.author(extrinsics);
	assert_eq!(author.inferences(first.hash()), 1);
	importer.import_foreign(&first).unwrap();

	// As after a restart: the state is there, the images aren't.
	importer.host.clear_images();
	warm::prepare_best(&importer.client, &importer.host);
	assert_eq!(importer.host.images_held().0, 1);
	let before = importer.host.metrics();
	let second = author.author(vec![author.infer(4)]);
	importer.import_foreign(&second).unwrap();
	let after = importer.host.metrics();
	assert_eq!(importer.best(), second.hash());
	assert_eq!((after.image_hits - before.image_hits, after.loads - before.loads), (1, 0));
	// Nothing is left to do.
	warm::prepare_best(&importer.client, &importer.host);
	assert_eq!(importer.host.metrics().loads, after.loads);
}

#[test]
fn a_node_without_room_for_the_set_still_follows() {
	let caches = [(); 2].map(|()| tempfile::tempdir().unwrap());
	let author = Node::<HostFunctions>::new(host(caches[0].path()));
	let small = HostConfig {
		cache_dir: Some(caches[1].path().join("engine")),
		image_cache_bytes: 0,
		..HostConfig::default()
	};
	let importer = Node::<HostFunctions>::new(EngineHost::new(small).unwrap());
	let mut extrinsics = author.publish(0);
	extrinsics.push(author.infer(3));
	importer.import_foreign(&author.author(extrinsics)).unwrap();
	warm::prepare_best(&importer.client, &importer.host);
	assert_eq!(importer.host.images_held().0, 0);
	let second = author.author(vec![author.infer(4)]);
	importer.import_foreign(&second).unwrap();
	assert_eq!(importer.best(), second.hash());
}
