"""One very large layer: memory must not grow with it."""

from ..blobserver import BlobServer
from ..measure import interleaved
from ..tables import megabytes, seconds, table

TITLE = "One layer of 20 GB"
SIZES = {"370 MB": 370_000_000, "20 GB": 20_000_000_000}


def run(tools):
    rows = []
    for label, size in SIZES.items():
        with BlobServer(size) as server:
            image = f"{server.address}/bench/large:latest"
            # The peers that store the layer as it is; one that unpacks it would measure something else.
            pulls = {name: pull for name, pull in tools.pulls().items() if name in ("dray", "crane", "regctl")}
            jobs = {name: tools.measured(lambda file, pull=pull: pull(image, file)) for name, pull in pulls.items()}
            uses = interleaved(jobs, 1 if size > 1_000_000_000 else tools.runs)
        rows += [
            [f"{label}: {name}", seconds(use.wall), seconds(use.cpu), megabytes(use.memory), megabytes(use.written)]
            for name, use in uses.items()
        ]
    yield f"A sparse file served on loopback. 370 MB: medians of {tools.runs} runs; 20 GB: one run."
    yield ""
    yield from table(["", "wall s", "CPU s", "peak MB", "written MB"], rows)
