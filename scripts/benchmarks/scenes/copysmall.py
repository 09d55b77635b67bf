"""A copy of many small layers between registries far away: what counts is how many round trips follow one another."""

from .. import images, targets
from ..measure import interleaved
from ..proxy import Proxy
from ..registry import Registry
from ..tables import megabytes
from .push import costs
from .smalllayers import LAYER_SIZE, LAYERS, ROUND_TRIP

TITLE = "Copy of 60 layers of 100 KB, 50 ms round trip on both sides"


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    with Registry() as source, Registry() as target:
        images.push(layout, f"{source.address}/bench/small:latest")
        with Proxy(source.address, delay=ROUND_TRIP / 2) as near, Proxy(target.address, delay=ROUND_TRIP / 2) as far:
            image = f"{near.address}/bench/small:latest"
            jobs = {name: targets.measured(copy, image, far.address) for name, copy in targets.copies(tools.dray).items()}
            uses = interleaved(jobs, tools.runs)
    yield f"{megabytes(images.packed_size(layout))} MB packed. Medians of {tools.runs} interleaved runs."
    yield ""
    yield from costs(uses, uses["dray"])
