"""The committed lists: which cases don't simply pass, and which fail for a stated reason.

Every other case must pass in all of its forms. `expected.txt` is generated (`--update`): a case and
its outcome, `refused:CODE`, or `pass:FORM` when the plain form is refused and the other one passes.
`failures.txt` is written by hand: a case, its outcome and the reason.
"""

import pathlib
from collections import Counter

FOLDER = pathlib.Path(__file__).parent
EXPECTED = FOLDER / "expected.txt"
FAILURES = FOLDER / "failures.txt"
# Outcomes that nobody has to explain.
PLAIN = ("refused:", "pass:")
HEAD = """\
# Cases that the validator refuses, and with which code, and those that pass with constants in place of
# inputs, or converted to a newer opset, only. Written by scripts/conformance/run --update.
# First the number of cases by suite and outcome.
"""


def read(path, columns):
    """Lines of `columns` words, the last one with the rest of the line, by the first word."""
    entries = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        words = line.split(maxsplit=columns - 1)
        if len(words) != columns or words[0] in entries:
            raise SystemExit(f"{path}:{number}: not {columns} columns, or named twice: {line}")
        entries[words[0]] = words[1:]
    return entries


def load():
    """The expected outcome of every case that isn't simply to pass."""
    plain = {case: outcome for case, (outcome,) in read(EXPECTED, 2).items()}
    failures = {case: outcome for case, (outcome, _) in read(FAILURES, 3).items()}
    twice = plain.keys() & failures.keys()
    if twice:
        raise SystemExit(f"in both lists: {', '.join(sorted(twice))}")
    explained = [case for case, outcome in plain.items() if not outcome.startswith(PLAIN)]
    if explained:
        raise SystemExit(f"{EXPECTED}: these need a reason: {', '.join(explained)}")
    return plain | failures


def write(outcomes):
    """Writes what nobody has to explain of `{case: outcome}`."""
    plain = {case: outcome for case, outcome in outcomes.items() if outcome.startswith(PLAIN)}
    totals = Counter((case.split("/")[0], outcome) for case, outcome in outcomes.items())
    lines = [f"# {kind} {outcome}: {count}\n" for (kind, outcome), count in sorted(totals.items())]
    lines += [f"{case} {outcome}\n" for case, outcome in sorted(plain.items())]
    EXPECTED.write_text(HEAD + "".join(lines))
