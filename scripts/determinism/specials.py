"""The values where implementations of arithmetic differ, in tensors and in models made for them.

Three sets of floats: `mixed` has them all, where a NaN or an infinity soon hides the rest; `tiny` has no
NaN and nothing that overflows; `huge` no NaN and nothing subnormal. Integers have the ends of their range,
zero and ±1.
"""

import numpy as np
from onnx import TensorProto, defs, helper

FLOATS = {
    np.dtype(np.float16): (np.uint16, 10, 5),
    np.dtype(np.float32): (np.uint32, 23, 8),
    np.dtype(np.float64): (np.uint64, 52, 11),
}
SETS = ("mixed", "tiny", "huge")


def floats(dtype, which):
    """The values of a set, as an array of `dtype`."""
    bits, fraction, exponent = FLOATS[dtype]
    sign = 1 << (fraction + exponent)
    infinity = ((1 << exponent) - 1) << fraction
    quiet = infinity | 1 << (fraction - 1)
    one = ((1 << (exponent - 1)) - 1) << fraction
    zeros = [0, sign]
    ones = [one, sign | one, one | 1 << (fraction - 1), one - 1]  # 1, -1, 1.5, just below 1
    infinities = [infinity, sign | infinity]
    # Quiet and signalling, of both signs, with and without a payload.
    nans = [quiet, sign | quiet, quiet | 5, infinity | 1, sign | infinity | 3]
    subnormals = [1, sign | 1, (1 << fraction) - 1, sign | 1 << (fraction - 1)]
    smallest = [1 << fraction, sign | 1 << fraction]
    greatest = [infinity - 1, sign | infinity - 1]
    # The halves that rounding turns to an even number, and beyond the integers.
    halves = [one - (1 << fraction), sign | one + (1 << fraction) + (1 << (fraction - 2))]  # 0.5, -2.5
    values = {
        "mixed": zeros + infinities + nans + subnormals + smallest + greatest + ones + halves,
        "tiny": zeros + subnormals + smallest + ones,
        "huge": zeros + infinities + smallest + greatest + ones + halves,
    }[which]
    return np.array(values, dtype=bits).view(dtype)


def values(dtype, which):
    """The same for any dtype of the engine."""
    if dtype in FLOATS:
        return floats(dtype, which)
    if dtype == np.bool_:
        return np.array([False, True])
    ends = np.iinfo(dtype)
    inner = [0, 1] if ends.min == 0 else [0, 1, -1]
    return np.array([*inner, ends.min, ends.max], dtype=dtype)


def fill(array, which, place):
    """An array like `array` of special values: a cycle that no other input has in step."""
    cycle = values(array.dtype, which)
    index = np.arange(array.size)
    # One step further each round, so that another cycle of the same length meets every value.
    index += place * (index // len(cycle) + 3)
    return cycle[index % len(cycle)].reshape(array.shape)


def inputs(arrays):
    """`{set: inputs}`: floats replaced, and in a model without floats everything."""
    if not arrays:
        return {}
    if not any(array.dtype in FLOATS for array in arrays):
        return {"mixed": [fill(array, "mixed", place) for place, array in enumerate(arrays)]}
    return {
        which: [
            fill(array, which, place) if array.dtype in FLOATS else array
            for place, array in enumerate(arrays)
        ]
        for which in SETS
    }


OPSET = 24
# Operators on single elements, with the attributes of their variants.
UNARY = {name: [{}] for name in """
    Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid
    HardSwish Identity IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign
    Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu
""".split()}
UNARY["Gelu"] = [{}, {"approximate": "tanh"}]
BINARY = {name: [{}] for name in """
    Add And BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mul
    Or PRelu Pow Sub Sum Xor
""".split()}
BINARY["Mod"] = [{}, {"fmod": 1}]
BINARY["BitShift"] = [{"direction": "LEFT"}, {"direction": "RIGHT"}]


def dtypes(operator, known):
    """The engine's dtypes that ONNX allows for the first input of an operator."""
    schema = defs.get_schema(operator, OPSET)
    types = set(schema.inputs[0].types)
    return [dtype for dtype in known if f"tensor({type_name(dtype)})" in types]


def type_name(dtype):
    return {"float32": "float", "float64": "double"}.get(dtype.name, dtype.name)


def model(operator, arrays, out, attributes):
    """A model of one operator."""
    code = helper.np_dtype_to_tensor_dtype
    names = [f"x{place}" for place in range(len(arrays))]
    graph = helper.make_graph(
        [helper.make_node(operator, names, ["y"], **attributes)],
        operator,
        [helper.make_tensor_value_info(n, code(a.dtype), a.shape) for n, a in zip(names, arrays)],
        [helper.make_tensor_value_info("y", out, arrays[0].shape)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    return made.SerializeToString()


def result(operator, dtype):
    """The dtype of an operator's output, ONNX's number."""
    schema = defs.get_schema(operator, OPSET)
    if schema.outputs[0].type_str == schema.inputs[0].type_str:
        return helper.np_dtype_to_tensor_dtype(dtype)
    return TensorProto.BOOL


def elementwise(known):
    """`(name, model, {run: inputs})` of every operator on single elements: each value, and each pair of
    values. Two rounds, so that a value is in the vectors of a loop and in its remainder."""
    for table, count in ((UNARY, 1), (BINARY, 2)):
        for operator, variants in table.items():
            for attributes in variants:
                suffix = "".join(f"-{value}" for value in attributes.values())
                for dtype in dtypes(operator, known):
                    cycle = values(dtype, "mixed")
                    if count == 1:
                        first = [np.concatenate([cycle, cycle[:1]])]
                        second = [np.roll(first[0], len(cycle) // 2)]
                    else:
                        first = [np.repeat(cycle, len(cycle)), np.tile(cycle, len(cycle))]
                        second = [array[::-1] for array in first]
                        if operator in ("Div", "Mod") and dtype not in FLOATS:
                            # A divisor of zero refuses the run, and with it all other pairs.
                            second[1] = np.where(second[1] == 0, dtype.type(3), second[1])
                    bytes_ = model(operator, first, result(operator, dtype), attributes)
                    name = f"special/{operator}{suffix}-{dtype.name}"
                    yield name, bytes_, {"forward": first, "backward": second}
    for source in known:
        for target in known:
            cycle = values(source, "mixed")
            code = helper.np_dtype_to_tensor_dtype(target)
            yield (
                f"special/Cast-{source.name}-{target.name}",
                model("Cast", [cycle], code, {"to": code}),
                {"forward": [cycle], "backward": [cycle[::-1]]},
            )
