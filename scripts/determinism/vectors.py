"""Writes the golden vectors: models with inputs, as precompiles/engine/testdata/vectors.scale.zst.

The models are the cases of ONNX's backend test suite that the engine runs, in each of their forms (see
scripts/conformance), with the suite's inputs and with special values (specials.py); those with constants
also with special values as constants; and models of single operators (specials.py, remaining.py). Larger
cases are left out.

SCALE encoding of a vector of `{name: String, model: Vec<u8>, runs: Vec<(String, Vec<Tensor>)>}`.
precompiles/engine/host/tests/common/golden.rs reads it.
"""

import argparse
import pathlib
import sys
import tempfile

import numpy as np
import onnx
from onnx import numpy_helper

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS / "lib"), str(SCRIPTS / "conformance")]
import expected
import operators
import remaining
import specials
import suite
from scale import blob, tensor, text, vector

# Greatest model with its inputs, in bytes.
MAX_BYTES = 64 * 1024


def encode(name, model, runs):
    runs = vector([text(label) + vector([tensor(a) for a in arrays]) for label, arrays in runs.items()])
    return text(name) + blob(model) + runs


def with_special_constants(model):
    """The model with special values as its float constants; nothing if it has none."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    changed = False
    for place, initializer in enumerate(copy.graph.initializer):
        array = numpy_helper.to_array(initializer)
        if array.dtype in specials.FLOATS and array.size > 0:
            name = initializer.name
            initializer.CopyFrom(numpy_helper.from_array(specials.fill(array, "mixed", place), name))
            changed = True
    return copy if changed else None


def of_case(case, outcome):
    """The vectors of a case of the suite: each form that runs."""
    expanded = bool(suite.EXPANDED.search(case.name))
    forms = [form for form in case.forms if not form.unfit and (form.kind != "plain" or outcome == "pass")]
    for form in forms:
        model = onnx.load(form.job["model"])
        data = model.SerializeToString()
        arrays = [np.load(file) for file in form.job["sets"][0]]
        if len(data) + sum(array.nbytes for array in arrays) > MAX_BYTES:
            continue
        runs = {"given": arrays}
        # A function's body is made of operators that have cases of their own.
        if form is forms[0] and not expanded:
            runs |= specials.inputs(arrays)
        yield encode(form.job["id"], data, runs)
        special = None if expanded or form.kind == "plain" else with_special_constants(model)
        if special:
            yield encode(form.job["id"] + "#special", special.SerializeToString(), {"given": arrays})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path, help="the file, not compressed")
    out = parser.parse_args().out
    wanted = expected.load()
    entries, covered = [], set()
    with tempfile.TemporaryDirectory() as folder:
        for kind in suite.KINDS:
            for case in suite.prepare(kind, pathlib.Path(folder)):
                outcome = wanted.get(case.name, "pass")
                if outcome.startswith("pass"):
                    entries += of_case(case, outcome)
                    covered |= case.operators
    known = sorted(suite.DTYPES, key=lambda dtype: dtype.name)
    entries += [encode(*entry) for entry in specials.elementwise(known)]
    for name, model, arrays in remaining.models():
        runs = {"given": arrays} | specials.inputs(arrays)
        entries.append(encode(name, model.SerializeToString(), runs))
        covered |= set(suite.used_operators(model.graph))
    supported = {operator for operator, opsets in operators.read().items() if opsets}
    missing = sorted(name for _, name in supported - covered)
    # They are in the journeys.
    if missing != ["LinearClassifier", "LinearRegressor", "Normalizer", "TreeEnsembleClassifier"]:
        raise SystemExit(f"supported operators without a vector: {', '.join(missing)}")
    out.write_bytes(vector(entries))
    print(f"{len(entries)} models")


if __name__ == "__main__":
    main()
