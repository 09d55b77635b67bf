"""Many small layers far away: what counts is how many round trips follow one another."""

from .. import images
from ..measure import interleaved
from ..proxy import Proxy
from ..registry import Registry
from ..tables import megabytes, ratio, seconds, table

TITLE = "60 layers of 100 KB, 50 ms round trip"
LAYERS = 60
LAYER_SIZE = 170_000
ROUND_TRIP = 0.050


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    with Registry() as registry:
        images.push(layout, f"{registry.address}/bench/small:latest")
        with Proxy(registry.address, delay=ROUND_TRIP / 2) as proxy:
            image = f"{proxy.address}/bench/small:latest"
            pulls = tools.pulls()
            uses = interleaved(
                {name: tools.measured(lambda file, pull=pull: pull(image, file)) for name, pull in pulls.items()},
                tools.runs)
    own = uses["dray"]
    yield f"{megabytes(images.packed_size(layout))} MB packed, through a proxy that delays every byte by half of it. " \
        f"Medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "wall s", "CPU s", "wall ÷ dray's"],
        [[name, seconds(use.wall), seconds(use.cpu), ratio(use.wall, own.wall)] for name, use in uses.items()])
