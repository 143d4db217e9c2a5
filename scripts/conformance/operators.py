"""docs/reference/operators.md against ONNX's own list of operators."""

import pathlib
import re

from onnx import defs

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/reference/operators.md"
DOMAINS = {"ai.onnx": "", "ai.onnx.ml": "ai.onnx.ml"}


def read():
    """`{(domain, operator): (first opset, last opset)}`; None for a refused one."""
    table, domain = {}, None
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            domain = DOMAINS[line.removeprefix("## ")]
        row = re.fullmatch(r"\| `(\w+)` \| (?:(\d+) to (\d+)|–) \| (supported|refused: .+) \|", line)
        if row:
            name, first, last, state = row.groups()
            if (first is not None) != (state == "supported"):
                raise SystemExit(f"{PAGE}: {line}")
            table[domain, name] = first and (int(first), int(last))
        elif line.startswith("| `"):
            raise SystemExit(f"{PAGE}: not understood: {line}")
    return table


def faults(table):
    """What the page has wrong."""
    introduced = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain in DOMAINS.values():
            key = schema.domain, schema.name
            introduced[key] = min(introduced.get(key, schema.since_version), schema.since_version)
    for key in sorted(introduced.keys() - table.keys()):
        yield f"operators.md: {key} is missing"
    for key in sorted(table.keys() - introduced.keys()):
        yield f"operators.md: {key} is no operator of ONNX"
    for key, opsets in sorted(table.items()):
        if opsets and key in introduced and opsets[0] < introduced[key]:
            yield f"operators.md: {key} is from opset {introduced[key]}, not {opsets[0]}"


def without_proof(table, cases, outcomes):
    """Supported operators that are in no case that passes."""
    proven = {
        operator
        for case in cases
        if outcomes[case.name].startswith("pass")
        for operator in case.operators
    }
    return sorted(name for (domain, name), opsets in table.items() if opsets and (domain, name) not in proven)
