"""What the models of the bench are built with."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
ML_OPSET = 3
IR_VERSION = 8  # came with opset 17


class Graph:
    """A graph under construction: nodes in order, initialisers by name."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)
        self.nodes, self.constants = [], []

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def integers(self, *values):
        return self.constant(np.array(values, np.int64))

    def weights(self, *shape, fan_in):
        scale = np.sqrt(2.0 / fan_in)
        return self.constant((self.random.randn(*shape) * scale).astype(np.float32))

    def zeros(self, size):
        return self.constant(np.zeros(size, np.float32))

    def add(self, operator, *inputs, **attributes):
        out = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [out], **attributes))
        return out

    def model(self, inputs, output, shape, dtype=TensorProto.FLOAT):
        """Bytes of the model; `inputs` is a list of (name, array)."""
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes,
            "bench",
            [value(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape) for n, a in inputs],
            [value(output, dtype, shape)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", OPSET)]
        if any(node.domain == "ai.onnx.ml" for node in self.nodes):
            opsets.append(helper.make_opsetid("ai.onnx.ml", ML_OPSET))
        model = helper.make_model(graph, opset_imports=opsets)
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model.SerializeToString(), inputs
