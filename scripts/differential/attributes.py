"""Models of one operator, with attributes that are drawn: `python attributes.py FOLDER SEED COUNT` writes COUNT of
each family, by name and number (scripts/differential/run --attributes)."""

import pathlib
import random
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

# The newest opset of ai.onnx.ml that skl2onnx writes.
ML = 3


class Draw(random.Random):
    """Random numbers, and tensors of them."""

    def likely(self, chance):
        return self.random() < chance

    def several(self, count, choices):
        return [self.choice(choices) for _ in range(count)]

    def tensor(self, *shape):
        elements = [self.gauss(0, 1) for _ in range(int(np.prod(shape)))]
        return np.array(elements, np.float32).reshape(shape)

    def integers(self, low, high, *shape, dtype=np.int64):
        elements = [self.randrange(low, high) for _ in range(int(np.prod(shape)))]
        return np.array(elements, dtype).reshape(shape)


class Shape(tuple):
    """An input of the model: a shape of float32."""


def model(operator, inputs, opset=20, outputs=1, domain="", **attributes):
    """A model of one node. What is a Shape is an input of the model, an array a constant, None is left out."""
    names = [f"x{at}" if value is not None else "" for at, value in enumerate(inputs)]
    given, constants = [], []
    for name, value in zip(names, inputs):
        if isinstance(value, Shape):
            given.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, value))
        elif value is not None:
            constants.append(numpy_helper.from_array(np.asarray(value), name))
    while not names[-1]:
        names.pop()
    results = [f"y{at}" for at in range(outputs)]
    node = helper.make_node(operator, names, results, domain=domain, **attributes)
    values = [helper.make_empty_tensor_value_info(name) for name in results]
    graph = helper.make_graph([node], operator, given, values, constants)
    imports = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(domain, ML)] if domain else [])
    return helper.make_model(graph, opset_imports=imports, ir_version=9)


def window(draw, axes, pads_below_kernel):
    """kernel_shape, and maybe strides, dilations, and either pads or auto_pad."""
    kernel = draw.several(axes, [1, 2, 3])
    attributes = {"kernel_shape": kernel}
    if draw.likely(0.7):
        attributes["strides"] = draw.several(axes, [1, 2, 3])
    if draw.likely(0.5):
        attributes["dilations"] = draw.several(axes, [1, 2])
    if draw.likely(0.3):
        attributes["auto_pad"] = draw.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
    elif draw.likely(0.7):
        bounds = kernel if pads_below_kernel else [3] * axes
        attributes["pads"] = [draw.randrange(bounds[at % axes]) for at in range(2 * axes)]
    return attributes


def convolution(draw):
    axes, group = draw.choice([1, 2, 2, 3]), draw.choice([1, 1, 2])
    channels, features = group * draw.choice([1, 2]), group * draw.choice([1, 2, 3])
    attributes = window(draw, axes, False)
    inputs = [Shape([draw.choice([1, 2]), channels, *draw.several(axes, [4, 5, 6, 7])]),
              draw.tensor(features, channels // group, *attributes["kernel_shape"])]
    if draw.likely(0.5):
        inputs.append(draw.tensor(features))
    return model("Conv", inputs, draw.choice([11, 22]), group=group, **attributes)


def transposed_convolution(draw):
    axes, group = draw.choice([1, 2, 2]), draw.choice([1, 1, 2])
    attributes = window(draw, axes, False)
    if draw.likely(0.4):
        strides = attributes.get("strides", [1] * axes)
        attributes["output_padding"] = [draw.randrange(stride) for stride in strides]
    channels, features = group * draw.choice([1, 2]), draw.choice([1, 2])
    inputs = [Shape([1, channels, *draw.several(axes, [2, 3, 4])]),
              draw.tensor(channels, features, *attributes["kernel_shape"])]
    return model("ConvTranspose", inputs, draw.choice([11, 22]), group=group, **attributes)


def pool(draw):
    operator = draw.choice(["MaxPool", "AveragePool", "LpPool"])
    axes = draw.choice([1, 2, 2, 3])
    attributes = window(draw, axes, True)
    if "auto_pad" in attributes:
        # ONNX Runtime has other windows where dilations or longer strides meet it, and ONNX's reference none.
        attributes.pop("dilations", None)
        attributes["strides"] = [draw.randrange(1, length + 1) for length in attributes["kernel_shape"]]
    elif draw.likely(0.5):
        attributes["ceil_mode"] = 1
    if operator == "AveragePool" and draw.likely(0.5):
        attributes["count_include_pad"] = 1
    if operator == "LpPool":
        attributes["p"] = draw.choice([1, 2, 3])
    outputs = 2 if operator == "MaxPool" and draw.likely(0.4) else 1
    if outputs == 2 and draw.likely(0.5):
        attributes["storage_order"] = 1
    shape = Shape([draw.choice([1, 2]), 2, *draw.several(axes, [4, 5, 6, 7])])
    return model(operator, [shape], draw.choice([19, 22]), outputs, **attributes)


def resize(draw):
    axes = draw.choice([1, 2, 2, 3])
    mode = draw.choice(["nearest", "linear", "cubic"] if axes == 2 else ["nearest", "linear"])
    coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]
    if mode != "nearest":
        # Its points lie on elements but for a rounding, which decides on the nearest.
        coordinates.append("half_pixel_symmetric")
    attributes = {"mode": mode, "coordinate_transformation_mode": draw.choice(coordinates)}
    if mode == "nearest":
        rounding = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]
        attributes["nearest_mode"] = draw.choice(rounding)
    elif draw.likely(0.3):
        attributes["antialias"] = 1
    if mode == "cubic":
        attributes |= {"cubic_coeff_a": draw.choice([-0.75, -0.5]), "exclude_outside": draw.choice([0, 1])}
    whole = not draw.likely(0.4)
    if not whole:
        attributes["axes"] = list(range(2, 2 + axes))
    scales = sizes = None
    if draw.likely(0.5):
        scales = [1.0, 1.0] * whole + draw.several(axes, [0.5, 0.75, 1.0, 1.5, 2.0, 2.5])
        scales = np.array(scales, np.float32)
    else:
        sizes = np.array([1, 2] * whole + draw.several(axes, [1, 2, 3, 6, 8]))
        if not whole and draw.likely(0.5):
            attributes["keep_aspect_ratio_policy"] = draw.choice(["not_larger", "not_smaller"])
    shape = Shape([1, 2, *draw.several(axes, [2, 3, 4, 5])])
    return model("Resize", [shape, None, scales, sizes], draw.choice([18, 19]), **attributes)


def grid_sample(draw):
    grid = draw.tensor(1, 3, 4, 2).clip(-1.6, 1.6)
    attributes = {"mode": draw.choice(["linear", "nearest", "cubic"]),
                  "padding_mode": draw.choice(["zeros", "border", "reflection"])}
    return model("GridSample", [Shape([1, 2, 4, 5]), grid], align_corners=draw.choice([0, 1]), **attributes)


def pad(draw):
    shape, mode = draw.several(draw.choice([1, 2, 3]), [3, 4, 5]), draw.choice(["constant", "reflect", "edge", "wrap"])
    least = -1 if mode == "constant" else 0
    return model("Pad", [Shape(shape), draw.integers(least, 3, 2 * len(shape))], 19, mode=mode)


def einsum(draw):
    equation = draw.choice([
        "ij,jk->ik", "ij,kj->ik", "bij,bjk->bik", "bhid,bhjd->bhij", "ij->ji", "ij->i", "ii->i", "ij,ij->", "i,j->ij",
        "...ij,...jk->...ik", "bij,jk", "ijk->kij", "ij,jk,kl->il", "ab,cd->abcd", "ijkl->jl", "ii->", "...i->..."])
    lengths = {letter: draw.choice([2, 3, 4]) for letter in "abcdefghijkl"}
    terms = equation.split("->")[0].split(",")
    shapes = [[2] * ("..." in term) + [lengths[letter] for letter in term.replace("...", "")] for term in terms]
    return model("Einsum", [*map(Shape, shapes)], equation=equation)


def recurrence(draw):
    operator = draw.choice(["LSTM", "GRU", "RNN"])
    direction = draw.choice(["forward", "reverse", "bidirectional"])
    directions = 2 if direction == "bidirectional" else 1
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[operator]
    steps, batch, features, hidden = draw.choice([1, 3]), draw.choice([1, 2]), draw.choice([2, 3]), draw.choice([2, 3])
    shape = (directions, batch, hidden)
    states = [draw.choice([None, np.zeros(shape, np.float32), draw.tensor(*shape)]) for _ in range(2)]
    bias = draw.tensor(directions, 2 * gates * hidden) if draw.likely(0.6) else None
    inputs = [Shape([steps, batch, features]), draw.tensor(directions, gates * hidden, features) / 2,
              draw.tensor(directions, gates * hidden, hidden) / 2, bias, None, states[0]]
    if operator == "LSTM":
        inputs.append(states[1])
        if draw.likely(0.3):
            inputs.append(draw.tensor(directions, 3 * hidden))
    attributes = {"linear_before_reset": draw.choice([0, 1])} if operator == "GRU" else {}
    made = model(operator, inputs, draw.choice([14, 22]), 3 if operator == "LSTM" else 2, hidden_size=hidden,
                 direction=direction, **attributes)
    # Any of the outputs.
    asked = draw.sample(list(made.graph.output), draw.randrange(1, len(made.graph.output) + 1))
    names = {value.name for value in asked}
    del made.graph.output[:]
    made.graph.output.extend(asked)
    kept = [name if name in names else "" for name in made.graph.node[0].output]
    made.graph.node[0].output[:] = kept
    return made


def along_axis(draw):
    shape = draw.several(draw.choice([2, 3, 4]), [2, 3, 4])
    axis = draw.randrange(-len(shape), len(shape))
    length, x = shape[axis], Shape(shape)
    operator = draw.choice(["Softmax", "LogSoftmax", "Hardmax", "Flatten", "CumSum", "ArgMax", "ArgMin", "TopK",
                            "Split", "LayerNormalization", "LpNormalization", "QuantizeLinear", "Concat"])
    if operator == "CumSum":
        return model(operator, [x, np.array(axis)], exclusive=draw.choice([0, 1]), reverse=draw.choice([0, 1]))
    if operator in ("ArgMax", "ArgMin"):
        return model(operator, [x], 13, axis=axis, keepdims=draw.choice([0, 1]))
    if operator == "TopK":
        count = np.array([draw.randrange(1, length + 1)])
        return model(operator, [x, count], 13, 2, axis=axis, largest=draw.choice([0, 1]))
    if operator == "Split":
        first = draw.randrange(1, length)
        return model(operator, [x, np.array([first, length - first])], 13, 2, axis=axis)
    if operator == "LayerNormalization":
        inputs = [x, draw.tensor(*shape[axis:]), draw.tensor(*shape[axis:])]
        return model(operator, inputs, 17, axis=axis, epsilon=draw.choice([1e-5, 0.01]))
    if operator == "LpNormalization":
        return model(operator, [x], 22, axis=axis, p=draw.choice([1, 2]))
    if operator == "QuantizeLinear":
        zeros = draw.integers(-5, 5, length, dtype=np.int8)
        return model(operator, [x, np.abs(draw.tensor(length)) + np.float32(0.05), zeros], 19, axis=axis)
    inputs = [x, x] if operator == "Concat" else [x]
    return model(operator, inputs, draw.choice([11, 13]), axis=axis)


def reduction(draw):
    operator = draw.choice(["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceProd",
                            "ReduceLogSumExp", "ReduceSumSquare"])
    shape = draw.several(draw.choice([2, 3, 4]), [2, 3, 4])
    axes = draw.sample(range(len(shape)), draw.randrange(1, len(shape) + 1))
    return model(operator, [Shape(shape), np.array(axes)], 18, keepdims=draw.choice([0, 1]))


def slices(draw):
    shape = draw.several(draw.choice([1, 2, 3]), [2, 3, 4])
    rank = len(shape)
    bounds = [draw.integers(-6, 7, rank) for _ in range(2)]
    return model("Slice", [Shape(shape), *bounds, None, np.array(draw.several(rank, [1, 1, 2, -1, -2]))], 13)


def product(draw):
    m, k, n = draw.choice([1, 2, 3]), draw.choice([1, 2, 4]), draw.choice([1, 3, 5])
    if draw.likely(0.5):
        before, after = draw.choice([([], []), ([2], []), ([2], [2]), ([3, 1], [2]), ([1], [4])])
        return model("MatMul", [Shape([*before, m, k]), Shape([*after, k, n])], 13)
    turned, other = draw.choice([0, 1]), draw.choice([0, 1])
    addend = draw.choice([(), (n,), (1, n), (m, 1), (m, n), None])
    inputs = [Shape([k, m] if turned else [m, k]), draw.tensor(*([n, k] if other else [k, n]))]
    if addend is not None:
        inputs.append(draw.tensor(*addend))
    return model("Gemm", inputs, 13, transA=turned, transB=other, alpha=draw.choice([1.0, 0.5]),
                 beta=draw.choice([1.0, 2.0]))


def attention(draw):
    batch, queries, keys, heads = draw.choice([1, 2]), draw.choice([2, 3]), draw.choice([2, 4]), draw.choice([2, 4])
    shared = draw.choice([heads, heads, heads // 2])
    attributes = {"is_causal": draw.choice([0, 0, 1])}
    if draw.likely(0.3):
        attributes["scale"] = 0.3
    mask = draw.choice([None, draw.tensor(queries, keys)])
    if draw.likely(0.5):
        shapes = [(batch, heads, queries, 2), (batch, shared, keys, 2), (batch, shared, keys, 2)]
    else:
        shapes = [(batch, queries, heads * 2), (batch, keys, shared * 2), (batch, keys, shared * 2)]
        attributes |= {"q_num_heads": heads, "kv_num_heads": shared}
    return model("Attention", [*map(Shape, shapes), mask], 23, **attributes)


def trees(draw):
    """Complete trees of depth two."""
    count, targets = draw.choice([1, 3]), draw.choice([1, 2])
    modes = draw.choice([["BRANCH_LEQ"], ["BRANCH_LT"], ["BRANCH_GT"], ["BRANCH_GTE"], ["BRANCH_EQ"], ["BRANCH_NEQ"],
                         ["BRANCH_LEQ", "BRANCH_GT"]])
    nodes = [(tree, node) for tree in range(count) for node in range(7)]
    weights = [(tree, node, target) for tree, node in nodes if node > 2 for target in range(targets)]
    prefix = draw.choice(["target", "class"])

    def inner(choices, leaf):
        return [draw.choice(choices) if node < 3 else leaf for _, node in nodes]

    attributes = {
        "nodes_treeids": [tree for tree, _ in nodes], "nodes_nodeids": [node for _, node in nodes],
        "nodes_featureids": inner([0, 1, 2], 0),
        "nodes_values": inner([0.0, 0.5, -0.5, 1.0], 0.0),
        "nodes_modes": inner(modes, "LEAF"),
        "nodes_truenodeids": [2 * node + 1 if node < 3 else 0 for _, node in nodes],
        "nodes_falsenodeids": [2 * node + 2 if node < 3 else 0 for _, node in nodes],
        "nodes_missing_value_tracks_true": inner([0, 1], 0),
        f"{prefix}_treeids": [tree for tree, *_ in weights], f"{prefix}_nodeids": [node for _, node, _ in weights],
        f"{prefix}_ids": [target for *_, target in weights],
        f"{prefix}_weights": draw.tensor(len(weights)).tolist(),
    }
    if draw.likely(0.4):
        attributes["base_values"] = draw.tensor(targets).tolist()
    if prefix == "target":
        return model("TreeEnsembleRegressor", [Shape([6, 3])], domain="ai.onnx.ml", n_targets=targets,
                     aggregate_function=draw.choice(["SUM", "AVERAGE", "MIN", "MAX"]),
                     post_transform=draw.choice(["NONE", "LOGISTIC", "SOFTMAX"]), **attributes)
    transform = draw.choice(["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"])
    return model("TreeEnsembleClassifier", [Shape([6, 3])], outputs=2, domain="ai.onnx.ml", post_transform=transform,
                 classlabels_int64s=list(range(10, 10 + max(2, targets))), **attributes)


def vectors(draw):
    kernel = draw.choice(["LINEAR", "POLY", "RBF", "SIGMOID"])
    classes, count = draw.choice([2, 3]), 6
    attributes = {"kernel_type": kernel, "kernel_params": [0.3, 0.5, 2.0],
                  "support_vectors": draw.tensor(count * 3).tolist()}
    if draw.likely(0.5):
        return model("SVMRegressor", [Shape([5, 3])], domain="ai.onnx.ml", n_supports=count, rho=[0.1],
                     coefficients=draw.tensor(count).tolist(), one_class=draw.choice([0, 0, 1]), **attributes)
    pairs = classes * (classes - 1) // 2
    if draw.likely(0.5):
        attributes |= {"prob_a": draw.tensor(pairs).tolist(), "prob_b": draw.tensor(pairs).tolist()}
    return model("SVMClassifier", [Shape([5, 3])], outputs=2, domain="ai.onnx.ml", rho=draw.tensor(pairs).tolist(),
                 vectors_per_class=[count // classes] * classes, classlabels_ints=list(range(classes)),
                 coefficients=draw.tensor((classes - 1) * count).tolist(), **attributes)


FAMILIES = [convolution, transposed_convolution, pool, resize, grid_sample, pad, einsum, recurrence, along_axis,
            reduction, slices, product, attention, trees, vectors]


def write(folder, seed, count):
    for family in FAMILIES:
        # Each family draws its own numbers: another one more changes no model of the others.
        draw = Draw(f"{seed} {family.__name__}")
        for at in range(count):
            (folder / f"{family.__name__}-{at}").write_bytes(family(draw).SerializeToString())


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
