"""Runs ONNX's backend test suite through the engine and compares with what is expected.

A case *passes* when the engine's outputs have the expected dtypes and shapes and lie within the
case's tolerances; it is *refused* when the validator says so with a typed error; everything else is a
*failure*, which must be listed with a reason. A case with inputs that exporters write as constants, or
of an opset that is too old, is run in another form too (suite.py). See expected.py for the lists.
"""

import argparse
import pathlib
import sys
import tempfile
from collections import Counter, defaultdict

from onnx.backend.test.runner import Runner

import expected
import operators
import suite

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import engine_runner

# What only a panic's message has. The engine promises typed errors.
PANIC = ("panicked at", "called `Option::", "called `Result::", "index out of bounds", "unreachable!")


def outcome_of(case, results):
    """The outcome of a case, one word, and what people want to know about it."""
    plain, *rest = [outcome_of_form(case, form, results[form.job["id"]]) for form in case.forms]
    if not rest:
        return plain
    (other,) = rest
    kind = case.forms[1].kind
    if plain[0].startswith("refused:"):
        if other[0] == "pass":
            return f"pass:{kind}", plain[1]
        # The reason that is left is the one that counts.
        return other if other[0].startswith("refused:") else (f"{kind}-{other[0]}", other[1])
    if plain[0] == "pass" and other[0] != "pass":
        return f"{kind}-{other[0]}", other[1]
    return plain


def outcome_of_form(case, form, result):
    """The same for one form."""
    load, runs = result["load"], result["runs"]
    for stage in [load, *runs]:
        text = f"{stage.get('node', '')} {stage.get('text', '')}"
        if any(sign in text for sign in PANIC):
            return "panicked", text
    if load["outcome"] == "refused":
        return f"refused:{load['code']}", load["node"]
    if load["outcome"] != "ok":
        return "load-" + describe(load), load["text"]
    if form.unfit:
        return "unfit", f"the model loads, but {form.unfit}"
    (run,) = runs
    if run["outcome"] != "ok":
        return "run-" + describe(run), f"{run['text']} {run.get('node', '')}"
    if any(array is None for array in case.outputs):
        return "unfit", "the model runs, but an output is no tensor"
    try:
        Runner.assert_similar_outputs(case.outputs, form.outputs(run), case.rtol, case.atol)
    except AssertionError as error:
        return "wrong", " ".join(str(error).split())
    return "pass", ""


def describe(stage):
    return f"{stage['outcome']}:{stage['code']}" if "code" in stage else stage["outcome"]


def print_counts(cases, outcomes):
    """By suite and outcome, then by operator."""
    by_kind = defaultdict(Counter)
    by_operator = defaultdict(Counter)
    for case in cases:
        outcome = outcomes[case.name]
        by_kind[case.name.split("/")[0]][outcome] += 1
        for domain, operator in case.operators:
            by_operator[f"{domain}.{operator}" if domain else operator][outcome.split(":")[0]] += 1
    print(f"\n{'suite':<20}{'outcome':<34}{'cases':>6}")
    for kind, counts in by_kind.items():
        print(f"{kind:<20}{'all':<34}{sum(counts.values()):>6}")
        for outcome, count in counts.most_common():
            print(f"{'':<20}{outcome:<34}{count:>6}")
    print(f"\n{'operator':<46}{'pass':>6}{'refused':>9}{'failed':>8}   (cases whose graph has it)")
    for operator, counts in sorted(by_operator.items()):
        failed = sum(counts.values()) - counts["pass"] - counts["refused"]
        print(f"{operator:<46}{counts['pass']:>6}{counts['refused']:>9}{failed:>8}")


def print_reasons(cases, outcomes, details):
    """Why cases don't pass: by code, and by the operator or reason that the refusal names."""
    reasons = defaultdict(list)
    for case in cases:
        outcome = outcomes[case.name]
        if not outcome.startswith("pass"):
            place = details[case.name]
            if outcome.split(":")[-1] in ("OperatorUnsupported", "RandomOperator", "OpsetUnsupported"):
                place = place.split(" ")[0]
            reasons[outcome, place].append(case.name)
    print()
    for (outcome, place), names in sorted(reasons.items(), key=lambda r: (-len(r[1]), r[0])):
        print(f"{len(names):>5}  {outcome}  {place}  ({', '.join(names[:3])}{', …' * (len(names) > 3)})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runner", required=True, help="the compiled example run_models")
    parser.add_argument("--engine", help="raw wasm of an engine instead of the released one")
    parser.add_argument("--kind", action="append", choices=suite.KINDS, help="only these suites")
    parser.add_argument("--case", action="append", help="only cases whose name contains this")
    parser.add_argument("--update", action="store_true", help="bring expected.txt up to date")
    parser.add_argument("--reasons", action="store_true", help="print why cases don't pass")
    options = parser.parse_args()
    whole = not options.kind and not options.case
    if options.update and not whole:
        parser.error("--update needs the whole suite")

    with tempfile.TemporaryDirectory() as folder:
        cases = [
            case
            for kind in options.kind or suite.KINDS
            for case in suite.prepare(kind, pathlib.Path(folder))
            if not options.case or any(part in case.name for part in options.case)
        ]
        if not cases:
            parser.error("no such case")
        jobs = [form.job for case in cases for form in case.forms]
        results = engine_runner.run(options.runner, jobs, options.engine)
        checked = {case.name: outcome_of(case, results) for case in cases}
    outcomes = {name: outcome for name, (outcome, _) in checked.items()}
    details = {name: detail for name, (_, detail) in checked.items()}

    print_counts(cases, outcomes)
    if options.reasons:
        print_reasons(cases, outcomes, details)
    if options.update:
        expected.write(outcomes)
    wanted = expected.load()
    unexpected = [
        f"{name}: {outcomes[name]}, expected {wanted.get(name, 'pass')}: {details[name]}"
        for name in outcomes
        if outcomes[name] != wanted.get(name, "pass")
    ]
    if whole:
        unexpected += [f"{name}: listed, but there is no such case" for name in wanted.keys() - outcomes]
        table = operators.read()
        unexpected += operators.faults(table)
        unproven = operators.without_proof(table, cases, outcomes)
        print(f"\nsupported, but in no case that passes: {', '.join(unproven) or 'none'}")
    print()
    for line in unexpected:
        print(f"unexpected: {line[:400]}")
    classes = Counter(outcome.split(":")[0] for outcome in outcomes.values())
    other = sum(outcome.startswith("pass:") for outcome in outcomes.values())
    failures = len(cases) - classes["pass"] - classes["refused"]
    print(
        f"conformance: {len(cases)} cases, {classes['pass']} pass ({other} of them in their other form "
        f"only), {classes['refused']} are refused with a typed error, {failures} fail, "
        f"{len(unexpected)} unexpected"
    )
    sys.exit(bool(unexpected))


if __name__ == "__main__":
    main()
