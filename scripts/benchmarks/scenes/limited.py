"""A registry that limits each connection, as many do."""

from .. import images
from ..measure import interleaved
from ..registry import Registry
from ..tables import megabytes, ratio, seconds, table
from .loopback import LAYER_SIZE, LAYERS

TITLE = "20 MiB/s a connection (nginx `limit_rate 20m`)"
RATE = 20 * images.MIB
CONNECTIONS = 8


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    size = images.packed_size(layout)
    with Registry() as origin, Registry("--limit-rate", "20m", "--storage", origin.storage) as limited:
        images.push(layout, f"{origin.address}/bench/image:latest")
        image = f"{limited.address}/bench/image:latest"
        uses = interleaved(
            {name: tools.measured(lambda file, pull=pull: pull(image, file)) for name, pull in tools.pulls().items()},
            tools.runs)
    own = uses["dray"]
    ideal = size / (CONNECTIONS * RATE)
    yield f"{LAYERS} layers, {megabytes(size)} MB packed. Medians of {tools.runs} interleaved runs."
    yield f"{CONNECTIONS} connections at {RATE // images.MIB} MiB/s would take {seconds(ideal)} s."
    yield ""
    yield from table(
        ["", "wall s", "CPU s", "peak MB", "wall ÷ dray's", f"wall ÷ {seconds(ideal)} s"],
        [
            [name, seconds(use.wall), seconds(use.cpu), megabytes(use.memory), ratio(use.wall, own.wall),
             ratio(use.wall, ideal)]
            for name, use in uses.items()
        ])
