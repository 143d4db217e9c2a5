//! Tests of [`super`] on models built field by field.

use super::*;

enum D<'a> {
	N(u64),
	P(&'a str),
	None,
}

fn message(build: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
	let mut out = Vec::new();
	build(&mut out);
	out
}

fn value_info(name: &str, shape: &[D<'_>]) -> Vec<u8> {
	let shape = message(|out| {
		for dim in shape {
			let dim = message(|out| match dim {
				D::N(n) => put_number(out, DIM_VALUE, *n),
				D::P(p) => {
					put_bytes(out, 3, b"DATA_BATCH");
					put_bytes(out, DIM_PARAM, p.as_bytes());
				},
				D::None => {},
			});
			put_bytes(out, SHAPE_DIM, &dim);
		}
	});
	let tensor = message(|out| {
		put_number(out, 1, 1);
		put_bytes(out, TENSOR_TYPE_SHAPE, &shape);
	});
	let kind = message(|out| put_bytes(out, TYPE_TENSOR, &tensor));
	message(|out| {
		put_bytes(out, VALUE_INFO_TYPE, &kind);
		put_bytes(out, VALUE_INFO_NAME, name.as_bytes());
		put_bytes(out, 3, b"a doc string");
	})
}

fn model(batch: impl Fn() -> D<'static>, axis: impl Fn() -> D<'static>) -> Vec<u8> {
	let graph = message(|out| {
		put_bytes(out, 2, b"graph");
		put_bytes(out, GRAPH_INITIALIZER, &message(|out| put_bytes(out, TENSOR_NAME, b"w")));
		// A weight of 300 bytes, so that the graph's own length takes two bytes.
		put_bytes(out, GRAPH_INITIALIZER, &message(|out| put_bytes(out, 9, &[7; 300])));
		put_bytes(out, GRAPH_INPUT, &value_info("x:0", &[batch(), D::N(4), axis()]));
		put_bytes(out, GRAPH_INPUT, &value_info("w", &[D::N(4)]));
		put_bytes(out, GRAPH_VALUE_INFO, &value_info("h", &[batch(), D::N(2)]));
		put_bytes(out, GRAPH_OUTPUT, &value_info("y", &[batch(), D::P("classes")]));
	});
	message(|out| {
		put_number(out, 1, 8);
		put_bytes(out, 2, b"exporter");
		put_bytes(out, MODEL_GRAPH, &graph);
		put_bytes(out, 8, &message(|out| put_number(out, 2, 17)));
		// A field of a later schema.
		put_bytes(out, 99, b"unknown");
	})
}

fn settings(texts: &[&str]) -> Vec<Setting> {
	texts.iter().map(|t| t.parse().unwrap()).collect()
}

fn fixed(model: &[u8], texts: &[&str]) -> Result<Vec<u8>, DimsError> {
	let tensors = declared(model)?;
	fix(model, &Plan::from_settings(&settings(texts), &tensors)?)
}

#[test]
fn names_and_places_are_set_and_every_other_byte_stays() {
	let before = model(|| D::P("batch"), || D::None);
	let tensors = declared(&before).unwrap();
	assert_eq!(
		tensors.iter().map(|t| t.place).collect::<Vec<_>>(),
		[Place::Input, Place::Inner, Place::Inner, Place::Output]
	);
	let names: Vec<_> = open(&tensors).iter().map(ToString::to_string).collect();
	assert_eq!(names, ["batch", "x:0:2"]);

	let after = fixed(&before, &["batch=3", "x:0:2=5"]).unwrap();
	let tensors = declared(&after).unwrap();
	assert_eq!(tensors[0].shape, Some(vec![Dim::Fixed(3), Dim::Fixed(4), Dim::Fixed(5)]));
	assert_eq!(tensors[2].shape, Some(vec![Dim::Fixed(3), Dim::Fixed(2)]));
	assert_eq!(tensors[3].shape, Some(vec![Dim::Fixed(3), Dim::Named("classes".into())]));
	assert_eq!(open(&tensors), []);
	// Denotation, weights, documentation and the unknown field are still there.
	for kept in [&b"DATA_BATCH"[..], &[7; 300], b"a doc string", b"unknown", b"exporter"] {
		let count = |bytes: &[u8]| bytes.windows(kept.len()).filter(|w| *w == kept).count();
		assert_eq!(count(&before), count(&after));
	}
}

#[test]
fn the_result_is_the_model_that_was_exported_with_numbers() {
	let symbolic = model(|| D::None, || D::None);
	let plain = model(|| D::N(3), || D::N(5));
	let after = fixed(&symbolic, &["x:0:0=3", "x:0:2=5", "h:0=3", "y:0=3"]).unwrap();
	assert_eq!(after, plain);
}

#[test]
fn nothing_to_do_changes_nothing() {
	let before = model(|| D::P("batch"), || D::N(5));
	assert_eq!(fix(&before, &Plan::default()).unwrap(), before);
	assert_eq!(fixed(&before, &["x:0:1=4"]).unwrap(), before);
	// A length written with a spare byte stays as it is.
	let mut odd = vec![8 << 3 | 2, 0x82, 0x00, 0x10, 0x11];
	odd.extend(&before);
	assert_eq!(fix(&odd, &Plan::default()).unwrap(), odd);
}

#[test]
fn shapes_of_inputs_give_a_plan() {
	let before = model(|| D::P("batch"), || D::None);
	let tensors = declared(&before).unwrap();
	let plan = Plan::from_shapes([("x:0", &[3u32, 4, 5][..])], &tensors).unwrap();
	assert_eq!(fix(&before, &plan), fixed(&before, &["batch=3", "x:0:2=5"]));
	assert_eq!(
		Plan::from_shapes([("x:0", &[3u32][..])], &tensors),
		Err(DimsError::Rank { input: "x:0".into(), expected: 3, got: 1 })
	);
	assert!(Plan::from_shapes([("other", &[3u32][..])], &tensors).unwrap().is_empty());
}

#[test]
fn wrong_settings_are_refused() {
	let before = model(|| D::P("batch"), || D::None);
	assert_eq!(
		fixed(&before, &["bach=3"]),
		Err(DimsError::Unknown { target: "bach".into(), known: "batch, x:0:2".into() })
	);
	assert_eq!(
		fixed(&before, &["batch=3", "batch=4"]),
		Err(DimsError::Conflict { target: "batch".into(), first: 3, second: 4 })
	);
	assert_eq!(
		fixed(&before, &["x:0:1=3"]),
		Err(DimsError::Fixed { target: "x:0:1".into(), fixed: 4 })
	);
	assert!(matches!(fixed(&before, &["x:0:3=3"]), Err(DimsError::Unknown { .. })));
	for text in ["batch", "batch=", "=3", "batch=0", "batch=-1", "batch=4294967296", "batch=x"] {
		assert_eq!(text.parse::<Setting>(), Err(DimsError::Syntax(text.into())));
	}
}

#[test]
fn malformed_models_are_refused() {
	assert_eq!(declared(b""), Err(DimsError::NoGraph));
	assert!(matches!(declared(b"not a model"), Err(DimsError::Wire(_) | DimsError::NoGraph)));
	assert_eq!(
		declared(&message(|out| put_number(out, MODEL_GRAPH, 1))),
		Err(WireError::WrongType { message: "ModelProto", field: 7 }.into())
	);
	// Every cut of a model is an error or a shorter model, never a panic.
	let whole = model(|| D::P("batch"), || D::None);
	for end in 0..whole.len() {
		let cut = whole.get(..end).unwrap();
		let _ = declared(cut).and_then(|_| fix(cut, &Plan::default()));
	}
	assert!(matches!(declared(whole.get(..400).unwrap()), Err(DimsError::Wire(_))));
	// A name that isn't UTF-8.
	let bad = message(|out| {
		let graph = message(|out| {
			put_bytes(out, GRAPH_INPUT, &message(|out| put_bytes(out, VALUE_INFO_NAME, &[0xff])))
		});
		put_bytes(out, MODEL_GRAPH, &graph);
	});
	assert_eq!(declared(&bad), Err(WireError::NotUtf8("ValueInfoProto").into()));
}
