#!/usr/bin/env python3
"""Puts what scripts/bench measured into tables, and says which targets hold."""

import argparse
import json
import sys
from pathlib import Path

ORDER = ["mlp", "cnn", "mobilenet", "subnormal-gemm", "huge-table", "divide-heavy"]
MIB = 1 << 20


def table(head, rows):
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        print("  ".join(cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths))))


def ms(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fuel-ps", required=True, help="execution time of one unit of fuel")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    read = lambda name: json.loads((args.folder / f"{name}.json").read_text())
    fuel_ps = int(args.fuel_ps.replace("_", ""))
    engine, tract, ort = read("engine"), read("tract"), read("onnxruntime")
    names = [name for name in ORDER if name in engine["models"]]
    ratios = {}
    for name in names:
        m = engine["models"][name]
        overhead = read(f"inspect-{name}")["overheadFuel"]
        charged_ms = (m["load_fuel"] + m["run_fuel"] + overhead) * fuel_ps / 1e9
        m.update(overhead_fuel=overhead, charged_ms=charged_ms)
        ratios[name] = m["time_over_charged"] = m["miss_ms"] / charged_ms

    print("Milliseconds, one thread, best of many runs; `call` is a run through the host from the")
    print("prepared image, `bare` the same run in a reused instance without the host.\n")
    table(
        ["model", "onnxruntime", "native tract", "bare", "call", "load", "onnxruntime load", "tract load"],
        [
            [n, ms(ort[n]["run_ms"]), ms(tract[n]["run_ms"]), ms(m["bare_ms"]), ms(m["run_ms"]),
             ms(m["load_ms"]), ms(ort[n]["load_ms"]), ms(tract[n]["load_ms"])]
            for n in names for m in [engine["models"][n]]
        ],
    )
    print()
    table(
        ["model", "file MiB", "run fuel", "load fuel", "overhead fuel", "memory MiB", "image MiB",
         "ns/fuel run", "ns/fuel load", "first call ms", "charged ms", "time ÷ charged"],
        [
            [n, f"{m['model_bytes'] / MIB:.1f}", f"{m['run_fuel']:,}", f"{m['load_fuel']:,}",
             f"{m['overhead_fuel']:,}", m["memory_pages"] // 16, f"{m['image_pages'] / 256:.1f}",
             f"{1e6 * m['run_ms'] / m['run_fuel']:.2f}", f"{1e6 * m['load_ms'] / m['load_fuel']:.2f}",
             ms(m["miss_ms"]), ms(m["charged_ms"]), f"{m['time_over_charged']:.2f}"]
            for n in names for m in [engine["models"][n]]
        ],
    )
    e = engine["engine"]
    print(
        f"\nengine: {e['raw_bytes'] / MIB:.1f} MiB raw, {e['stored_bytes'] / MIB:.1f} MiB stored; "
        f"compiled in {e['compile_ms'] / 1000:.1f} s, read from disk in {e['disk_ms']} ms"
    )
    mlp = engine["models"]["mlp"]
    over = mlp["run_ms"] - mlp["bare_ms"]
    targets = [
        (f"host adds {over:.3f} ms to the MLP's run (at most 0.3)", over <= 0.3),
        (f"blob is {e['raw_bytes'] / 1e6:.1f} MB (at most 10)", e["raw_bytes"] <= 10e6),
        (f"compiles in {e['compile_ms'] / 1000:.1f} s (at most 8)", e["compile_ms"] <= 8000),
        (f"is read from disk in {e['disk_ms']} ms (at most 200)", e["disk_ms"] <= 200),
        (f"time ÷ charged is {max(ratios.values()):.2f} at worst (at most 1)", max(ratios.values()) <= 1),
    ]
    for text, holds in targets:
        print(f"{'ok' if holds else 'MISSED'}: {text}")
    if args.json:
        result = {**engine, "native_tract": tract, "onnxruntime": ort, "fuel_ps": fuel_ps}
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0 if all(holds for _, holds in targets) else 1


if __name__ == "__main__":
    sys.exit(main())
