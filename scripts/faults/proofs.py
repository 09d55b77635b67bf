"""Keeps the table of cases in RELIABILITY.md: which test files name each case."""

import os
import re

from benchmarks.paths import TOP

PAGE = os.path.join(TOP, "RELIABILITY.md")
ROW = re.compile(r"^\| (T\d{3}) \| (.*) \| (.*) \| (.*) \|$")


def update():
    """Writes the last column anew."""
    found = proofs()
    with open(PAGE, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines):
        row = ROW.match(line)
        if row:
            named = ", ".join(sorted(found.get(row[1], [])))
            # What was written by hand for a case without a test stays.
            lines[number] = f"| {row[1]} | {row[2]} | {row[3]} | {named or row[4]} |"
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def proofs() -> dict:
    """Case to the names of the test files that have it in the name of a test or a suite."""
    found = {}
    for folder, _, names in os.walk(os.path.join(TOP, "Tests")):
        for name in names:
            if not name.endswith("Tests.swift"):
                continue
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            for title in re.findall(r'@(?:Test|Suite)\(\s*#?"([^"]*)"', text):
                for case in re.findall(r"\bT\d{3}\b", title):
                    found.setdefault(case, set()).add(name.removesuffix(".swift"))
    return found
