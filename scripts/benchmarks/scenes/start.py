"""How long the program takes to start."""

from ..measure import start_time
from ..tables import table

TITLE = "Start: `dray --version`"
RUNS = 50


def run(tools):
    elapsed = start_time([tools.dray, "--version"], RUNS)
    yield from table(["", "ms"], [["dray --version", f"{elapsed * 1000:.1f}"]])
    yield ""
    yield f"Median of {RUNS} starts."
