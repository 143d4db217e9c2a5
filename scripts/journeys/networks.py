"""Networks built node by node, with weights from a seed: what exporters of neural networks write."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from journey import ROWS, Journey

OPSET = 17
BATCH = "batch"
# Runs of the networks for images take fewer rows: 1 MiB holds 85 images of 3 × 32 × 32 numbers.
IMAGE_BATCH = 50


class Net:
    """A graph in the making. Its methods add a node and return the name of its output."""

    def __init__(self, name, shape, seed):
        self.name, self.random = name, np.random.default_rng(seed)
        self.nodes, self.weights = [], []
        self.input = helper.make_tensor_value_info("x", TensorProto.FLOAT, [BATCH, *shape])
        self.rows = self.random.standard_normal((ROWS, *shape)).astype(np.float32)

    def constant(self, array):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def weight(self, *shape, inputs=None):
        """Weights of the size that keeps the values' size: inputs is how many each output sums."""
        inputs = inputs or int(np.prod(shape[1:])) or 1
        return self.constant((self.random.standard_normal(shape) / np.sqrt(inputs)).astype(np.float32))

    def vector(self, size, around=0.0):
        return self.constant((around + 0.1 * self.random.standard_normal(size)).astype(np.float32))

    def node(self, operator, *inputs, outputs=1, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def dense(self, x, inputs, outputs):
        return self.node("Gemm", x, self.weight(outputs, inputs), self.vector(outputs), transB=1)

    def conv(self, x, inputs, outputs, kernel=3, stride=1, groups=1):
        weight = self.weight(outputs, inputs // groups, kernel, kernel)
        attributes = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": [kernel // 2] * 4}
        return self.node("Conv", x, weight, self.vector(outputs), group=groups, **attributes)

    def normalised(self, x, channels):
        """Batch normalisation as it is after training."""
        scale, shift = self.vector(channels, 1.0), self.vector(channels)
        mean = self.vector(channels)
        variance = self.constant((0.5 + self.random.random(channels)).astype(np.float32))
        return self.node("BatchNormalization", x, scale, shift, mean, variance)

    def journey(self, outputs, **options):
        """The finished model: outputs are (name, dtype, shape without the batch)."""
        infos = [helper.make_tensor_value_info(n, dtype, [BATCH, *shape]) for n, dtype, shape in outputs]
        graph = helper.make_graph(self.nodes, self.name, [self.input], infos, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        checker.check_model(model, full_check=True)
        return Journey(f"network/{self.name}", model, [self.rows], **options)

    def classifier(self, logits, classes, **options):
        """Probabilities and the class."""
        probabilities = self.node("Softmax", logits, axis=-1)
        label = self.node("ArgMax", probabilities, axis=-1, keepdims=0)
        return self.journey(
            [(label, TensorProto.INT64, []), (probabilities, TensorProto.FLOAT, [classes])], **options
        )


def mlp():
    net = Net("mlp", [64], 1)
    x = net.node("Relu", net.dense("x", 64, 256))
    x = net.node("Relu", net.dense(x, 256, 256))
    return net.classifier(net.dense(x, 256, 10), 10)


def cnn():
    net = Net("cnn", [1, 28, 28], 2)
    x = net.node("Relu", net.conv("x", 1, 16))
    x = net.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = net.node("Relu", net.conv(x, 16, 32))
    x = net.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = net.node("Flatten", x)
    return net.classifier(net.dense(x, 32 * 7 * 7, 10), 10)


def depthwise():
    net = Net("depthwise-cnn", [3, 32, 32], 3)
    x = net.node("Clip", net.conv("x", 3, 16, stride=2), net.constant(np.float32(0)), net.constant(np.float32(6)))
    for channels, stride in [(16, 1), (32, 2), (64, 2)]:
        inputs = channels // (2 if stride == 2 else 1)
        x = net.node("HardSwish", net.normalised(net.conv(x, inputs, inputs, stride=stride, groups=inputs), inputs))
        x = net.node("Relu", net.normalised(net.conv(x, inputs, channels, kernel=1), channels))
    x = net.node("Flatten", net.node("GlobalAveragePool", x))
    return net.classifier(net.dense(x, 64, 10), 10, batch=IMAGE_BATCH)


def resnet_block():
    net = Net("resnet-block", [3, 32, 32], 4)
    x = net.node("Relu", net.normalised(net.conv("x", 3, 16), 16))
    inner = net.node("Relu", net.normalised(net.conv(x, 16, 32, stride=2), 32))
    inner = net.normalised(net.conv(inner, 32, 32), 32)
    shortcut = net.normalised(net.conv(x, 16, 32, kernel=1, stride=2), 32)
    x = net.node("Relu", net.node("Add", inner, shortcut))
    x = net.node("AveragePool", x, kernel_shape=[4, 4], strides=[4, 4])
    x = net.node("Flatten", x)
    return net.classifier(net.dense(x, 32 * 4 * 4, 10), 10, batch=IMAGE_BATCH)


def recurrent(operator, gates, directions):
    """A recurrent layer over 20 steps of 16 numbers, and the class from its last step."""
    steps, size, hidden = 20, 16, 24
    direction = "bidirectional" if directions == 2 else "forward"
    net = Net(operator.lower() + ("-bidirectional" if directions == 2 else ""), [steps, size], 5 + gates)
    x = net.node("Transpose", "x", perm=[1, 0, 2])
    weight = net.weight(directions, gates * hidden, size, inputs=size)
    recurrence = net.weight(directions, gates * hidden, hidden, inputs=hidden)
    bias = net.constant((0.1 * net.random.standard_normal((directions, 2 * gates * hidden))).astype(np.float32))
    # PyTorch's GRU resets after the product.
    options = {"linear_before_reset": 1} if operator == "GRU" else {}
    values = net.node(
        operator, x, weight, recurrence, bias,
        outputs=3 if operator == "LSTM" else 2, hidden_size=hidden, direction=direction, **options,
    )
    last = net.node("Transpose", values[1], perm=[1, 0, 2])
    return net.classifier(net.dense(net.node("Flatten", last), directions * hidden, 6), 6)


def transformer():
    tokens, width, heads, layers = 16, 32, 4, 2
    net = Net("transformer-encoder", [tokens, width], 11)
    part = width // heads

    def linear(x, outputs, inputs=width):
        product = net.node("MatMul", x, net.weight(inputs, outputs, inputs=inputs))
        return net.node("Add", product, net.vector(outputs))

    def split(x, perm):
        parts = net.node("Reshape", x, net.constant(np.array([0, tokens, heads, part])))
        return net.node("Transpose", parts, perm=perm)

    def layer_norm(x):
        return net.node("LayerNormalization", x, net.vector(width, 1.0), net.vector(width), axis=-1)

    def gelu(x):
        half = net.node("Mul", x, net.constant(np.float32(0.5)))
        inner = net.node("Erf", net.node("Div", x, net.constant(np.float32(np.sqrt(2)))))
        return net.node("Mul", half, net.node("Add", inner, net.constant(np.float32(1))))

    position = net.constant((0.1 * net.random.standard_normal((1, tokens, width))).astype(np.float32))
    x = net.node("Add", "x", position)
    for _ in range(layers):
        query, key = split(linear(x, width), [0, 2, 1, 3]), split(linear(x, width), [0, 2, 3, 1])
        value = split(linear(x, width), [0, 2, 1, 3])
        scores = net.node("Div", net.node("MatMul", query, key), net.constant(np.float32(np.sqrt(part))))
        mixed = net.node("MatMul", net.node("Softmax", scores, axis=-1), value)
        mixed = net.node("Transpose", mixed, perm=[0, 2, 1, 3])
        mixed = net.node("Reshape", mixed, net.constant(np.array([0, tokens, width])))
        x = layer_norm(net.node("Add", x, linear(mixed, width)))
        x = layer_norm(net.node("Add", x, linear(gelu(linear(x, 4 * width)), width, 4 * width)))
    pooled = net.node("ReduceMean", x, axes=[1], keepdims=0)
    return net.classifier(net.dense(pooled, width, 4), 4)


def autoencoder():
    net = Net("autoencoder", [1, 28, 28], 12)
    x = net.node("Relu", net.conv("x", 1, 8, stride=2))
    x = net.node("Relu", net.conv(x, 8, 16, stride=2))
    for inputs, outputs in [(16, 8), (8, 1)]:
        x = net.node(
            "ConvTranspose", x, net.weight(inputs, outputs, 4, 4, inputs=inputs * 4), net.vector(outputs),
            kernel_shape=[4, 4], strides=[2, 2], pads=[1, 1, 1, 1],
        )
        x = net.node("Relu" if outputs > 1 else "Sigmoid", x)
    return net.journey([(x, TensorProto.FLOAT, [1, 28, 28])])


def int8_cnn():
    """Quantised operators on quantised numbers, weights by channel, as onnxruntime's quantiser writes
    them (QOperator format)."""
    net = Net("int8-cnn", [1, 28, 28], 13)

    def scale(value):
        return net.constant(np.float32(value)), net.constant(np.int8(0))

    def conv(x, at, inputs, outputs, result):
        shape = (outputs, inputs, 3, 3)
        weight = net.constant(net.random.integers(-127, 128, shape).astype(np.int8))
        size = (0.5 + net.random.random(outputs)) / (75 * np.sqrt(inputs * 9))
        by_channel = net.constant(size.astype(np.float32)), net.constant(np.zeros(outputs, np.int8))
        bias = net.constant(net.random.integers(-500, 500, outputs).astype(np.int32))
        return net.node(
            "QLinearConv", x, *at, weight, *by_channel, *result, bias,
            kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1],
        )

    first, second, third, last = scale(0.03), scale(0.03), scale(0.03), scale(0.05)
    x = net.node("QuantizeLinear", "x", *first)
    x = conv(x, first, 1, 8, second)
    x = conv(x, second, 8, 16, third)
    x = net.node("Flatten", x)
    weight = net.constant(net.random.integers(-127, 128, (16 * 49, 10)).astype(np.int8))
    x = net.node("QLinearMatMul", x, *third, weight, *scale(1 / 2100), *last)
    return net.classifier(net.node("DequantizeLinear", x, *last), 10)


def float16_weights():
    """Weights stored in half the bytes and widened when the model is loaded."""
    net = Net("float16-weights", [64], 14)

    def dense(x, inputs, outputs):
        weight = (net.random.standard_normal((inputs, outputs)) / np.sqrt(inputs)).astype(np.float16)
        bias = (0.1 * net.random.standard_normal(outputs)).astype(np.float16)
        wide = [net.node("Cast", net.constant(a), to=TensorProto.FLOAT) for a in (weight, bias)]
        return net.node("Add", net.node("MatMul", x, wide[0]), wide[1])

    x = net.node("Relu", dense("x", 64, 128))
    return net.classifier(dense(x, 128, 10), 10)


def journeys():
    """Builds everything."""
    yield mlp()
    yield cnn()
    yield depthwise()
    yield resnet_block()
    yield recurrent("GRU", 3, 1)
    yield recurrent("LSTM", 4, 1)
    yield recurrent("LSTM", 4, 2)
    yield transformer()
    yield autoencoder()
    yield int8_cnn()
    yield float16_weights()
