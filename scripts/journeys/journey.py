"""What a journey is: a model as an exporter makes it, and 1,000 rows for it."""

from dataclasses import dataclass

import numpy as np
import onnx

ROWS = 1_000
# Relative error that values may have.
TOLERANCE = 1e-5


@dataclass
class Journey:
    """A model with its inputs."""

    name: str
    model: onnx.ModelProto  # the first dimension of every input and output is open
    inputs: list  # an array of ROWS rows for each input
    batch: int = 100  # rows of one run: what the inputs' limit of 1 MiB allows
    tolerance: float = TOLERANCE
    why: str = ""  # of another tolerance

    def __post_init__(self):
        if ROWS % self.batch or any(len(array) != ROWS for array in self.inputs):
            raise ValueError(f"{self.name}: {ROWS} rows in batches of {self.batch} are needed")
        if (self.tolerance != TOLERANCE) != bool(self.why):
            raise ValueError(f"{self.name}: another tolerance needs a reason, and only that does")


def fixed(model, batch):
    """The model for batches of that many rows: what `opg-node model prepare` does."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    initialised = {tensor.name for tensor in copy.graph.initializer}
    for value in [*copy.graph.input, *copy.graph.output]:
        dims = value.type.tensor_type.shape.dim
        if value.name not in initialised and dims:
            dims[0].dim_value = batch
    return copy


def rows(data, seed, noise=0.05):
    """1,000 rows of the data, drawn with replacement, with noise of that many standard deviations."""
    random = np.random.default_rng(seed)
    drawn = data[random.integers(len(data), size=ROWS)]
    drawn = drawn + noise * data.std(axis=0) * random.standard_normal(drawn.shape)
    return drawn.astype(np.float32)
