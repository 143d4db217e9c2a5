"""Models that are cheap by one measure and dear by another: time / charged must hold for each."""

import numpy as np
from onnx import TensorProto

from graph import Graph


def subnormal_gemm():
    """Every product of a normal input and a weight of 1e-42, and every sum, stalls the processor."""
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
    """48 MiB to load and to map, for a run that reads one row."""
    g = Graph(5)
    index = np.array([12_345], np.int64)
    table = g.constant(g.random.rand(49_152, 256).astype(np.float32))
    return g.model([("index", index)], g.add("Gather", table, "index", axis=0), [1, 256])


def divide_heavy():
    """64-bit integer divisions take the processor tens of cycles and count one unit of fuel."""
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


def random_scatter():
    """A million writes to random places of a table beyond the caches: each misses them and the TLB."""
    g = Graph(19)
    size, writes = 8_000_000, 1_000_000
    x = np.zeros(1, np.int32)
    places = g.constant(g.random.randint(0, size, size=writes).astype(np.int32))
    table = g.constant(g.random.rand(size).astype(np.float32))
    values = g.constant(g.random.rand(writes).astype(np.float32))
    t = g.add("ScatterElements", table, g.add("Add", places, "x"), values, axis=0)
    return g.model([("x", x)], g.add("ReduceMax", t, keepdims=1), [1])


def huge_shape():
    """A file of 150 bytes that asks for 256 MiB: the system clears and maps every page of it."""
    g = Graph(13)
    x = np.ones((1, 1), np.float32)
    t = g.add("Expand", "x", g.integers(8192, 8192))
    return g.model([("x", x)], g.add("ReduceMax", t, keepdims=1), [1, 1])


def huge_concat():
    """Copies of copies, 512 MiB in all: few instructions for each page of new memory."""
    g = Graph(14)
    x = np.ones((1, 2048), np.float32)
    part = g.constant(g.random.rand(1024, 2048).astype(np.float32))
    t = g.add("Concat", "x", *[part] * 8, axis=0)
    t = g.add("Concat", *[t] * 8, axis=0)
    t = g.add("Slice", t, g.integers(0), g.integers(1), g.integers(0))
    return g.model([("x", x)], g.add("ReduceMax", t, keepdims=1), [1, 1])


def long_chain():
    """3,000 nodes: optimisation passes over all of them, as often as it finds something to do."""
    g = Graph(18)
    x = np.ones((1, 4), np.float32)
    t = "x"
    for i in range(3000):
        t = g.add(["Relu", "Neg", "Abs", "Exp", "Tanh"][i % 5], t)
    return g.model([("x", x)], t, [1, 4])


MODELS = {
    "subnormal-gemm": subnormal_gemm,
    "huge-table": huge_table,
    "divide-heavy": divide_heavy,
    "random-scatter": random_scatter,
    "huge-shape": huge_shape,
    "huge-concat": huge_concat,
    "long-chain": long_chain,
}
