//! What clients and nodes read.

use super::mock::*;
use crate::{ModelStatus, MAX_VIEWS};
use opg_engine_abi::CHUNK_BYTES;

#[test]
fn models_are_listed_in_order_with_gaps_left_out() {
	chain(|| {
		let ids: Vec<_> = (0..4).map(|n| draft(&content(n + 1))).collect();
		accept(Registry::retire(signed(alice()), ids[1]));
		accept(Registry::reap(signed(bob()), ids[1]));
		let list = |from, limit| {
			Registry::model_views(from, limit).into_iter().map(|view| view.id).collect::<Vec<_>>()
		};
		assert_eq!(list(0, 10), [1, 3, 4]);
		assert_eq!(list(1, 2), [1, 3]);
		assert_eq!(list(2, 1), [3]);
		assert_eq!(list(5, 10), [0; 0]);
		assert_eq!(list(u32::MAX, u32::MAX), [0; 0]);
		assert!(list(0, u32::MAX).len() <= MAX_VIEWS as usize);
	});
}

#[test]
fn a_view_shows_what_holds_now() {
	chain(|| {
		let id = active("affine");
		accept(Registry::set_price(signed(alice()), id, 7));
		let view = Registry::model_view(id).expect("the model is there");
		assert_eq!((view.price, view.pending_price), (0, Some((7, 6))));
		assert_eq!((view.status, view.callable), (ModelStatus::Active, true));
		assert_eq!(view.engine_hash.0, opg_engine_blob::latest().hash);
		assert_eq!(view.name, b"a model");
		go_to(6);
		let view = Registry::model_view(id).expect("the model is there");
		assert_eq!((view.price, view.pending_price), (7, None));
		assert_eq!(Registry::model_view(9), None);
	});
}

#[test]
fn a_node_finds_every_engine() {
	chain(|| {
		let engines = Registry::engine_views();
		assert_eq!(engines.len(), 1);
		let engine = &engines[0];
		assert_eq!((engine.version, engine.callable_from, engine.disabled_from), (1, 0, None));
		let stored: usize = (0..engine.engine.chunks())
			.map(|index| {
				let mut key = engine.prefix.clone();
				key.extend(index.to_le_bytes());
				let value = polkadot_sdk::sp_io::storage::get(&key).expect("the chunk is there");
				<Vec<u8> as codec::Decode>::decode(&mut &value[..]).expect("it is a chunk").len()
			})
			.sum();
		assert_eq!(stored, engine.engine.stored_len as usize);
		assert!(engine.engine.stored_len > CHUNK_BYTES);
	});
}
