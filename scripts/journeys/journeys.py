"""Brings models from their exporters to the engine and compares 1,000 rows with onnxruntime.

Integers (classes, labels) must be equal. A number may differ by the journey's tolerance, relative to
itself or to the mean magnitude of its output, whichever is larger: numbers near 0 that come from
differences have no better precision than what they were subtracted from.

Every model runs in batches, and its first rows once more one by one, as a model for single rows.
"""

import argparse
import pathlib
import sys
import tempfile
import warnings
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime

import expected
import smoke
from journey import ROWS, fixed

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import engine_runner

# Rows that are run one by one too.
SINGLE_ROWS = 10
FAMILIES = ("networks", "classic", "boosted")


@dataclass
class Part:
    """A journey at one batch size."""

    journey: object
    batch: int
    rows: int
    folder: pathlib.Path

    @property
    def name(self):
        return f"{self.journey.name}@{self.batch}"

    def prepare(self):
        """Writes the model and its inputs, and runs onnxruntime. Returns the job."""
        self.folder.mkdir(parents=True)
        path = self.folder / "model.onnx"
        onnx.save(fixed(self.journey.model, self.batch), path)
        self.bytes = path.stat().st_size
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        names = [value.name for value in session.get_inputs()]
        sets, self.wanted = [], []
        for start in range(0, self.rows, self.batch):
            arrays = [array[start : start + self.batch] for array in self.journey.inputs]
            self.wanted.append(session.run(None, dict(zip(names, arrays))))
            files = [self.folder / f"input-{start}-{number}.npy" for number in range(len(arrays))]
            for file, array in zip(files, arrays):
                np.save(file, array)
            sets.append([str(file) for file in files])
        job = {"id": self.name, "model": str(path), "out": str(self.folder), "sets": sets}
        return job | {"stop": True}

    def judge(self, result):
        """Sets the state and the figures of the table."""
        self.load_fuel = self.run_fuel = self.error = None
        self.detail = ""
        load = result["load"]
        if load["outcome"] != "ok":
            self.detail = f"{load.get('node', '')} {load['text']}"
            return describe(load, "" if load["outcome"] == "refused" else "load-")
        self.load_fuel = load["fuel"]
        for run in result["runs"]:
            if run["outcome"] != "ok":
                self.detail = f"{run.get('node', '')} {run['text']}"
                return describe(run, "run-")
        self.run_fuel = sum(run["fuel"] for run in result["runs"]) / self.rows
        got = [
            [np.load(self.folder / f"{index}-{number}.npy") for number in range(len(run["outputs"]))]
            for index, run in enumerate(result["runs"])
        ]
        return self.compare(got)

    def compare(self, got):
        for number, wanted in enumerate(zip(*self.wanted)):
            wanted = np.concatenate(wanted)
            output = np.concatenate([run[number] for run in got])
            if output.shape != wanted.shape or output.dtype != wanted.dtype:
                self.detail = f"output {number}: {output.dtype} {output.shape}, not {wanted.dtype} {wanted.shape}"
                return "another-signature"
            if wanted.dtype.kind != "f":
                different = int((output != wanted).sum())
                if different:
                    self.detail = f"output {number}: {different} of {wanted.size} classes differ"
                    return "other-classes"
            else:
                self.error = max(self.error or 0.0, relative_error(output, wanted))
        # `not <=`: an error that is NaN must not pass.
        if self.error is not None and not self.error <= self.journey.tolerance:
            self.detail = f"relative error {self.error:.2g}"
            return "other-values"
        return "ok"


def relative_error(output, wanted):
    output, wanted = output.astype(np.float64), wanted.astype(np.float64)
    scale = np.maximum(np.abs(wanted), np.abs(wanted).mean())
    difference = np.abs(output - wanted)
    return float(np.max(np.divide(difference, scale, out=difference.copy(), where=scale > 0)))


def describe(stage, prefix):
    return prefix + (f"{stage['outcome']}:{stage['code']}" if "code" in stage else stage["outcome"])


def table(parts, states):
    print(
        f"\n{'journey':<46}{'rows':>6}{'state':<28}{'error':>10}{'allowed':>9}"
        f"{'bytes':>11}{'load fuel':>14}{'fuel/row':>12}".replace("state", "  state")
    )
    for part in parts:
        number = lambda value, form: "" if value is None else format(value, form)
        print(
            f"{part.name:<46}{part.rows:>6}  {states[part.name]:<26}{number(part.error, '.1e'):>10}"
            f"{part.journey.tolerance:>9.0e}{part.bytes:>11,}{number(part.load_fuel, ','):>14}"
            f"{number(part.run_fuel, ',.0f'):>12}"
        )
    stated = {part.journey.name: part.journey for part in parts if part.journey.why}
    for journey in stated.values():
        print(f"{journey.name}: within {journey.tolerance:.0e}: {journey.why}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runner", required=True, help="the compiled example run_models")
    parser.add_argument("--engine", help="raw wasm of an engine instead of the released one")
    parser.add_argument("--family", action="append", choices=FAMILIES, help="only these")
    parser.add_argument("--journey", action="append", help="only those whose name contains this")
    parser.add_argument("--keep", help="write models, inputs and outputs to this new folder")
    parser.add_argument("--update", action="store_true", help="bring the refusals in expected.txt up to date")
    parser.add_argument("--smoke", action="store_true", help="write the file of the small journeys")
    options = parser.parse_args()
    whole = not options.family and not options.journey
    if (options.update or options.smoke) and not whole:
        parser.error("--update and --smoke need all journeys")

    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(options.keep or folder)
        parts = []
        for family in options.family or FAMILIES:
            for journey in __import__(family).journeys():
                if options.journey and not any(part in journey.name for part in options.journey):
                    continue
                for batch, rows in [(journey.batch, ROWS), (1, SINGLE_ROWS)]:
                    parts.append(Part(journey, batch, rows, folder / f"{journey.name}@{batch}"))
        if not parts:
            parser.error("no such journey")
        print(f"{len(parts) // 2} journeys trained or built, exported")
        jobs = [part.prepare() for part in parts]
        results = engine_runner.run(options.runner, jobs, options.engine)
        states = {part.name: part.judge(results[part.name]) for part in parts}
        if options.smoke:
            smoke.write([part for part in parts if part.batch == 1 and states[part.name] == "ok"])

    table(parts, states)
    if options.update:
        expected.update(states)
    wanted = expected.load()
    listed = {name: state for name, (state, _) in wanted.items()}
    unexpected = [part for part in parts if states[part.name] != listed.get(part.name, "ok")]
    print()
    for part in parts:
        if states[part.name] != "ok" and part not in unexpected:
            print(f"listed: {part.name}: {states[part.name]}: {wanted[part.name][1] or part.detail[:200]}")
    for part in unexpected:
        state = f"{states[part.name]}, expected {listed.get(part.name, 'ok')}"
        print(f"unexpected: {part.name}: {state}: {part.detail[:300]}")
    gone = listed.keys() - states.keys() if whole else ()
    for name in gone:
        print(f"unexpected: {name}: listed, but there is no such journey")
    well = sum(state == "ok" for state in states.values())
    print(
        f"journeys: {len(parts) // 2} models at two batch sizes, {well} of {len(parts)} ok, "
        f"{len(unexpected) + len(gone)} unexpected"
    )
    sys.exit(bool(unexpected or gone))


if __name__ == "__main__":
    main()
