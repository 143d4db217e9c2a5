"""The small journeys as one file, so that ordinary tests need neither exporters nor Python.

SCALE encoding (https://docs.substrate.io/reference/scale-codec/) of a vector of
`{name: String, tolerance: f64 bits as u64, model: Vec<u8>, rows: Vec<(Vec<Tensor>, Vec<Tensor>)>}`: inputs
and what onnxruntime gives for them. precompiles/engine/host/tests/journeys.rs reads it.
"""

import pathlib
import struct

import numpy as np
from onnx import helper

FILE = pathlib.Path(__file__).resolve().parents[2] / "precompiles/engine/testdata/journeys.scale"
# Greatest model, in bytes, and rows of each.
MAX_BYTES = 32 * 1024
ROWS = 3


def compact(number):
    """A compact integer below 2^30."""
    if number < 1 << 6:
        return bytes([number << 2])
    if number < 1 << 14:
        return struct.pack("<H", number << 2 | 1)
    if number < 1 << 30:
        return struct.pack("<I", number << 2 | 2)
    raise ValueError(f"{number} is too large")


def blob(data):
    return compact(len(data)) + data


def vector(items):
    return compact(len(items)) + b"".join(items)


def tensor(array):
    dtype = bytes([helper.np_dtype_to_tensor_dtype(array.dtype)])
    shape = vector([struct.pack("<I", length) for length in array.shape])
    return dtype + shape + blob(np.ascontiguousarray(array).tobytes())


def write(parts):
    """Writes the small ones of `parts`, which run single rows and ended well."""
    entries = []
    for part in parts:
        model = (part.folder / "model.onnx").read_bytes()
        if len(model) > MAX_BYTES:
            continue
        rows = [
            vector([tensor(array[row : row + 1]) for array in part.journey.inputs])
            + vector([tensor(output) for output in part.wanted[row]])
            for row in range(ROWS)
        ]
        tolerance = struct.pack("<d", part.journey.tolerance)
        entries.append(blob(part.journey.name.encode()) + tolerance + blob(model) + vector(rows))
    FILE.write_bytes(vector(entries))
    print(f"{FILE.name}: {len(entries)} journeys, {FILE.stat().st_size:,} bytes")
