"""Inputs that are constants in every exported model: weights, and what says how, not on what.

The suite gives a node all of its inputs as inputs of the model. An exporter writes the axes of a
reduction, the shape of a reshape, scales, zero points and weights as constants, and where they decide
a shape or a type the chain, whose models have fixed shapes, needs them so. So each case with such
inputs is run twice: as the suite has it, and with them as constants of the same values.
"""

import onnx

# Positions of these inputs, by operator.
POSITIONS = {
    "AffineGrid": [1],
    "BatchNormalization": [1, 2, 3, 4],
    "BlackmanWindow": [0],
    "CastLike": [1],
    "CenterCropPad": [1],
    "Clip": [1, 2],
    "Col2Im": [1, 2],
    "Compress": [1],
    "ConstantOfShape": [0],
    "Conv": [1, 2],
    "ConvInteger": [1, 2, 3],
    "ConvTranspose": [1, 2],
    "CumSum": [1],
    "DFT": [1, 2],
    "DeformConv": [1, 3],
    "DequantizeLinear": [1, 2],
    "Dropout": [1, 2],
    "Expand": [1],
    "GRU": [1, 2, 3, 4],
    "Gemm": [1, 2],
    "GroupNormalization": [1, 2],
    "HammingWindow": [0],
    "HannWindow": [0],
    "InstanceNormalization": [1, 2],
    "LSTM": [1, 2, 3, 4, 7],
    "LayerNormalization": [1, 2],
    "MatMul": [1],
    "MatMulInteger": [1, 2, 3],
    "MaxUnpool": [2],
    "MelWeightMatrix": [0, 1, 2, 3, 4],
    "NegativeLogLikelihoodLoss": [2],
    "NonMaxSuppression": [2, 3, 4],
    "OneHot": [1, 2],
    "PRelu": [1],
    "Pad": [1, 2, 3],
    "Pow": [1],
    "QLinearConv": [1, 2, 3, 4, 5, 6, 7, 8],
    "QLinearMatMul": [1, 2, 3, 4, 5, 6, 7],
    "QuantizeLinear": [1, 2],
    "RMSNormalization": [1],
    "RNN": [1, 2, 3, 4],
    "Range": [0, 1, 2],
    "Reshape": [1],
    "Resize": [1, 2, 3],
    "ReverseSequence": [1],
    "RotaryEmbedding": [1, 2],
    "STFT": [1, 2, 3],
    "Slice": [1, 2, 3, 4],
    "SoftmaxCrossEntropyLoss": [2],
    "Split": [1],
    "Squeeze": [1],
    "Tile": [1],
    "TopK": [1],
    "Trilu": [1],
    "Unsqueeze": [1],
    "Upsample": [1],
} | {
    f"Reduce{which}": [1]
    for which in "L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare".split()
}


def names(graph):
    """Names of the graph's inputs that are constants in an exported model."""
    inputs = {value.name for value in graph.input}
    return inputs & {
        node.input[position]
        for node in graph.node
        if node.domain in ("", "ai.onnx")
        for position in POSITIONS.get(node.op_type, [])
        if position < len(node.input)
    }


def fix(model, tensors):
    """A copy of the model with constants for the inputs that `{name: TensorProto}` gives."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    for value in [value for value in graph.input if value.name in tensors]:
        graph.input.remove(value)
    for name, tensor in tensors.items():
        graph.initializer.add().CopyFrom(tensor)
        graph.initializer[-1].name = name
    # Before version 4 of the format a constant had to be an input too.
    copy.ir_version = max(copy.ir_version, 4)
    return copy
