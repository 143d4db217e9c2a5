#!/usr/bin/env python3
"""Prints what the bench `chain` has measured (scripts/bench chain)."""

import json
import sys

HEAD = ["block", "calls", "authoring ms", "import ms", "weight ms", "full", "import ÷ weight"]


def table(head, rows):
    rows = [head, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip())


def line(name, block, full_ms):
    return [
        name, str(block["calls"]), f"{block['authorMs']:.0f}", f"{block['importMs']:.0f}",
        f"{block['weightMs']:.0f}", f"{block['weightMs'] / full_ms:.0%}",
        f"{block['importMs'] / block['weightMs']:.2f}",
    ]


def main():
    result = json.load(open(sys.argv[1]))
    full = result["blockMs"]
    rows = []
    for one in result["sizes"]:
        name = f"{one['model']} ({one['bytes']:,} B)"
        rows += [line(f"{name}, cold", one["cold"], full), line(f"{name}, warm", one["warm"], full)]
    rows.append(line("distinct cold models", result["distinct"], full))
    table(HEAD, rows)
    print(f"\nA block may hold {full:.0f} ms of ordinary weight; a block each 6 s.")
    print()
    table(["registered models", "import ms", "with one model", "ratio"],
          [[f"{s['models']:,}", f"{s['block']['importMs']:.0f}", f"{s['one']['importMs']:.0f}",
            f"{s['ratio']:.3f}"] for s in result["growth"]])
    print(f"\nState of one model of {result['modelBytes']:,} B: {result['stateBytesPerModel']:,.0f} B")


if __name__ == "__main__":
    main()
