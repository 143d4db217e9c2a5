"""Ordinary models, and two series that show how time grows. Weights are random; nothing is trained."""

import logging
import tempfile
from pathlib import Path

import numpy as np
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from graph import Graph


def mlp():
    """64-256-256-1."""
    g = Graph(1)
    x = g.random.randn(1, 64).astype(np.float32)
    t = "x"
    for i, o in [(64, 256), (256, 256), (256, 1)]:
        t = g.add("Gemm", t, g.weights(i, o, fan_in=i), g.zeros(o))
        if o != 1:
            t = g.add("Relu", t)
    return g.model([("x", x)], t, [1, 1])


def cnn():
    """28 x 28, two convolutions."""
    g = Graph(2)
    x = g.random.rand(1, 1, 28, 28).astype(np.float32)
    t = "x"
    for i, o in [(1, 16), (16, 32)]:
        w = g.weights(o, i, 3, 3, fan_in=9 * i)
        t = g.add("Conv", t, w, g.zeros(o), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        t = g.add("Relu", t)
        t = g.add("MaxPool", t, kernel_shape=[2, 2], strides=[2, 2])
    t = g.add("Flatten", t, axis=1)
    # Not Gemm, which the quantiser would turn into an operator that ONNX doesn't have.
    t = g.add("MatMul", t, g.weights(32 * 49, 10, fan_in=32 * 49))
    return g.model([("x", x)], t, [1, 10])


class Calibration(CalibrationDataReader):
    """Inputs that the quantiser derives its ranges from."""

    def __init__(self):
        random = np.random.RandomState(7)
        self.rest = [{"x": random.rand(1, 1, 28, 28).astype(np.float32)} for _ in range(8)]

    def get_next(self):
        return self.rest.pop() if self.rest else None


def cnn_int8():
    """The CNN as onnxruntime quantises it: QLinearConv and QLinearMatMul, 8 bits."""
    model, inputs = cnn()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        source.write_bytes(model)
        logging.disable(logging.WARNING)  # It advises to preprocess a model; this one is small and plain.
        quantize_static(
            source, target, Calibration(), quant_format=QuantFormat.QOperator,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        )
        return target.read_bytes(), inputs


class Blocks(Graph):
    """A graph of convolutions whose results are clipped to 0 to 6."""

    def __init__(self, seed):
        super().__init__(seed)
        self.low, self.high = self.constant(np.float32(0)), self.constant(np.float32(6))

    def conv(self, t, i, o, size, stride, group=1, clip=True):
        w = self.weights(o, i // group, size, size, fan_in=size * size * i // group)
        t = self.add(
            "Conv", t, w, self.zeros(o),
            kernel_shape=[size, size], strides=[stride, stride], pads=[size // 2] * 4, group=group,
        )
        return self.add("Clip", t, self.low, self.high) if clip else t

    def classify(self, t, channels):
        t = self.add("GlobalAveragePool", t)
        t = self.add("Flatten", t, axis=1)
        return self.add("Gemm", t, self.weights(channels, 1000, fan_in=channels), self.zeros(1000))


def mobilenet():
    """MobileNetV1's shapes, 224 x 224, 569 M multiply-adds."""
    g = Blocks(3)
    x = g.random.rand(1, 3, 224, 224).astype(np.float32)
    t = g.conv("x", 3, 32, 3, 2)
    blocks = [(32, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2)]
    blocks += [(512, 512, 1)] * 5 + [(512, 1024, 2), (1024, 1024, 1)]
    for i, o, stride in blocks:
        t = g.conv(t, i, i, 3, stride, group=i)
        t = g.conv(t, i, o, 1, 1)
    return g.model([("x", x)], g.classify(t, 1024), [1, 1000])


def mobilenetv2():
    """MobileNetV2's shapes, 224 x 224, 300 M multiply-adds: inverted residuals."""
    g = Blocks(8)
    x = g.random.rand(1, 3, 224, 224).astype(np.float32)
    t, i = g.conv("x", 3, 32, 3, 2), 32
    # Expansion, channels, repetitions, stride of the first: table 2 of the paper.
    table = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for expansion, o, times, first in table:
        for n in range(times):
            stride, wide = first if n == 0 else 1, i * expansion
            inner = g.conv(t, i, wide, 1, 1) if expansion > 1 else t
            inner = g.conv(inner, wide, wide, 3, stride, group=wide)
            inner = g.conv(inner, wide, o, 1, 1, clip=False)
            t = g.add("Add", t, inner) if stride == 1 and i == o else inner
            i = o
    t = g.conv(t, 320, 1280, 1, 1)
    return g.model([("x", x)], g.classify(t, 1280), [1, 1000])


def transformer():
    """An encoder: 4 layers, width 128, 4 heads, 64 tokens of a vocabulary of 4,096, 2 classes."""
    g = Graph(9)
    width, heads, length = 128, 4, 64
    size = width // heads
    tokens = g.random.randint(0, 4096, size=(1, length)).astype(np.int64)

    def dense(t, i, o):
        return g.add("Add", g.add("MatMul", t, g.weights(i, o, fan_in=i)), g.zeros(o))

    def normalised(t):
        ones = g.constant(np.ones(width, np.float32))
        return g.add("LayerNormalization", t, ones, g.zeros(width), axis=-1, epsilon=1e-5)

    def split(t, order):
        t = g.add("Reshape", t, g.integers(1, length, heads, size))
        return g.add("Transpose", t, perm=order)

    def gelu(t):
        half, one = g.constant(np.float32(0.5)), g.constant(np.float32(1))
        inner = g.add("Erf", g.add("Div", t, g.constant(np.float32(np.sqrt(2)))))
        return g.add("Mul", g.add("Mul", t, half), g.add("Add", inner, one))

    t = g.add("Gather", g.weights(4096, width, fan_in=2), "tokens", axis=0)
    t = g.add("Add", t, g.weights(1, length, width, fan_in=2))
    for _ in range(4):
        query = split(dense(t, width, width), [0, 2, 1, 3])
        key = split(dense(t, width, width), [0, 2, 3, 1])
        value = split(dense(t, width, width), [0, 2, 1, 3])
        scores = g.add("Div", g.add("MatMul", query, key), g.constant(np.float32(np.sqrt(size))))
        mixed = g.add("MatMul", g.add("Softmax", scores, axis=-1), value)
        mixed = g.add("Transpose", mixed, perm=[0, 2, 1, 3])
        mixed = g.add("Reshape", mixed, g.integers(1, length, width))
        t = normalised(g.add("Add", t, dense(mixed, width, width)))
        t = normalised(g.add("Add", t, dense(gelu(dense(t, width, 4 * width)), 4 * width, width)))
    t = g.add("ReduceMean", t, axes=[1], keepdims=0)
    return g.model([("tokens", tokens)], dense(t, width, 2), [1, 2])


def trees():
    """Gradient-boosted: 100 trees of depth 6 over 32 numbers, one target, 16 rows a call."""
    g = Graph(10)
    depth, features, rows = 6, 32, 16
    x = g.random.rand(rows, features).astype(np.float32)
    inner, nodes = 2**depth - 1, 2 ** (depth + 1) - 1
    count = 100
    # Heap order: the children of node n are 2n + 1 and 2n + 2.
    ids = np.tile(np.arange(nodes), count)
    branch = ids < inner
    leaves = ids[~branch]
    t = g.add(
        "TreeEnsembleRegressor", "x", domain="ai.onnx.ml", n_targets=1, post_transform="NONE", aggregate_function="SUM",
        nodes_treeids=np.repeat(np.arange(count), nodes).tolist(),
        nodes_nodeids=ids.tolist(),
        nodes_featureids=np.where(branch, g.random.randint(0, features, ids.size), 0).tolist(),
        nodes_values=np.where(branch, g.random.rand(ids.size), 0).astype(np.float32).tolist(),
        nodes_modes=["BRANCH_LEQ" if b else "LEAF" for b in branch],
        nodes_truenodeids=np.where(branch, 2 * ids + 1, 0).tolist(),
        nodes_falsenodeids=np.where(branch, 2 * ids + 2, 0).tolist(),
        target_treeids=np.repeat(np.arange(count), nodes - inner).tolist(),
        target_nodeids=leaves.tolist(),
        target_ids=[0] * leaves.size,
        target_weights=g.random.randn(leaves.size).astype(np.float32).tolist(),
    )
    return g.model([("x", x)], t, [rows, 1])


# Sides of the pictures of `convolutions`: 1 M to 500 M multiply-adds.
SIDES = [5, 9, 17, 37, 64, 116]
CHANNELS, LAYERS = 32, 4


def convolutions(side):
    """Five 3 x 3 convolutions of a side x side picture: the weights are always the same."""
    g = Graph(11)
    x = g.random.rand(1, 1, side, side).astype(np.float32)
    t = "x"
    for i in [1] + [CHANNELS] * LAYERS:
        w = g.weights(CHANNELS, i, 3, 3, fan_in=9 * i)
        t = g.add("Conv", t, w, g.zeros(CHANNELS), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        t = g.add("Relu", t)
    t = g.add("Flatten", g.add("GlobalAveragePool", t), axis=1)
    return g.model([("x", x)], t, [1, CHANNELS])


def convolution_macs(side):
    return side * side * 9 * CHANNELS * (1 + LAYERS * CHANNELS)


# Width and number of the layers of `layers`: 0.1 to 48 MB of weights.
WIDTHS = [(160, 1), (320, 1), (640, 1), (640, 4), (640, 10), (640, 30)]


def layers(width, count):
    """Square layers, one after the other."""
    g = Graph(12)
    x = g.random.randn(1, width).astype(np.float32)
    t = "x"
    for _ in range(count):
        t = g.add("Relu", g.add("Gemm", t, g.weights(width, width, fan_in=width), g.zeros(width)))
    return g.model([("x", x)], t, [1, width])


MODELS = {
    "mlp": mlp,
    "cnn": cnn,
    "cnn-int8": cnn_int8,
    "mobilenet": mobilenet,
    "mobilenetv2": mobilenetv2,
    "transformer": transformer,
    "trees": trees,
}
