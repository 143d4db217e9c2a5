#!/usr/bin/env python3
"""Times `opg-node model inspect` on hostile files: each must be refused, with a code and without
panic text, within 10 s and 2 GiB. Prints a table; exit status 0 only if all of that held."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SECONDS = 10
BYTES = 2 << 30
MIB = 1 << 20
PANIC = ("panicked", "RUST_BACKTRACE", "unreachable", "wasm trap")


def field(number, payload):
    """A length-delimited protobuf field."""
    length, size = len(payload), b""
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | (0x80 if length else 0)])
        if not length:
            return bytes([number << 3 | 2]) + size + payload


def model(nodes, weights=(), shape=(4,), opset=17):
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "g", [value("x", TensorProto.FLOAT, shape)], [value("y", TensorProto.FLOAT, shape)], list(weights)
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return made.SerializeToString()


def chain(length):
    names = ["x", *(f"t{i}" for i in range(length - 1)), "y"]
    return model([helper.make_node("Neg", [a], [b]) for a, b in zip(names, names[1:])])


def nested(depth):
    """Graphs in attributes, one in another, as raw protobuf: a library would overflow its stack."""
    graph = b""
    for _ in range(depth):
        # AttributeProto.g = 6, NodeProto.attribute = 5, GraphProto.node = 1.
        graph = field(1, field(5, field(6, graph)))
    # ModelProto: ir_version = 1 (varint), graph = 7, opset_import = 8.
    return b"\x08\x08" + field(7, graph) + field(8, b"\x10\x11")


def power(count):
    """Products of constant matrices: all of the work falls into the load."""
    nodes = [helper.make_node("ConstantOfShape", ["s"], ["m0"])]
    nodes += [helper.make_node("MatMul", [f"m{i}", "m0"], [f"m{i + 1}"]) for i in range(count)]
    nodes += [helper.make_node("ReduceSum", [f"m{count}"], ["r"], keepdims=0), helper.make_node("Add", ["x", "r"], ["y"])]
    return model(nodes, [numpy_helper.from_array(np.array([2048, 2048], np.int64), "s")])


def zeros(*shape):
    nodes = [helper.make_node("ConstantOfShape", ["s"], ["z"]), helper.make_node("ReduceSum", ["z"], ["r"], keepdims=0)]
    nodes.append(helper.make_node("Add", ["x", "r"], ["y"]))
    return model(nodes, [numpy_helper.from_array(np.array(shape, np.int64), "s")])


def large_then_refused():
    """Nearly 64 MiB of weights before an operator that nobody knows."""
    weight = numpy_helper.from_array(np.ones(16 * MIB - 4096, np.float32), "w")
    return model([helper.make_node("Nonsense", ["x", "w"], ["y"])], [weight])


def bytes_of(name):
    whole = chain(3)
    return {
        "empty": b"",
        "text": b"this is no model",
        "cut short": whole[: len(whole) // 2],
        "length near 2^64": bytes([0x3A, *[0xFF] * 9, 0x01]),
        "32 MiB of zeros": bytes(32 * MIB),
        "64 MiB and a byte": bytes(64 * MIB + 1),
        "random bytes": np.random.RandomState(1).bytes(4 * MIB),
        "300,000 nodes": chain(300_000),
        "graphs 10,000 deep": nested(10_000),
        "36 GB of zeros": zeros(30_000, 30_000, 10),
        "constant products": power(64),
        "64 MiB, then refused": large_then_refused(),
    }[name]


NAMES = [
    "empty", "text", "cut short", "length near 2^64", "32 MiB of zeros", "64 MiB and a byte", "random bytes",
    "300,000 nodes", "graphs 10,000 deep", "36 GB of zeros", "constant products", "64 MiB, then refused",
]


def inspect(node, path):
    """Exit status, both outputs, seconds, and the process's largest resident size in bytes."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen([node, "model", "inspect", path, "--json"], stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        return child.returncode, out.read().decode(), err.read().decode(), seconds, usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("node", help="the node's binary; its engine is prepared")
    node = parser.parse_args().node
    missed = 0
    print(f"{'file':22}  {'size MiB':>8}  {'seconds':>7}  {'MiB':>5}  refused as")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.onnx"
        for name in NAMES:
            data = bytes_of(name)
            path.write_bytes(data)
            status, out, err, seconds, memory = inspect(node, path)
            try:
                code = json.loads(out)["error"]["code"]
            except (ValueError, KeyError, TypeError):
                code = None
            clean = not any(text in out + err for text in PANIC)
            holds = status == 1 and code is not None and clean and seconds <= SECONDS and memory <= BYTES
            missed += not holds
            print(
                f"{name:22}  {len(data) / MIB:8.2f}  {seconds:7.2f}  {memory / MIB:5.0f}  {code}"
                f"{'' if holds else f'   MISSED (status {status}): {(out + err)[-300:]}'}"
            )
    print(f"{'MISSED' if missed else 'ok'}: refused within {SECONDS} s and {BYTES >> 30} GiB, without panic text")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
