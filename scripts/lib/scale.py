"""SCALE encoding (https://docs.substrate.io/reference/scale-codec/) of what the engine's tests read."""

import struct

import numpy as np
from onnx import helper


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


def text(words):
    return blob(words.encode())


def vector(items):
    return compact(len(items)) + b"".join(items)


def tensor(array):
    """`opg_engine_abi::Tensor`."""
    dtype = bytes([helper.np_dtype_to_tensor_dtype(array.dtype)])
    shape = vector([struct.pack("<I", length) for length in array.shape])
    return dtype + shape + blob(np.ascontiguousarray(array).tobytes())
