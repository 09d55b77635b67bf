"""Several slow sources of the same image, used at the same time."""

from contextlib import ExitStack

from .. import images
from ..measure import interleaved
from ..proxy import Proxy
from ..registry import Registry
from ..tables import megabytes, ratio, seconds, table

TITLE = "Three mirrors of 10 MiB/s each"
LAYERS = 8
LAYER_SIZE = 20 * images.MIB
RATE = 10 * images.MIB
SOURCES = 3


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    with Registry() as registry, ExitStack() as stack:
        images.push(layout, f"{registry.address}/bench/image:latest")
        proxies = [stack.enter_context(Proxy(registry.address, rate=RATE)) for _ in range(SOURCES)]
        image = f"{proxies[0].address}/bench/image:latest"
        mirrors = [option for proxy in proxies[1:] for option in ("--mirror", proxy.address)]
        uses = interleaved({
            "one of them": tools.measured(lambda file: tools.dray_pull(image, file)),
            "all three": tools.measured(lambda file: tools.dray_pull(image, file, *mirrors)),
        }, tools.runs)
    alone = uses["one of them"]
    yield f"dray alone; {LAYERS} layers, {megabytes(images.packed_size(layout))} MB packed. The limit of each source " \
        f"holds for all its connections together. Medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "wall s", "times as fast"],
        [[name, seconds(use.wall), ratio(alone.wall, use.wall)] for name, use in uses.items()])
