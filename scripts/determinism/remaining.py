"""Models of the supported operators that no case of ONNX's suite and no small journey has."""

import numpy as np
from onnx import TensorProto, helper

ML = "ai.onnx.ml"
FLOAT = TensorProto.FLOAT
ROWS, COLUMNS = 5, 4


def model(nodes, inputs, output, constants=()):
    """A model of nodes with the inputs `{name: array}` and the output `(dtype, shape)` called y."""
    dtype, shape = output
    graph = helper.make_graph(
        nodes,
        nodes[0].op_type,
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
            for name, a in inputs.items()
        ],
        [helper.make_tensor_value_info("y", dtype, shape)],
        [helper.make_tensor(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape, a) for n, a in constants],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(ML, 3)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def one(operator, x, output, domain=ML, **attributes):
    nodes = [helper.make_node(operator, ["x"], ["y"], domain=domain, **attributes)]
    return f"other/{operator}", model(nodes, {"x": x}, output), [x]


def models():
    """`(name, model, inputs)` of each."""
    x = (np.arange(ROWS * COLUMNS, dtype=np.float32).reshape(ROWS, COLUMNS) - 7.3) * 0.37
    labels = np.array([3, 1, 4, 1, 5], dtype=np.int64)
    scale = {"offset": [0.1, -0.2, 0.3, 1.7], "scale": [3.0, 0.1, -0.7, 1.3]}
    support = [0.3, -1.2, 0.7, 0.1, 1.1, 0.4, -0.6, -0.9, 0.2, 0.8, -0.3, 0.5]
    kernel = {"kernel_type": "RBF", "kernel_params": [0.4, 0.0, 3.0]}
    yield one("Scaler", x, (FLOAT, x.shape), **scale)
    yield one(
        "Imputer", x, (FLOAT, x.shape), imputed_value_floats=[9.5], replaced_value_float=float("nan")
    )
    yield one("FeatureVectorizer", x, (FLOAT, x.shape), inputdimensions=[COLUMNS])
    yield one(
        "LabelEncoder", labels, (FLOAT, labels.shape), keys_int64s=[1, 3, 5], values_floats=[0.1, -3.5, 7.25]
    )
    yield one("OneHotEncoder", labels, (FLOAT, [ROWS, 3]), cats_int64s=[1, 3, 4], zeros=1)
    yield one(
        "SVMRegressor",
        x,
        (FLOAT, [ROWS, 1]),
        n_supports=3,
        support_vectors=support,
        coefficients=[0.7, -1.9, 0.6],
        rho=[0.25],
        **kernel,
    )
    yield one(
        "TreeEnsembleRegressor",
        x,
        (FLOAT, [ROWS, 1]),
        n_targets=1,
        nodes_treeids=[0] * 5,
        nodes_nodeids=[0, 1, 2, 3, 4],
        nodes_featureids=[0, 0, 2, 0, 0],
        nodes_modes=["BRANCH_LEQ", "LEAF", "BRANCH_LT", "LEAF", "LEAF"],
        nodes_values=[-1.0, 0.0, 0.5, 0.0, 0.0],
        nodes_truenodeids=[1, 0, 3, 0, 0],
        nodes_falsenodeids=[2, 0, 4, 0, 0],
        nodes_missing_value_tracks_true=[0, 0, 1, 0, 0],
        target_treeids=[0] * 3,
        target_nodeids=[1, 3, 4],
        target_ids=[0] * 3,
        target_weights=[0.3, -0.7, 1.9],
    )
    nodes = [
        helper.make_node(
            "SVMClassifier",
            ["x"],
            ["label", "y"],
            domain=ML,
            classlabels_ints=[0, 1],
            vectors_per_class=[1, 2],
            support_vectors=support,
            coefficients=[0.7, -1.9, 0.6],
            rho=[0.25],
            **kernel,
        )
    ]
    yield "other/SVMClassifier", model(nodes, {"x": x}, (FLOAT, [ROWS, 2])), [x]
    image = x.reshape(1, 1, ROWS, COLUMNS)
    yield one("GlobalLpPool", image, (FLOAT, [1, 1, 1, 1]), domain="", p=2)
    # The length of these outputs is known only for constants.
    nodes = [
        helper.make_node("Unique", ["c"], ["u"]),
        helper.make_node("Mul", ["x", "u"], ["y"]),
    ]
    few = np.array([2.5, -1.0, 2.5, 0.5, -1.0, 7.0], dtype=np.float32)
    yield "other/Unique", model(nodes, {"x": x}, (FLOAT, x.shape), [("c", few)]), [x]
    nodes = [
        helper.make_node("NonZero", ["x"], ["places"]),
        helper.make_node("ReduceSum", ["places", "axes"], ["y"], keepdims=0),
    ]
    axes = [("axes", np.array([1], dtype=np.int64))]
    yield "other/NonZero", model(nodes, {"x": x}, (TensorProto.INT64, [2]), axes), [x]
    boxes = np.array([[[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, 3, 1, 4], [0, 3.2, 1, 4]]], dtype=np.float32)
    scores = np.array([[[0.9, 0.75, 0.6, 0.95]]], dtype=np.float32)
    limits = [
        ("most", np.array([3], dtype=np.int64)),
        ("overlap", np.array([0.5], dtype=np.float32)),
        ("least", np.array([0.1], dtype=np.float32)),
        ("axes", np.array([0], dtype=np.int64)),
    ]
    nodes = [
        helper.make_node("NonMaxSuppression", ["boxes", "scores", "most", "overlap", "least"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "axes"], ["y"], keepdims=0),
    ]
    inputs = {"boxes": boxes, "scores": scores}
    yield "other/NonMaxSuppression", model(nodes, inputs, (TensorProto.INT64, [3]), limits), [boxes, scores]
