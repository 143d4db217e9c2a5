#!/usr/bin/env python3
"""Puts what scripts/bench measured into tables, and says which targets hold."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

MIB = 1 << 20
# Below this a model's memory is mostly the engine's own.
LARGE_BYTES = 4 * MIB


def table(head, rows):
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        print("  ".join(cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths))))
    print()


def ms(value):
    return "-" if value is None else f"{value:.3f}" if value < 10 else f"{value:.1f}"


def line(x, y):
    """The line y = fixed + each * x that fits best by relative error; and the largest such error."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    (fixed, each), *_ = np.linalg.lstsq(np.stack([1 / y, x / y], axis=1), np.ones_like(y), rcond=None)
    return fixed, each, np.abs((fixed + each * x) / y - 1).max()


class Report:
    def __init__(self, folder, fuel_ps):
        read = lambda name: json.loads((folder / f"{name}.json").read_text())
        self.engine, self.tract, self.ort = read("engine"), read("tract"), read("onnxruntime")
        self.models, self.index = self.engine["models"], json.loads((folder / "models/index.json").read_text())
        self.names = self.index["ordinary"] + self.index["hostile"]
        for name in self.names:
            m = self.models[name]
            m["overhead_fuel"] = read(f"inspect-{name}")["overheadFuel"]
            m["charged_ms"] = (m["load_fuel"] + m["run_fuel"] + m["overhead_fuel"]) * fuel_ps / 1e9
            m["time_over_charged"] = m["miss_cpu_ms"] / m["charged_ms"]
        self.targets = []

    def of_tract(self, name, what):
        return self.tract[name].get(what)

    def target(self, text, holds):
        self.targets.append((text, bool(holds)))

    def times(self):
        print("Milliseconds, one thread, best of many runs; `call` is a run through the host from the")
        print("prepared image, `bare` the same run in a reused instance without the host, `copy` what")
        print("copying the image would add to a call, which maps it instead.\n")
        table(
            ["model", "onnxruntime", "native tract", "bare", "call", "copy", "load", "onnxruntime load", "tract load"],
            [
                [n, ms(self.ort[n]["run_ms"]), ms(self.of_tract(n, "run_ms")), ms(m["bare_ms"]), ms(m["run_ms"]),
                 ms(m["copy_ms"]), ms(m["load_ms"]), ms(self.ort[n]["load_ms"]), ms(self.of_tract(n, "load_ms"))]
                for n in self.names for m in [self.models[n]]
            ],
        )
        for name in self.names:
            if error := self.tract[name].get("error"):
                print(f"native tract can't run {name}: {error}\n")

    def fuel(self):
        table(
            ["model", "file MiB", "run fuel", "load fuel", "overhead fuel", "memory MiB", "image MiB",
             "ns/fuel run", "ns/fuel load", "first call ms", "its CPU ms", "charged ms", "time ÷ charged"],
            [
                [n, f"{m['model_bytes'] / MIB:.1f}", f"{m['run_fuel']:,}", f"{m['load_fuel']:,}",
                 f"{m['overhead_fuel']:,}", f"{m['memory_pages'] / 16:.1f}", f"{m['image_pages'] / 256:.1f}",
                 f"{1e6 * m['run_ms'] / m['run_fuel']:.2f}", f"{1e6 * m['load_ms'] / m['load_fuel']:.2f}",
                 ms(m["miss_ms"]), ms(m["miss_cpu_ms"]), ms(m["charged_ms"]), f"{m['time_over_charged']:.2f}"]
                for n in self.names for m in [self.models[n]]
            ],
        )
        worst = max(self.names, key=lambda n: self.models[n]["time_over_charged"])
        ratio = self.models[worst]["time_over_charged"]
        self.target(f"time ÷ charged is {ratio:.2f} at worst, {worst} (at most 1)", ratio <= 1)

    def growth(self):
        """The two series, each with the line that fits it."""
        macs = self.index["macs"]
        names, models = list(macs), self.models
        series = [
            ("onnxruntime ms", [self.ort[n]["run_ms"] for n in names], "ns", 1e6),
            ("native tract ms", [self.of_tract(n, "run_ms") for n in names], "ns", 1e6),
            ("bare ms", [models[n]["bare_ms"] for n in names], "ns", 1e6),
            ("call ms", [models[n]["run_ms"] for n in names], "ns", 1e6),
            ("run fuel", [models[n]["run_fuel"] for n in names], "fuel", 1),
        ]
        print("Growth with multiply-adds: convolutions with the same weights.\n")
        self.lines("M multiply-adds", [macs[n] for n in names], "multiply-add", series)

        names = self.index["bytes"]
        series = [
            ("load ms", [models[n]["load_ms"] for n in names], "ms", 1e6),
            ("onnxruntime load ms", [self.ort[n]["load_ms"] for n in names], "ms", 1e6),
            ("call ms", [models[n]["run_ms"] for n in names], "ms", 1e6),
            ("load fuel", [models[n]["load_fuel"] for n in names], "fuel", 1e6),
            ("memory MB", [models[n]["memory_pages"] * 65536 / 1e6 for n in names], "MB", 1e6),
            ("image MB", [models[n]["image_pages"] * 4096 / 1e6 for n in names], "MB", 1e6),
        ]
        print("Growth with bytes: layers of one width.\n")
        self.lines("MB", [models[n]["model_bytes"] for n in names], "MB", series)

    def lines(self, what, x, unit, series):
        rows = []
        for name, values, of, scale in series:
            shown = lambda v: f"{v:,.0f}" if of == "fuel" else ms(v)
            row = [name, *map(shown, values)]
            if None in values:
                rows.append(row + ["-", "-", "-"])
                continue
            fixed, each, error = line(x, values)
            rows.append(row + [shown(fixed), f"{each * scale:,.{0 if each * scale >= 1000 else 3}f} {of}", f"{error:.0%}"])
        table([what, *(f"{v / 1e6:.1f}" for v in x), "fixed", f"each {unit}", "largest error"], rows)

    def parallel(self):
        threads = self.engine["engine"]["threads"]
        rows = []
        for name in self.index["ordinary"]:
            one, every = self.models[name]["calls_per_s"]
            if one:
                rows.append([name, f"{one:,.0f}", f"{every:,.0f}", f"{every / one:.2f}"])
        print("Calls a second of small models.\n")
        table(["model", "1 thread", f"{threads} threads", "ratio"], rows)

    def engine_itself(self):
        e = self.engine["engine"]
        print(
            f"engine: {e['raw_bytes'] / MIB:.1f} MiB raw, {e['stored_bytes'] / MIB:.1f} MiB stored; "
            f"compiled in {e['compile_ms'] / 1000:.1f} s, read from disk in {e['disk_ms']} ms\n"
        )
        over = self.models["mlp"]["run_ms"] - self.models["mlp"]["bare_ms"]
        self.target(f"host adds {over:.3f} ms to the MLP's run (at most 0.3)", over <= 0.3)
        self.target(f"blob is {e['raw_bytes'] / 1e6:.2f} MB (at most 8)", e["raw_bytes"] <= 8e6)
        self.target(f"compiles in {e['compile_ms'] / 1000:.1f} s (at most 5)", e["compile_ms"] <= 5000)
        self.target(f"is read from disk in {e['disk_ms']} ms (at most 50)", e["disk_ms"] <= 50)
        # Not those whose load computes more constants than the file holds.
        names = [*self.index["ordinary"], *self.index["bytes"], "huge-table"]
        large = {n: self.models[n] for n in names if self.models[n]["model_bytes"] >= LARGE_BYTES}
        times = {n: m["memory_pages"] * 65536 / m["model_bytes"] for n, m in large.items()}
        worst = max(times, key=times.get)
        self.target(f"memory is {times[worst]:.2f} × the model's bytes at worst, {worst} (at most 3)", times[worst] <= 3)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fuel-ps", required=True, help="execution time of one unit of fuel")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    fuel_ps = int(args.fuel_ps.replace("_", ""))
    report = Report(args.folder, fuel_ps)
    report.times()
    report.fuel()
    report.growth()
    report.parallel()
    report.engine_itself()
    for text, holds in report.targets:
        print(f"{'ok' if holds else 'MISSED'}: {text}")
    if args.json:
        result = {**report.engine, "native_tract": report.tract, "onnxruntime": report.ort, "fuel_ps": fuel_ps}
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0 if all(holds for _, holds in report.targets) else 1


if __name__ == "__main__":
    sys.exit(main())
