//! Operators of `ai.onnx` that tract 0.23.9 lacks, or has otherwise than ONNX.
//!
//! | module | operators |
//! |---|---|
//! | [`activations`] | Celu, Softplus |
//! | [`affine_grid`] | AffineGrid |
//! | [`attention`] | Attention |
//! | [`branches`] | If |
//! | [`cast`] | Cast, CastLike |
//! | [`center_crop_pad`] | CenterCropPad |
//! | [`col2im`] | Col2Im |
//! | [`compress`] | Compress |
//! | [`deform_conv`] | DeformConv |
//! | [`det`] | Det |
//! | [`division`] | Div, Mod: a check around tract's |
//! | [`dropout`] | Dropout before opset 10 |
//! | [`gemm`] | Gemm |
//! | [`indices`] | Gather, GatherElements, GatherND, Scatter, ScatterElements, ScatterND, RotaryEmbedding: a check around tract's |
//! | [`initial_state`] | what LSTM begins with |
//! | [`log_softmax`] | LogSoftmax |
//! | [`losses`] | NegativeLogLikelihoodLoss, SoftmaxCrossEntropyLoss |
//! | [`lp_pool`] | LpPool, GlobalLpPool |
//! | [`max_unpool`] | MaxUnpool |
//! | [`one_hot`] | OneHot |
//! | [`pad`] | Pad, where tract's isn't enough |
//! | [`preconditions`] | axes, windows, sizes and ranks of many: a check around tract's |
//! | [`quantize`] | QuantizeLinear, DequantizeLinear |
//! | [`range`] | Range |
//! | [`reduce`] | the reductions but for ArgMax and ArgMin, where tract's isn't enough; GlobalMaxPool |
//! | [`reverse_sequence`] | ReverseSequence |
//! | [`roi_align`] | RoiAlign |
//! | [`squeeze`] | Squeeze |
//! | [`tensor_scatter`] | TensorScatter |
//! | [`unique`] | Unique |
//! | [`upsample`] | Upsample, Resize of opset 10 |
//!
//! What they have in common is in [`kernel`], [`choice`], [`guard`], [`data`], [`shape`] and [`windows`]; operators
//! that compute in another dtype than that of their inputs are in [`computed`].
//! Attributes, shapes and constants come from a file that may be hostile. They are checked in
//! [`kernel::Kernel::outputs`], before anything is allocated, and sizes are multiplied with checks.
//! Sums run in row-major order, in binary64 where nothing else is said, and are rounded once.

// What is indexed was checked when the model was analysed, and again by tract when it runs: the
// shapes of tensors are those of the facts that `outputs` accepted.

mod activations;
mod affine_grid;
mod attention;
mod branches;
mod cast;
mod center_crop_pad;
mod choice;
mod col2im;
mod compress;
mod computed;
mod data;
mod deform_conv;
mod det;
mod division;
mod dropout;
mod gemm;
mod guard;
mod indices;
mod initial_state;
mod kernel;
mod log_softmax;
mod losses;
mod lp_pool;
mod max_unpool;
mod one_hot;
mod pad;
mod preconditions;
mod quantize;
mod range;
mod reduce;
mod reverse_sequence;
mod roi_align;
mod shape;
mod squeeze;
mod tensor_scatter;
mod unique;
mod upsample;
mod windows;

use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*, Onnx};

/// Adds the operators, in tract's place where it has its own.
pub fn register(onnx: &mut Onnx) {
	let operators = &mut onnx.op_register;
	// Those that stand before tract's call it by another name, which no file can.
	let checked = preconditions::OPERATORS.iter().map(|(name, _)| *name);
	for name in checked.chain(reduce::names()).chain([
		"Div",
		"Mod",
		"Gather",
		"GatherElements",
		"GatherND",
		"If",
		"Pad",
		"Resize",
		"RotaryEmbedding",
		"Scatter",
		"ScatterElements",
		"ScatterND",
	]) {
		if let Some(builder) = operators.0.remove(name) {
			operators.0.insert(guard::original(name), builder);
		}
	}
	operators.insert("AffineGrid", affine_grid::build);
	operators.insert("Attention", attention::build);
	operators.insert("Cast", cast::build);
	operators.insert("CastLike", cast::build);
	operators.insert("Celu", activations::build);
	operators.insert("CenterCropPad", center_crop_pad::build);
	operators.insert("Col2Im", col2im::build);
	operators.insert("Compress", compress::build);
	operators.insert("DeformConv", deform_conv::build);
	operators.insert("DequantizeLinear", quantize::dequantize);
	operators.insert("Det", det::build);
	operators.insert("Div", division::build);
	operators.insert("Gather", indices::build);
	operators.insert("GatherElements", indices::build);
	operators.insert("GatherND", indices::build);
	operators.insert("Gemm", gemm::build);
	operators.insert("GlobalLpPool", lp_pool::build);
	operators.insert("If", branches::build);
	operators.insert(crate::states::OPERATOR, initial_state::build);
	operators.insert("LogSoftmax", log_softmax::build);
	operators.insert("LpPool", lp_pool::build);
	operators.insert("MaxUnpool", max_unpool::build);
	operators.insert("Mod", division::build);
	operators.insert("NegativeLogLikelihoodLoss", losses::build);
	operators.insert("OneHot", one_hot::build);
	operators.insert("Pad", pad::build);
	operators.insert("QuantizeLinear", quantize::quantize);
	operators.insert("Range", range::build);
	operators.insert("Resize", upsample::build);
	operators.insert("ReverseSequence", reverse_sequence::build);
	operators.insert("RoiAlign", roi_align::build);
	operators.insert("RotaryEmbedding", rotary);
	operators.insert("Scatter", indices::build);
	operators.insert("ScatterElements", indices::build);
	operators.insert("ScatterND", indices::build);
	operators.insert("SoftmaxCrossEntropyLoss", losses::build);
	operators.insert("Softplus", activations::build);
	operators.insert("Squeeze", squeeze::build);
	operators.insert("TensorScatter", tensor_scatter::build);
	operators.insert("Unique", unique::build);
	operators.insert("Upsample", upsample::build);
	for name in reduce::names() {
		operators.insert(name, reduce::build);
	}
	for (name, build) in preconditions::OPERATORS {
		operators.insert(name, *build);
	}
	computed::register(operators);
}

/// RotaryEmbedding looks positions up only where it has them as an input.
fn rotary(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	if node.input.get(3).is_some_and(|name| !name.is_empty()) {
		return indices::build(ctx, node);
	}
	guard::build_original(ctx, node)
}
