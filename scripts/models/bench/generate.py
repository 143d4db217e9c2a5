#!/usr/bin/env python3
"""Makes the models that scripts/bench engine measures, with one set of inputs for each.

The ordinary ones and two series (multiply-adds, bytes) are in ordinary.py, the hostile ones, each
with what it is hostile by, in adversarial.py. All is made with fixed seeds.

Written to --out: NAME.onnx, NAME.inputs/INPUT.npy in the order of the model's inputs, and
index.json: {"ordinary": [NAME…], "hostile": [NAME…], "macs": {NAME: multiply-adds}, "bytes": [NAME…]}.
"""

import argparse
import json
from pathlib import Path

import numpy as np

import adversarial
import ordinary


def write(out, name, made):
    model, inputs = made
    folder = out / f"{name}.inputs"
    folder.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.onnx").write_bytes(model)
    for i, (input_name, array) in enumerate(inputs):
        np.save(folder / f"{i}-{input_name}.npy", array)
    print(f"{name}: {len(model):,} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    out = parser.parse_args().out
    for name, make in (ordinary.MODELS | adversarial.MODELS).items():
        write(out, name, make())
    macs, sizes = {}, []
    for side in ordinary.SIDES:
        count = ordinary.convolution_macs(side)
        name = f"conv-{count / 1e6:.0f}M"
        write(out, name, ordinary.convolutions(side))
        macs[name] = count
    for width, count in ordinary.WIDTHS:
        name = f"layers-{width * width * count * 4 / 1e6:.1f}MB"
        write(out, name, ordinary.layers(width, count))
        sizes.append(name)
    index = {
        "ordinary": list(ordinary.MODELS),
        "hostile": list(adversarial.MODELS),
        "macs": macs,
        "bytes": sizes,
    }
    (out / "index.json").write_text(json.dumps(index) + "\n")


if __name__ == "__main__":
    main()
