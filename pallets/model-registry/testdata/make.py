#!/usr/bin/env python3
"""Writes the small ONNX models of the pallets' tests next to this file.

Needs onnx==1.19.1. The files are committed; run this only to change them.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
FLOAT = TensorProto.FLOAT


def tensor(name, values, shape, dtype=np.float32):
    return numpy_helper.from_array(np.array(values, dtype).reshape(shape), name)


def info(name, shape, dtype=FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def save(name, nodes, inputs, outputs, weights=(), opset=17, domains=(), check=True):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(weights))
    opsets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="opg-tests")
    model.ir_version = 8
    if check:
        onnx.checker.check_model(model, full_check=True)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


node = helper.make_node

# y = 2x + 1: exact in float32, so tests can say what comes out.
save(
    "affine",
    [node("Mul", ["x", "two"], ["t"]), node("Add", ["t", "one"], ["y"])],
    [info("x", [1, 4])],
    [info("y", [1, 4])],
    [tensor("two", [2], [1]), tensor("one", [1], [1])],
)
# Two inputs.
save(
    "sum",
    [node("Add", ["a", "b"], ["y"])],
    [info("a", [2]), info("b", [2])],
    [info("y", [2])],
)
# A lot of work only when `heavy` is set: fuel depends on the input.
square = ["x"] + [f"m{i}" for i in range(1, 9)]
heavy = [node("MatMul", [a, a], [b]) for a, b in zip(square, square[1:])]
save(
    "branch",
    [
        node(
            "If",
            ["heavy"],
            ["y"],
            then_branch=helper.make_graph(heavy, "heavy", [], [info("m8", [48, 48])]),
            else_branch=helper.make_graph(
                [node("Identity", ["x"], ["light_y"])], "light", [], [info("light_y", [48, 48])]
            ),
        )
    ],
    [info("heavy", [], TensorProto.BOOL), info("x", [48, 48])],
    [info("y", [48, 48])],
)
# Fails in the run when the index is out of range.
save(
    "gather",
    [node("Gather", ["table", "i"], ["y"], axis=0)],
    [info("i", [1], TensorProto.INT64)],
    [info("y", [1])],
    [tensor("table", [10, 20, 30], [3])],
)
# Two chunks.
side = 400
save(
    "two-chunks",
    [node("MatMul", ["x", "w"], ["y"])],
    [info("x", [1, side])],
    [info("y", [1, side])],
    [tensor("w", [(i % 7) * 0.125 for i in range(side * side)], [side, side])],
)
# 8 KiB of output: too much for an event.
save(
    "wide",
    [node("Add", ["x", "zeros"], ["y"])],
    [info("x", [1])],
    [info("y", [2048])],
    [tensor("zeros", [0] * 2048, [2048])],
)

# What activation refuses.
save(
    "unsupported",
    [node("MaxRoiPool", ["x", "r"], ["y"], pooled_shape=[1, 1])],
    [info("x", [1, 1, 2, 2]), info("r", [1, 5])],
    [info("y", [1, 1, 1, 1])],
)
save("random", [node("RandomNormalLike", ["x"], ["y"])], [info("x", [2])], [info("y", [2])])
save(
    "foreign",
    [node("Relu", ["x"], ["y"], domain="com.example")],
    [info("x", [2])],
    [info("y", [2])],
    domains=["com.example"],
    check=False,
)
save("symbolic", [node("Relu", ["x"], ["y"])], [info("x", ["n", 2])], [info("y", ["n", 2])])
save("wide-input", [node("Relu", ["x"], ["y"])], [info("x", [1024, 257])], [info("y", [1024, 257])])
external = tensor("w", [1, 2], [2])
external.ClearField("raw_data")
external.data_location = TensorProto.EXTERNAL
entry = external.external_data.add()
entry.key, entry.value = "location", "weights.bin"
save(
    "external",
    [node("Add", ["x", "w"], ["y"])],
    [info("x", [2])],
    [info("y", [2])],
    [external],
    check=False,
)

# Hostile. 36 GB of zeros out of a file of some hundred bytes: no memory holds that.
save(
    "huge",
    [
        node("ConstantOfShape", ["s"], ["z"]),
        node("ReduceSum", ["z"], ["r"], keepdims=0),
        node("Add", ["x", "r"], ["y"]),
    ],
    [info("x", [1])],
    [info("y", [1])],
    [tensor("s", [30000, 30000, 10], [3], np.int64)],
)
# 64 products of constant 1024 × 1024 matrices: all the work falls into the load.
products = [node("MatMul", [f"m{i}", "m0"], [f"m{i + 1}"]) for i in range(64)]
save(
    "endless",
    [node("ConstantOfShape", ["s"], ["m0"], value=tensor("v", [0.5], [1]))]
    + products
    + [node("ReduceSum", ["m64"], ["r"], keepdims=0), node("Add", ["x", "r"], ["y"])],
    [info("x", [1])],
    [info("y", [1])],
    [tensor("s", [1024, 1024], [2], np.int64)],
)
