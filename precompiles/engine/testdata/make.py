#!/usr/bin/env python3
"""Makes the small ONNX models that the engine's tests use.

    python3 -m venv .venv && .venv/bin/pip install onnx==1.19.1 numpy==2.4.6
    .venv/bin/python make.py

Every model is a few lines here, so that a reader sees what it does. Where a test compares values,
the inputs and onnx's own reference outputs lie next to the model: NAME.in.bin and NAME.out.bin, each
the concatenation of all tensors' raw little-endian data. The files are the same at every run.
"""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

HERE = pathlib.Path(__file__).parent
FLOAT = T.FLOAT


def value(name, shape, dtype=FLOAT):
    return h.make_tensor_value_info(name, dtype, shape)


def weight(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def save(name, nodes, inputs, outputs, weights=(), feed=None, extra=(), check=True):
    graph = h.make_graph(nodes, name, inputs, outputs, list(weights))
    opsets = [h.make_opsetid("", 17), *extra]
    model = h.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="opg-testdata")
    if check:
        onnx.checker.check_model(model, full_check=True)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    if feed is not None:
        outs = ReferenceEvaluator(model).run(None, feed)
        (HERE / f"{name}.in.bin").write_bytes(b"".join(a.tobytes() for a in feed.values()))
        (HERE / f"{name}.out.bin").write_bytes(b"".join(np.asarray(a).tobytes() for a in outs))


def main():
    random = np.random.default_rng(1)

    def normal(*shape):
        return random.standard_normal(shape).astype(np.float32)

    # A small perceptron: 16 -> 32 -> 4.
    save(
        "mlp",
        [
            h.make_node("Gemm", ["x", "w1", "b1"], ["h"]),
            h.make_node("Relu", ["h"], ["r"]),
            h.make_node("Gemm", ["r", "w2", "b2"], ["y"]),
        ],
        [value("x", [1, 16])],
        [value("y", [1, 4])],
        [
            weight("w1", normal(16, 32)),
            weight("b1", normal(32)),
            weight("w2", normal(32, 4)),
            weight("b2", normal(4)),
        ],
        feed={"x": normal(1, 16)},
    )

    # What goes in comes out.
    for name, dtype in (("identity_f32", FLOAT), ("identity_i64", T.INT64)):
        node = h.make_node("Identity", ["x"], ["y"])
        save(name, [node], [value("x", [4], dtype)], [value("y", [4], dtype)])

    # x / x: a NaN where x is 0.
    save("nan", [h.make_node("Div", ["x", "x"], ["y"])], [value("x", [4])], [value("y", [4])])

    # The fuel depends on the data: one branch copies, the other multiplies matrices.
    m = weight("m", normal(32, 32))
    multiply = h.make_graph(
        [
            h.make_node("MatMul", ["x", "m"], ["t"]),
            h.make_node("MatMul", ["t", "m"], ["a"]),
        ],
        "multiply",
        [],
        [value("a", [32, 32])],
    )
    copy = h.make_graph([h.make_node("Identity", ["x"], ["b"])], "copy", [], [value("b", [32, 32])])
    save(
        "branch",
        [h.make_node("If", ["c"], ["y"], then_branch=multiply, else_branch=copy)],
        [value("c", [], T.BOOL), value("x", [32, 32])],
        [value("y", [32, 32])],
        [m],
    )

    # What the engine refuses.
    save(
        "random",
        [h.make_node("RandomNormalLike", ["x"], ["y"])],
        [value("x", [4])],
        [value("y", [4])],
    )
    save(
        "foreign",
        [h.make_node("Gelu", ["x"], ["y"], domain="com.microsoft")],
        [value("x", [4])],
        [value("y", [4])],
        extra=[h.make_opsetid("com.microsoft", 1)],
        check=False,
    )
    save(
        "symbolic",
        [h.make_node("Relu", ["x"], ["y"])],
        [value("x", ["batch", 4])],
        [value("y", ["batch", 4])],
    )

    # Hostile. 36 GB of zeros, out of a file of some hundred bytes.
    save(
        "huge",
        [
            h.make_node("ConstantOfShape", ["s"], ["z"]),
            h.make_node("ReduceSum", ["z"], ["r"], keepdims=0),
            h.make_node("Add", ["x", "r"], ["y"]),
        ],
        [value("x", [1])],
        [value("y", [1])],
        [weight("s", np.array([30000, 30000, 10], np.int64))],
    )
    # The same at run time: the size depends on no input, but the values do.
    save(
        "expand",
        [
            h.make_node("Expand", ["x", "s"], ["z"]),
            h.make_node("Mul", ["z", "z"], ["q"]),
            h.make_node("ReduceSum", ["q"], ["y"], keepdims=0),
        ],
        [value("x", [1])],
        [value("y", [])],
        [weight("s", np.array([30000, 30000], np.int64))],
    )
    # 64 products of 1024 x 1024 matrices, all constant: the work falls into the load.
    nodes = [h.make_node("ConstantOfShape", ["s"], ["m0"], value=weight("v", np.float32([0.5])))]
    for i in range(64):
        nodes.append(h.make_node("MatMul", [f"m{i}", "m0"], [f"m{i + 1}"]))
    nodes.append(h.make_node("ReduceSum", ["m64"], ["r"], keepdims=0))
    nodes.append(h.make_node("Add", ["x", "r"], ["y"]))
    save(
        "slow",
        nodes,
        [value("x", [1])],
        [value("y", [1])],
        [weight("s", np.array([1024, 1024], np.int64))],
    )


if __name__ == "__main__":
    main()
