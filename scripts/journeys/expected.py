"""The committed list of journeys that don't end well: their state and, where it isn't a refusal, why.

A journey that isn't listed is to be `ok`. A refusal may be listed by `--update`; anything else is a
person's to explain.
"""

import pathlib

LIST = pathlib.Path(__file__).parent / "expected.txt"
HEAD = """\
# Journeys that don't end well: name, state and, where it isn't a refusal, the reason. All others are
# `ok`. scripts/journeys/run --update adds and removes refusals.
"""


def load():
    """`{name: (state, reason)}`."""
    entries = {}
    for number, line in enumerate(LIST.read_text().splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            name, state, *reason = line.split(maxsplit=2)
            if name in entries or not (reason or state.startswith("refused:")):
                raise SystemExit(f"{LIST}:{number}: named twice, or without a reason: {line}")
            entries[name] = (state, " ".join(reason))
    return entries


def update(states):
    """Writes the refusals among `{name: state}`; what else is listed stays while it holds."""
    entries = {name: entry for name, entry in load().items() if states.get(name) == entry[0]}
    for name, state in states.items():
        if state.startswith("refused:"):
            entries.setdefault(name, (state, ""))
    lines = (" ".join([name, *entry]).rstrip() for name, entry in sorted(entries.items()))
    LIST.write_text(HEAD + "".join(f"{line}\n" for line in lines))
