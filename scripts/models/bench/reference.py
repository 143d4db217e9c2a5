#!/usr/bin/env python3
"""Times onnxruntime on the models of generate.py: one thread, best of several runs. Prints JSON."""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime


def best(work, seconds):
    """The shortest of as many runs as fit, three at least, in milliseconds."""
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or (time.perf_counter() < end and len(times) < 2000):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each model")
    args = parser.parse_args()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    result = {}
    for path in sorted(args.folder.glob("*.onnx")):
        data = path.read_bytes()

        def load():
            return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

        session = load()
        files = sorted((args.folder / f"{path.stem}.inputs").glob("*.npy"))
        feed = {i.name: np.load(f) for i, f in zip(session.get_inputs(), files, strict=True)}
        result[path.stem] = {
            "load_ms": best(load, 0),
            "run_ms": best(lambda: session.run(None, feed), args.seconds),
        }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
