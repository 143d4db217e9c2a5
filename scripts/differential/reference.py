"""Runs models in ONNX Runtime: jobs of differential.py on standard input, the files of outputs on standard
output, null for what it refuses. A process of its own, because some models end it."""

import json
import sys

import numpy as np
import onnxruntime

onnxruntime.set_default_logger_severity(4)


def run(job):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # What is compared is what operators compute, not what they are replaced by.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(job["model"], options, providers=["CPUExecutionProvider"])
    feeds = {name: np.load(file) for name, file in zip(job["names"], job["sets"][0])}
    files = []
    for index, output in enumerate(session.run(None, feeds)):
        files.append(f"{job['out']}/reference-{index}.npy")
        np.save(files[-1], np.asarray(output))
    return files


for line in sys.stdin:
    job = json.loads(line)
    try:
        outputs = run(job)
    except Exception:  # noqa: BLE001 - refused: ONNX Runtime has no common error.
        outputs = None
    print(json.dumps({"id": job["id"], "outputs": outputs}), flush=True)
