#!/usr/bin/env python3
"""Trains the demo's classifier of handwritten digits and exports it as ONNX.

The data are the 1,797 images of 8 x 8 pixels that scikit-learn ships (UCI "Optical Recognition of
Handwritten Digits"). Split, seed and versions (requirements.txt) are fixed. Written to --out:

  digits.onnx      image float32 [1,64] -> label int64 [1], probabilities float32 [1,10]
  images.npy       the held-out images, uint8 [n,64], pixels 0..16 (cast to float32 for the model)
  truth.npy        their classes, uint8 [n]
  labels.npy       onnxruntime's classes, uint8 [n]
  probabilities.npy  onnxruntime's probabilities, float32 [n,10]
  digits.json      versions, split, architecture, accuracy and sha256 of each file
"""

import argparse
import hashlib
import json
import platform
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import sklearn
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

SEED = 20250
HELD_OUT = 297
OPSET = 17
# Version 8 of the file format is the one that came with opset 17.
IR_VERSION = 8


def split():
    """Train and held-out halves: a seeded permutation, the last HELD_OUT are held out."""
    images, classes = load_digits(return_X_y=True)
    order = np.random.RandomState(SEED).permutation(len(images))
    train, held_out = order[:-HELD_OUT], order[-HELD_OUT:]
    return images[train], classes[train], images[held_out], classes[held_out]


def train(images, classes):
    """A 64-64-10 perceptron on standardised pixels. One thread: sums in one order."""
    scaler = StandardScaler().fit(images)
    net = MLPClassifier(
        hidden_layer_sizes=(64,),
        activation="relu",
        alpha=1e-3,
        max_iter=400,
        random_state=SEED,
    ).fit(scaler.transform(images), classes)
    return scaler, net


def folded_layers(scaler, net):
    """Weights and biases of each layer, the scaler folded into the first: float32."""
    weights = [w.astype(np.float64) for w in net.coefs_]
    biases = [b.astype(np.float64) for b in net.intercepts_]
    biases[0] = biases[0] - (scaler.mean_ / scaler.scale_) @ weights[0]
    weights[0] = weights[0] / scaler.scale_[:, None]
    return [(w.astype(np.float32), b.astype(np.float32)) for w, b in zip(weights, biases)]


def to_onnx(layers):
    """The model with fixed shapes and operators of the plain ai.onnx domain only."""
    (w0, b0), (w1, b1) = layers
    nodes = [
        helper.make_node("Gemm", ["image", "w0", "b0"], ["h0"], name="hidden"),
        helper.make_node("Relu", ["h0"], ["h1"], name="relu"),
        helper.make_node("Gemm", ["h1", "w1", "b1"], ["logits"], name="logits"),
        helper.make_node("Softmax", ["logits"], ["probabilities"], name="softmax", axis=1),
        helper.make_node("ArgMax", ["logits"], ["label"], name="label", axis=1, keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, w0.shape[0]])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, w1.shape[1]]),
        ],
        [
            numpy_helper.from_array(array, name)
            for array, name in [(w0, "w0"), (b0, "b0"), (w1, "w1"), (b1, "b1")]
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="opg-digits"
    )
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def reference(model, images):
    """onnxruntime's classes and probabilities, one image a run, one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    runs = [
        session.run(["label", "probabilities"], {"image": image[None].astype(np.float32)})
        for image in images
    ]
    labels = np.concatenate([run[0] for run in runs]).astype(np.uint8)
    return labels, np.concatenate([run[1] for run in runs])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    train_images, train_classes, images, truth = split()
    scaler, net = train(train_images, train_classes)
    model = to_onnx(folded_layers(scaler, net))
    labels, probabilities = reference(model, images)

    (out / "digits.onnx").write_bytes(model)
    np.save(out / "images.npy", images.astype(np.uint8))
    np.save(out / "truth.npy", truth.astype(np.uint8))
    np.save(out / "labels.npy", labels)
    np.save(out / "probabilities.npy", probabilities)
    files = ["digits.onnx", "images.npy", "truth.npy", "labels.npy", "probabilities.npy"]
    record = {
        "data": "scikit-learn load_digits",
        "seed": SEED,
        "train": len(train_images),
        "held_out": len(images),
        "architecture": "scaler folded into Gemm 64x64, Relu, Gemm 64x10, Softmax, ArgMax",
        "opset": OPSET,
        "correct": int((labels == truth).sum()),
        "accuracy": round(float((labels == truth).mean()), 6),
        "smallest_margin": round(float(margins(probabilities).min()), 6),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
        "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in files},
    }
    (out / "digits.json").write_text(json.dumps(record, indent=2) + "\n")
    print(f"{record['correct']} of {len(images)} held-out images right, model {len(model)} bytes")


def margins(probabilities):
    """How far the best class leads the second: tiny margins would make classes flip by rounding."""
    best = np.sort(probabilities, axis=1)
    return best[:, -1] - best[:, -2]


if __name__ == "__main__":
    main()
