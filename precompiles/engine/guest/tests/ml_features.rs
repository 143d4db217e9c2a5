//! Operators of `ai.onnx.ml` that prepare features, against values computed by hand.

mod common;

use common::{ml::*, *};
use opg_engine_abi::{DType, ErrorCode, Tensor};

const F32: DType = DType::Float32;

#[test]
fn scaler_scales_each_feature() {
	let case = Case::new(
		"Scaler",
		(F32, &[2, 2]),
		&[list("offset", &[1.0, 2.0]), list("scale", &[2.0, 0.5])],
	);
	let x = f32_tensor(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
	assert_eq!(floats(&case.run(&[x])[0]), [0.0, 0.0, 4.0, 1.0]);
	// One pair for all, integers, one row without a batch axis.
	let case =
		Case::new("Scaler", (DType::Int64, &[3]), &[list("offset", &[1.0]), list("scale", &[2.5])]);
	let output = &case.run(&[i64_tensor(&[3], &[1, 2, 3])])[0];
	assert_eq!((floats(output), &output.shape[..]), (vec![0.0, 2.5, 5.0], &[3][..]));
	// float64 keeps its digits until the end.
	let case = Case::new(
		"Scaler",
		(DType::Float64, &[1, 1]),
		&[list("offset", &[1e8]), list("scale", &[1.0])],
	);
	assert_eq!(floats(&case.run(&[f64_tensor(&[1, 1], &[1e8 + 1.0])])[0]), [1.0]);
}

#[test]
fn scaler_refuses_what_doesnt_fit() {
	let good =
		Case::new("Scaler", (F32, &[2, 3]), &[list("offset", &[1.0; 3]), list("scale", &[1.0; 3])]);
	good.run(&[f32_tensor(&[2, 3], &[0.0; 6])]);
	good.clone().with(list("scale", &[1.0])).assert_refused("lengths");
	good.clone().without("scale").assert_refused("no scale");
	good.clone().with(ints("scale", &[1, 1, 1])).assert_refused("type");
	let two = [list("offset", &[1.0; 2]), list("scale", &[1.0; 2])];
	Case::new("Scaler", (F32, &[2, 3]), &two).assert_refused("features");
	Case::new("Scaler", (F32, &[1, 2, 2]), &two).assert_refused("axes");
	Case::new("Scaler", (F32, &[]), &two).assert_refused("a scalar");
	Case::new("Scaler", (DType::Bool, &[2]), &two).assert_refused("dtype");
}

#[test]
fn normalizer_divides_rows() {
	let x = [-3.0, 2.0, 1.0, 0.0, 0.0, 0.0, -1.0, -2.0, -4.0];
	let run = |norm: &str| {
		let case = Case::new("Normalizer", (F32, &[3, 3]), &[string("norm", norm)]);
		case.run(&[f32_tensor(&[3, 3], &x)]).remove(0)
	};
	// The largest value, not the largest magnitude; a row of zeros stays.
	assert_close(&run("MAX"), &[-1.5, 1.0, 0.5, 0.0, 0.0, 0.0, 1.0, 2.0, 4.0]);
	let third = 1.0 / 3.0;
	let l1 = [-0.5, third, 0.5 * third, 0.0, 0.0, 0.0, -1.0 / 7.0, -2.0 / 7.0, -4.0 / 7.0];
	assert_close(&run("L1"), &l1);
	let case = Case::new("Normalizer", (DType::Int64, &[2]), &[string("norm", "L2")]);
	assert_close(&case.run(&[i64_tensor(&[2], &[-3, 4])])[0], &[-0.6, 0.8]);
	Case::new("Normalizer", (F32, &[2]), &[string("norm", "l2")]).assert_refused("norm");
	Case::new("Normalizer", (F32, &[2, 2, 2]), &[]).assert_refused("axes");
}

#[test]
fn binarizer_compares() {
	let case = Case::new("Binarizer", (F32, &[1, 3]), &[float("threshold", 1.5)]);
	assert_eq!(floats(&case.run(&[f32_tensor(&[1, 3], &[1.0, 2.0, 1.5])])[0]), [0.0, 1.0, 0.0]);
	let error = case.try_run(&[f32_tensor(&[1, 3], &[f32::NAN; 3])]).unwrap_err();
	assert_eq!(error.error.code, ErrorCode::RunFailed);
	let output = &Case::new("Binarizer", (DType::Float64, &[2]), &[])
		.run(&[f64_tensor(&[2], &[-0.0, 1e-300])])[0];
	assert_eq!((output.dtype, output.data[..8] == [0; 8]), (DType::Float64, true));
	assert_eq!(output.data[8..], 1f64.to_le_bytes());
}

#[test]
fn imputer_replaces_one_value() {
	let values = list("imputed_value_floats", &[7.0, 8.0]);
	let nan = float("replaced_value_float", f32::NAN);
	let case = Case::new("Imputer", (F32, &[2, 2]), &[values.clone(), nan]);
	let x = f32_tensor(&[2, 2], &[f32::NAN, 1.0, 2.0, f32::NAN]);
	assert_eq!(floats(&case.run(std::slice::from_ref(&x))[0]), [7.0, 1.0, 2.0, 8.0]);
	let case = case.with(float("replaced_value_float", 1.0));
	let output = floats(&case.run(&[x])[0]);
	assert!(output[0].is_nan() && output[1] == 8.0 && output[2] == 2.0);
	let case = Case::new(
		"Imputer",
		(DType::Int64, &[3]),
		&[ints("imputed_value_int64s", &[i64::MAX]), int("replaced_value_int64", -1)],
	);
	assert_eq!(longs(&case.run(&[i64_tensor(&[3], &[-1, 0, 5])])[0]), [i64::MAX, 0, 5]);

	case.clone().with(values.clone()).assert_refused("floats and integers");
	case.without("imputed_value_int64s").assert_refused("nothing to impute");
	Case::new("Imputer", (F32, &[2, 3]), std::slice::from_ref(&values)).assert_refused("features");
	Case::new("Imputer", (DType::Int64, &[2, 2]), &[values]).assert_refused("dtype");
}

#[test]
fn one_hot_encoder_lights_one_cell() {
	let cats = ints("cats_int64s", &[3, 1]);
	let case = Case::new("OneHotEncoder", (DType::Int64, &[3]), std::slice::from_ref(&cats));
	let output = &case.run(&[i64_tensor(&[3], &[1, 2, 3])])[0];
	assert_eq!(output.shape, [3, 2]);
	assert_eq!(floats(output), [0.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
	let strict = case.with(int("zeros", 0));
	assert!(strict.try_run(&[i64_tensor(&[3], &[1, 1, 3])]).is_ok());
	let error = strict.try_run(&[i64_tensor(&[3], &[1, 2, 3])]).unwrap_err();
	assert_eq!(error.error.code, ErrorCode::RunFailed);
	// Floats are cut to integers; what is none has no category, not even 0.
	let cats = [ints("cats_int64s", &[0, 1, i64::MAX, i64::MIN])];
	let case = Case::new("OneHotEncoder", (F32, &[1, 5]), &cats);
	let x = [1.9, f32::NAN, f32::INFINITY, -0.5, i64::MIN as f32];
	let output = &case.run(&[f32_tensor(&[1, 5], &x)])[0];
	assert_eq!(output.shape, [1, 5, 4]);
	let lit: Vec<usize> = (0..20).filter(|i| floats(output)[*i] == 1.0).collect();
	assert_eq!(lit, [1, 12, 19]);

	case.clone().without("cats_int64s").assert_refused("no categories");
	case.clone().with(ints("cats_int64s", &[1, 1])).assert_refused("a category twice");
	let wide = Case::new("OneHotEncoder", (F32, &[1; 8]), &cats);
	wide.assert_refused("too many axes");
}

#[test]
fn label_encoder_looks_values_up() {
	let case = Case::new(
		"LabelEncoder",
		(DType::Int64, &[2, 2]),
		&[ints("keys_int64s", &[5, -1, 9]), list("values_floats", &[0.5, 1.5, 2.5])],
	);
	let x = i64_tensor(&[2, 2], &[9, 5, -1, 7]);
	let output = case.run(std::slice::from_ref(&x)).remove(0);
	assert_eq!(output.shape, [2, 2]);
	assert_eq!(floats(&output), [2.5, 0.5, 1.5, 0.0]);
	assert!(floats(&output)[3].is_sign_negative());
	let case = case.with(float("default_float", 9.0));
	assert_eq!(floats(&case.run(&[x])[0]), [2.5, 0.5, 1.5, 9.0]);

	// NaN is a key since opset 4 only; zeros are one key whatever their sign.
	let keys = list("keys_floats", &[f32::NAN, 0.0]);
	let case = Case::new("LabelEncoder", (F32, &[3]), &[keys, ints("values_int64s", &[5, 6])]);
	let x = f32_tensor(&[3], &[f32::from_bits(0xffc0_0001), -0.0, 1.0]);
	assert_eq!(longs(&case.clone().opset(2).run(std::slice::from_ref(&x))[0]), [-1, 6, -1]);
	assert_eq!(longs(&case.opset(4).run(&[x])[0]), [5, 6, -1]);
}

#[test]
fn label_encoder_takes_tensors() {
	let shorts = |name: &str, elements: &[i16]| {
		packed(name, DType::Int16, elements.iter().flat_map(|x| x.to_le_bytes()).collect())
	};
	let case = Case::new(
		"LabelEncoder",
		(DType::Float64, &[3]),
		&[doubles("keys_tensor", &[0.1, 0.2]), shorts("values_tensor", &[7, 8])],
	)
	.opset(4);
	let x = f64_tensor(&[3], &[0.2, 0.1, 0.3]);
	let values = |case: &Case| -> Vec<i16> {
		let output = case.run(std::slice::from_ref(&x)).remove(0);
		assert_eq!(output.dtype, DType::Int16);
		output.data.as_chunks::<2>().0.iter().map(|b| i16::from_le_bytes(*b)).collect()
	};
	assert_eq!(values(&case), [8, 7, -1]);
	assert_eq!(values(&case.clone().with(shorts("default_tensor", &[3]))), [8, 7, 3]);

	case.clone().with(shorts("default_tensor", &[3, 4])).assert_refused("two defaults");
	case.clone().with(doubles("default_tensor", &[3.0])).assert_refused("default's type");
	case.clone().with(shorts("values_tensor", &[7])).assert_refused("lengths");
	case.clone().with(ints("values_int64s", &[7, 8])).assert_refused("values twice");
	case.clone().with(doubles("keys_tensor", &[0.1, 0.1])).assert_refused("a key twice");
	case.clone().with(shorts("keys_tensor", &[1, 2])).assert_refused("another input type");
	let bools = packed("keys_tensor", DType::Bool, vec![0, 1]);
	case.clone().with(bools).assert_refused("booleans");
	case.clone().without("keys_tensor").assert_refused("no keys");
	let same =
		case.with(doubles("keys_tensor", &[0.1, 0.1])).with(shorts("values_tensor", &[7, 7]));
	assert_eq!(values(&same), [-1, 7, -1]);
}

#[test]
fn array_feature_extractor_takes_columns() {
	let x = f32_tensor(&[2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
	let case = Case::new("ArrayFeatureExtractor", (F32, &[2, 3]), &[]);
	let case = case.and((DType::Int64, &[1, 2]));
	let output = &case.run(&[x.clone(), i64_tensor(&[1, 2], &[2, 0])])[0];
	assert_eq!((&output.shape[..], floats(output)), (&[2, 2][..], vec![2.0, 0.0, 5.0, 3.0]));
	for columns in [[0, 3], [-1, 0], [0, i64::MAX]] {
		let error = case.try_run(&[x.clone(), i64_tensor(&[1, 2], &columns)]).unwrap_err();
		assert_eq!(error.error.code, ErrorCode::RunFailed);
	}
	// One axis becomes one row.
	let case = Case::new("ArrayFeatureExtractor", (DType::Int64, &[3]), &[]);
	let case = case.and((DType::Int64, &[1]));
	let output = &case.run(&[i64_tensor(&[3], &[7, 8, 9]), i64_tensor(&[1], &[1])])[0];
	assert_eq!((&output.shape[..], longs(output)), (&[1, 1][..], vec![8]));
	let case = Case::new("ArrayFeatureExtractor", (F32, &[3]), &[]).and((F32, &[1]));
	case.assert_refused("columns that are floats");
}

#[test]
fn feature_vectorizer_puts_inputs_side_by_side() {
	let case = Case::new("FeatureVectorizer", (F32, &[2, 2]), &[ints("inputdimensions", &[1, 2])]);
	let case = case.and((F32, &[2, 2]));
	let inputs = [f32_tensor(&[2, 2], &[1.0, 2.0, 3.0, 4.0]), f32_tensor(&[2, 2], &[5.0; 4])];
	let output = &case.run(&inputs)[0];
	assert_eq!(output.shape, [2, 3]);
	assert_eq!(floats(output), [1.0, 5.0, 5.0, 3.0, 5.0, 5.0]);
	case.clone().with(ints("inputdimensions", &[1, 3])).assert_refused("filling");
	case.clone().with(ints("inputdimensions", &[1])).assert_refused("count");
	case.clone().with(ints("inputdimensions", &[-1, 1])).assert_refused("negative");
	case.clone().with(ints("inputdimensions", &[i64::MAX; 2])).assert_refused("huge");
	case.and((F32, &[3, 1])).with(ints("inputdimensions", &[1; 3])).assert_refused("rows");
}

#[test]
fn dimensions_of_the_graph_are_integers_here() {
	// Shape gives tract's own dimension type; Scaler must see integers.
	let scaler =
		Case::new("Scaler", (F32, &[5, 6]), &[list("offset", &[1.0]), list("scale", &[0.5])]);
	let mut m = scaler.model();
	let node = &mut graph(&mut m).node;
	node[0].input = vec!["s".into()];
	node.insert(0, common::node("Shape", &["x0"], &["s"]));
	let loaded = load_model(&m).unwrap_or_else(|r| panic!("{} {}", r.error, r.node()));
	let output = run(&loaded, &[f32_tensor(&[5, 6], &[0.0; 30])]).unwrap();
	assert_eq!(floats(&output[0]), [2.0, 2.5]);
}

#[test]
fn zipmap_and_texts_are_refused_with_a_remedy() {
	let x = (F32, &[1i64, 2][..]);
	let zipmap = Case::new("ZipMap", x, &[ints("classlabels_int64s", &[0, 1])]);
	let error = load_model(&zipmap.model()).map(|_| ()).unwrap_err();
	assert_eq!((error.error.code, error.error.args[0]), (ErrorCode::OperatorUnsupported, 3));
	assert!(error.node().contains("zipmap=False"), "{}", error.node());

	for (operator, name) in [
		("LinearClassifier", "classlabels_strings"),
		("OneHotEncoder", "cats_strings"),
		("LabelEncoder", "values_strings"),
		("LabelEncoder", "classes_strings"),
		("TreeEnsembleClassifier", "classlabels_strings"),
	] {
		let mut case = Case::new(operator, x, &[texts(name, &["a", "b"])]);
		if operator.ends_with("Classifier") {
			case = case.classifier();
		}
		let error = load_model(&case.model()).map(|_| ()).unwrap_err();
		assert_eq!((error.error.code, error.error.args[0]), (ErrorCode::DtypeUnsupported, 8));
		assert!(error.node().contains(name), "{}", error.node());
	}
	// Exporters leave empty lists behind.
	let case =
		Case::new("OneHotEncoder", x, &[texts("cats_strings", &[]), ints("cats_int64s", &[0])]);
	case.run(&[Tensor { dtype: F32, shape: vec![1, 2], data: vec![0; 8] }]);
}
