"""Runs models in ONNX Runtime: jobs of differential.py on standard input, the files of outputs on standard
output, null for what it refuses. A job may ask for ONNX's reference instead ("evaluator": "reference"), or whether
all values are finite numbers ("values"). A process of its own, because some models end it."""

import contextlib
import json
import sys

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)


def values(model):
    """Every value of the outer graph, as an output."""
    constants = [onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer]
    names = {output.name for output in model.graph.output}
    for name in (name for node in model.graph.node for name in node.output if name):
        if name not in names:
            model.graph.output.append(onnx.ValueInfoProto(name=name))
    return constants, model.SerializeToString()


def is_finite(arrays):
    return all(np.isfinite(array).all() for array in arrays if np.issubdtype(array.dtype, np.inexact))


def by_reference(job):
    """ONNX's reference warns on standard output, where the results go."""
    with contextlib.redirect_stdout(sys.stderr), np.errstate(all="ignore"):
        return ReferenceEvaluator(job["model"]).run(None, feeds(job))


def feeds(job):
    return {name: np.load(file) for name, file in zip(job["names"], job["sets"][0])}


def by_onnx_runtime(job):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # What is compared is what operators compute, not what they are replaced by.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    constants, model = [], job["model"]
    if job.get("values"):
        constants, model = values(onnx.load(model))
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    given = feeds(job)
    outputs = [np.asarray(output) for output in session.run(None, given)]
    if job.get("values"):
        return is_finite([*constants, *given.values(), *outputs])
    return outputs


def run(job):
    evaluator = job.get("evaluator", "onnxruntime")
    outputs = by_reference(job) if evaluator == "reference" else by_onnx_runtime(job)
    if job.get("values"):
        return outputs
    files = []
    for index, output in enumerate(outputs):
        files.append(f"{job['out']}/{evaluator}-{index}.npy")
        np.save(files[-1], np.asarray(output))
    return files


for line in sys.stdin:
    job = json.loads(line)
    try:
        outputs = run(job)
    except Exception:  # noqa: BLE001 - refused: ONNX Runtime has no common error.
        outputs = None
    print(json.dumps({"id": job["id"], "outputs": outputs}), flush=True)
