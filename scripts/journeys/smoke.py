"""The small journeys as one file, so that ordinary tests need neither exporters nor Python.

SCALE encoding of a vector of
`{name: String, tolerance: f64 bits as u64, model: Vec<u8>, rows: Vec<(Vec<Tensor>, Vec<Tensor>)>}`: inputs
and what onnxruntime gives for them. precompiles/engine/host/tests/journeys.rs reads it.
"""

import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from scale import blob, tensor, text, vector

FILE = pathlib.Path(__file__).resolve().parents[2] / "precompiles/engine/testdata/journeys.scale"
# Greatest model, in bytes, and rows of each.
MAX_BYTES = 32 * 1024
ROWS = 3


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
        entries.append(text(part.journey.name) + tolerance + blob(model) + vector(rows))
    FILE.write_bytes(vector(entries))
    print(f"{FILE.name}: {len(entries)} journeys, {FILE.stat().st_size:,} bytes")
