"""Runs models of a corpus in the engine and in ONNX Runtime, and compares (scripts/differential/run)."""

import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
from onnx.helper import tensor_dtype_to_np_dtype

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
import attributes  # noqa: E402
import engine_runner  # noqa: E402

CORPUS = [HERE.parents[1] / "precompiles/engine/fuzz" / folder
          for folder in ("corpus/load", "corpus/graphs", "findings/load", "findings/graphs")]
# Bytes of inputs of one model.
MOST_BYTES = 1 << 20
# Relative to an output's greatest element: sums run in another order.
TOLERANCE = {np.dtype(np.float16): 2e-2, np.dtype(np.float32): 1e-3, np.dtype(np.float64): 1e-6}
# Of the elements of an output without fractions, which a rounding before may have moved.
MOVED = 0.02
# Models for one process of ONNX Runtime, which some of them end.
BATCH = 200


def known():
    """Operators that a model must have all of, and whether one of its values must be no finite number."""
    lines = (HERE / "known.txt").read_text().splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            operators, when, _ = line.split(" | ", 2)
            yield set(operators.split()), {"always": False, "not finite": True}[when]


def is_known(job, explained):
    """Whether known.txt has a line for a model."""
    fitting = [infinite for operators, infinite in explained if operators <= set(job["operators"])]
    if not fitting or not all(fitting):
        return bool(fitting)
    return others([{**job, "values": True}]).get(job["id"]) is False


def is_onnx(job):
    """Whether ONNX's own reference, which is slow and fails on many models, gives what the engine does."""
    files = others([{**job, "evaluator": "reference"}]).get(job["id"])
    return bool(files) and compare(job, files) is None


def nodes(graph):
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                yield from nodes(inner)


def inputs(model, random):
    """Inputs that most operators take: small numbers, indices from 0 on, no scale below 1/8."""
    scales = {node.input[at] for node in nodes(model.graph) if node.op_type.startswith("QLinear")
              for at in (1, 4, 6) if at < len(node.input)}
    constants = {tensor.name for tensor in model.graph.initializer}
    for value in model.graph.input:
        if value.name in constants:
            continue
        dtype = tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        shape = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        if dtype == np.bool_:
            elements = random.random(shape) < 0.5
        elif np.issubdtype(dtype, np.integer):
            positive = dtype == np.int64 or np.issubdtype(dtype, np.unsignedinteger)
            elements = random.integers(0 if positive else -4, 5, shape)
        else:
            elements = np.round(random.normal(0, 2, shape) * 8) / 8
        if value.name in scales:
            elements = np.abs(elements) + 0.125
        yield value.name, np.asarray(elements).astype(dtype)


def job(path, folder):
    """A job for both, or None for what isn't a model with plain inputs."""
    data = path.read_bytes()
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
        seed = int.from_bytes(hashlib.sha256(data).digest()[:8], "big")
        given = list(inputs(model, np.random.default_rng(seed)))
    except Exception:  # noqa: BLE001 - the corpus is hostile, and protobuf's errors are many.
        return None
    if not model.graph.node or sum(array.nbytes for _, array in given) > MOST_BYTES:
        return None
    folder.mkdir()
    files = []
    for index, (_, array) in enumerate(given):
        files.append(str(folder / f"in-{index}.npy"))
        np.save(files[-1], array)
    (folder / "model.onnx").write_bytes(data)
    return {"id": path.name, "model": str(folder / "model.onnx"), "sets": [files],
            "names": [name for name, _ in given], "out": str(folder),
            "operators": [node.op_type for node in nodes(model.graph)]}


def others(jobs):
    """What reference.py tells of each by id; without those that end its process."""
    results = {}
    while jobs:
        lines = "".join(json.dumps(job) + "\n" for job in jobs)
        done = subprocess.run([sys.executable, str(HERE / "reference.py")], input=lines,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        told = [json.loads(line) for line in done.stdout.splitlines()]
        results.update((result["id"], result["outputs"]) for result in told)
        # The one after the last that was told ended the process.
        jobs = jobs[len(told) + 1:]
    return results


def difference(got, want):
    """What is different, or None. ONNX leaves open what Min, Max and their like make of NaN."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return f"{got.dtype}{list(got.shape)} instead of {want.dtype}{list(want.shape)}"
    if want.size == 0:
        return None
    if not np.issubdtype(want.dtype, np.floating):
        # A rounding before may move a number without fractions by one.
        wrong = got.astype(np.float64) != want.astype(np.float64)
        near = np.abs(got.astype(np.float64) - want.astype(np.float64)) <= 1
        few = wrong.sum() <= max(1, MOVED * want.size) and near.all()
        at = None if few else int(np.argmax(wrong))
    else:
        finite = np.abs(want[np.isfinite(want)].astype(np.float64))
        tolerance = TOLERANCE[want.dtype]
        scale = finite.max() if finite.size else 0.0
        with np.errstate(invalid="ignore"):
            close = np.isclose(got.astype(np.float64), want.astype(np.float64), rtol=tolerance,
                               atol=tolerance * max(scale, 1e-3))
        close |= np.isnan(want) | np.isnan(got)
        at = None if close.all() else int(np.argmin(close))
    return None if at is None else f"{got.ravel()[at]} instead of {want.ravel()[at]}"


def compare(job, files):
    for index, file in enumerate(files):
        found = difference(np.load(pathlib.Path(job["out"]) / f"0-{index}.npy"), np.load(file))
        if found:
            return f"output {index}: {found}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runner", required=True)
    parser.add_argument("--engine")
    parser.add_argument("--corpus", type=pathlib.Path)
    parser.add_argument("--attributes", nargs=2, type=int, metavar=("SEED", "COUNT"))
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    explained = list(known())
    folders = [arguments.corpus] if arguments.corpus else CORPUS
    with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as drawn:
        if arguments.attributes:
            folders = [pathlib.Path(drawn)]
            attributes.write(folders[0], *arguments.attributes)
        paths = sorted({path.name: path for folder in folders for path in folder.iterdir()}.values())
        jobs = [job(path, pathlib.Path(work) / path.name) for path in paths]
        jobs = [job for job in jobs if job]
        print(f"{len(paths)} files, {len(jobs)} models", flush=True)
        plain = [{key: job[key] for key in ("id", "model", "sets", "out")} for job in jobs]
        ours = engine_runner.run(arguments.runner, plain, engine=arguments.engine)
        stages = {id: [result["load"], *result["runs"]] for id, result in ours.items()}
        trapped = [job for job in jobs if any(s["outcome"] == "trapped" for s in stages[job["id"]])]
        ran = [job for job in jobs if len(stages[job["id"]]) == 2
               and all(stage["outcome"] == "ok" for stage in stages[job["id"]])]
        print(f"{len(ran)} run in the engine", flush=True)
        batches = [ran[at:at + BATCH] for at in range(0, len(ran), BATCH)]
        with ThreadPoolExecutor(2) as pool:
            theirs = {id: files for part in pool.map(others, batches) for id, files in part.items()}
        both = [job for job in ran if theirs.get(job["id"])]
        found = [(one, compare(one, theirs[one["id"]])) for one in both]
        wrong = [(" ".join(one["operators"]), one["id"], what,
                  "known" if is_known(one, explained) else "as ONNX" if is_onnx(one) else "DIFFERS")
                 for one, what in found if what]
    for operators, id, what, verdict in sorted(wrong, key=lambda w: (w[0].count(" "), w)):
        if arguments.all or verdict == "DIFFERS":
            print(f"  {verdict}: {operators} ({id}): {what}")
    for one in trapped:
        print(f"  TRAPS: {' '.join(one['operators'])} ({one['id']})")
    verdicts = Counter(verdict for *_, verdict in wrong)
    print(f"differential: {len(jobs)} models, {len(ran)} run in the engine, {len(both)} in ONNX Runtime as well: "
          f"{len(both) - len(wrong)} equal, {verdicts['known']} differ for known reasons, {verdicts['as ONNX']} are as "
          f"ONNX's reference has them, {verdicts['DIFFERS']} differ, {len(trapped)} trap")
    sys.exit(1 if verdicts["DIFFERS"] or trapped else 0)


if __name__ == "__main__":
    main()
