"""The cases of ONNX's backend test suite, as jobs for the engine and with what is expected."""

import pathlib
import re
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper, version_converter
from onnx.backend.test.loader import load_model_tests

import constants

# The kinds whose models are in the package. `light` and `real` are downloads.
KINDS = ("node", "simple", "pytorch-operator", "pytorch-converted")

# The oldest opset of `ai.onnx` that the engine knows.
OLDEST_OPSET = 7
# The dtypes of tensors in the engine (opg-engine-abi, `DType`).
DTYPES = {
    np.dtype(name)
    for name in (
        "float16 float32 float64 bool int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()
    )
}


@dataclass
class Case:
    """One case, in its plain form and perhaps another one."""

    name: str  # kind/case
    operators: set  # (domain, operator) of the graph and its subgraphs
    outputs: list  # expected, of the one data set
    rtol: float
    atol: float
    forms: list


@dataclass
class Form:
    """A model with its inputs, as a job: `plain` as the suite has it, `constants` with some inputs as
    constants (constants.py), `converted` by ONNX's own converter from an opset that is too old."""

    kind: str
    job: dict
    # Why an input can't be given to the engine, whatever the model: then it is only loaded.
    unfit: str = ""

    def outputs(self, run):
        """What the engine gave, from the files that the runner wrote."""
        folder = pathlib.Path(self.job["out"])
        return [np.load(folder / f"0-{number}.npy") for number in range(len(run["outputs"]))]


def prepare(kind, folder):
    """Reads the cases of a kind and writes their files to `folder`, in the order of their names."""
    tests = {test.name: test for test in load_model_tests(kind=kind)}
    models = {}
    for name, test in tests.items():
        path = pathlib.Path(test.model_dir) / "model.onnx"
        models[name] = onnx.load(path, load_external_data=False)
    cases = []
    for name, test in sorted(tests.items()):
        model = models[name]
        sets = list(pathlib.Path(test.model_dir).glob("test_data_set_*"))
        if len(sets) != 1:
            raise ValueError(f"{name}: {len(sets)} data sets, expected one")
        inputs = read_values(sets[0], "input", passed(model.graph))
        outputs = read_values(sets[0], "output", model.graph.output)
        fix_dimensions(model, inputs)
        label = f"{kind}/{name}"
        forms = [write("plain", label, model, inputs, folder)]
        # A function's body has the inputs of the operator, by the same names.
        whole = models.get(EXPANDED.sub("", name), model)
        fixed = constants.names(whole.graph) & {value.name for value in passed(model.graph)}
        if opset(model) < OLDEST_OPSET:
            model = version_converter.convert_version(model, OLDEST_OPSET)
            forms.append(write("converted", label, model, inputs, folder))
        # What is no tensor can be no constant either.
        elif fixed and None not in inputs:
            named = dict(zip((value.name for value in passed(model.graph)), inputs))
            model = constants.fix(model, {key: named[key] for key in sorted(fixed)})
            rest = [value for key, value in named.items() if key not in fixed]
            forms.append(write("constants", label, model, rest, folder))
        cases.append(
            Case(
                name=label,
                operators=set(used_operators(model.graph)),
                outputs=[value and numpy_helper.to_array(value) for value in outputs],
                rtol=test.rtol,
                atol=test.atol,
                forms=forms,
            )
        )
    return cases


# The end of the name of a case that is the body of another case's function.
EXPANDED = re.compile(r"_expanded(_ver\d+)?$")


def opset(model):
    """The version of `ai.onnx` that a model imports; the oldest supported one if it needs none."""
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    return min(versions, default=OLDEST_OPSET)


def write(kind, label, model, inputs, folder):
    """Writes a model and its inputs, as a form of that kind."""
    label = label if kind == "plain" else f"{label}#{kind}"
    folder = folder / label
    folder.mkdir(parents=True)
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    job = {"id": label, "model": str(path), "out": str(folder)}
    arrays = [value and numpy_helper.to_array(value) for value in inputs]
    unfit = next(filter(None, map(why_unfit, arrays)), "")
    if not unfit:
        files = [folder / f"input-{number}.npy" for number in range(len(arrays))]
        for file, array in zip(files, arrays):
            np.save(file, np.ascontiguousarray(array).reshape(array.shape))
        job["sets"] = [[str(file) for file in files]]
    return Form(kind, job, unfit)


def passed(graph):
    """The inputs that a caller passes: those without an initialiser."""
    initialised = {tensor.name for tensor in graph.initializer}
    return [value for value in graph.input if value.name not in initialised]


def read_values(folder, what, declared):
    """The tensors `what_0.pb`, `what_1.pb`, … as messages; None for what is no tensor."""
    values = []
    for number, value in enumerate(declared):
        path = folder / f"{what}_{number}.pb"
        if not path.exists():
            raise ValueError(f"{path} is missing")
        tensor = None
        if value.type.HasField("tensor_type"):
            tensor = TensorProto()
            tensor.ParseFromString(path.read_bytes())
        values.append(tensor)
    return values


def why_unfit(array):
    """Why an input can't be given to the engine; nothing if it can."""
    if array is None:
        return "an input is no tensor"
    return "" if array.dtype in DTYPES else f"an input is {array.dtype}"


def fix_dimensions(model, inputs):
    """Gives open dimensions the sizes of the data, as `opg-node model run` does. A dimension of 0 is a
    number: it stays."""
    sizes = {}
    for value, tensor in zip(passed(model.graph), inputs):
        dims = value.type.tensor_type.shape.dim
        if tensor is None or len(dims) != len(tensor.dims):
            continue
        for dim, size in zip(dims, tensor.dims):
            if not dim.HasField("dim_value"):
                if dim.dim_param:
                    sizes[dim.dim_param] = size
                dim.dim_value = size
    for value in [*model.graph.output, *model.graph.value_info]:
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param in sizes:
                dim.dim_value = sizes[dim.dim_param]


def used_operators(graph):
    """(domain, operator) of every node, subgraphs included."""
    for node in graph.node:
        yield ("" if node.domain == "ai.onnx" else node.domain, node.op_type)
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                yield from used_operators(inner)
