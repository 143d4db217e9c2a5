#!/usr/bin/env python3
"""Makes the models that scripts/bench engine measures, with one set of inputs for each.

Ordinary: mlp (64-256-256-1), cnn (28 x 28, two convolutions), mobilenet (MobileNetV1's shapes,
224 x 224, 569 M multiply-adds). Hostile, each cheap by one measure and dear by another:
subnormal-gemm (products that fall below the normal range stall the processor), huge-table (48 MiB
to load for a run that reads one row), divide-heavy (64-bit integer divisions, one unit of fuel
each). Weights are random with a fixed seed; nothing here is trained.

Written to --out: NAME.onnx and NAME.inputs/INPUT.npy, in the order of the model's inputs.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8  # came with opset 17


class Graph:
    """A graph under construction: nodes in order, initialisers by name."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)
        self.nodes, self.constants = [], []

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def weights(self, *shape, fan_in):
        scale = np.sqrt(2.0 / fan_in)
        return self.constant((self.random.randn(*shape) * scale).astype(np.float32))

    def zeros(self, size):
        return self.constant(np.zeros(size, np.float32))

    def add(self, operator, *inputs, **attributes):
        out = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [out], **attributes))
        return out

    def model(self, inputs, output, shape, dtype=TensorProto.FLOAT):
        """Bytes of the model; `inputs` is a list of (name, array)."""
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes,
            "bench",
            [value(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape) for n, a in inputs],
            [value(output, dtype, shape)],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model.SerializeToString(), inputs


def mlp():
    g = Graph(1)
    x = g.random.randn(1, 64).astype(np.float32)
    t = "x"
    for i, o in [(64, 256), (256, 256), (256, 1)]:
        t = g.add("Gemm", t, g.weights(i, o, fan_in=i), g.zeros(o))
        if o != 1:
            t = g.add("Relu", t)
    return g.model([("x", x)], t, [1, 1])


def cnn():
    g = Graph(2)
    x = g.random.rand(1, 1, 28, 28).astype(np.float32)
    t = "x"
    for i, o in [(1, 16), (16, 32)]:
        w = g.weights(o, i, 3, 3, fan_in=9 * i)
        t = g.add("Conv", t, w, g.zeros(o), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        t = g.add("Relu", t)
        t = g.add("MaxPool", t, kernel_shape=[2, 2], strides=[2, 2])
    t = g.add("Flatten", t, axis=1)
    t = g.add("Gemm", t, g.weights(32 * 49, 10, fan_in=32 * 49), g.zeros(10))
    return g.model([("x", x)], t, [1, 10])


def mobilenet():
    g = Graph(3)
    x = g.random.rand(1, 3, 224, 224).astype(np.float32)

    def conv(t, i, o, size, stride, group=1):
        w = g.weights(o, i // group, size, size, fan_in=size * size * i // group)
        pad = [size // 2] * 4
        t = g.add(
            "Conv", t, w, g.zeros(o),
            kernel_shape=[size, size], strides=[stride, stride], pads=pad, group=group,
        )
        return g.add("Clip", t, g.low, g.high)

    g.low, g.high = g.constant(np.float32(0)), g.constant(np.float32(6))
    t = conv("x", 3, 32, 3, 2)
    blocks = [(32, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2)]
    blocks += [(512, 512, 1)] * 5 + [(512, 1024, 2), (1024, 1024, 1)]
    for i, o, stride in blocks:
        t = conv(t, i, i, 3, stride, group=i)
        t = conv(t, i, o, 1, 1)
    t = g.add("GlobalAveragePool", t)
    t = g.add("Flatten", t, axis=1)
    t = g.add("Gemm", t, g.weights(1024, 1000, fan_in=1024), g.zeros(1000))
    return g.model([("x", x)], t, [1, 1000])


def subnormal_gemm():
    """Every product of a normal input and a weight of 1e-42, and every sum of them, is subnormal."""
    g = Graph(4)
    x = (1 + g.random.rand(1, 1024)).astype(np.float32)
    parts = []
    for _ in range(4):
        tiny = (1e-42 * (1 + g.random.rand(1024, 1024))).astype(np.float32)
        parts.append(g.add("MatMul", "x", g.constant(tiny)))
    t = parts[0]
    for part in parts[1:]:
        t = g.add("Add", t, part)
    return g.model([("x", x)], t, [1, 1024])


def huge_table():
    g = Graph(5)
    index = np.array([12_345], np.int64)
    table = g.constant(g.random.rand(49_152, 256).astype(np.float32))
    return g.model([("index", index)], g.add("Gather", table, "index", axis=0), [1, 256])


def divide_heavy():
    g = Graph(6)
    size = 60_000
    a = g.random.randint(2**61, 2**62, size=(1, size)).astype(np.int64)
    b = g.random.randint(1, 3, size=(1, size)).astype(np.int64)
    # At least 1, so that zeros, which a model is tried with, divide by no zero.
    one = g.constant(np.int64(1))
    top, bottom = g.add("Max", "a", one), g.add("Max", "b", one)
    t = "a"
    for _ in range(16):
        # The quotient stays large, so that no division is a short one.
        t = g.add("Div", top, g.add("Add", bottom, g.add("Div", t, top)))
    t = g.add("ReduceSum", t, keepdims=1)
    return g.model([("a", a), ("b", b)], t, [1, 1], TensorProto.INT64)


MODELS = {
    "mlp": mlp,
    "cnn": cnn,
    "mobilenet": mobilenet,
    "subnormal-gemm": subnormal_gemm,
    "huge-table": huge_table,
    "divide-heavy": divide_heavy,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    out = parser.parse_args().out
    for name, make in MODELS.items():
        model, inputs = make()
        folder = out / f"{name}.inputs"
        folder.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.onnx").write_bytes(model)
        for i, (input_name, array) in enumerate(inputs):
            np.save(folder / f"{i}-{input_name}.npy", array)
        print(f"{name}: {len(model):,} bytes")


if __name__ == "__main__":
    main()
