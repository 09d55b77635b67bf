"""What an interrupted push costs: kill -9 near the end, then the same command again."""

from statistics import median

from .. import images, targets
from ..proxy import Proxy
from ..registry import Registry
from ..tables import megabytes, ratio, table

TITLE = "Push killed at 90 %, then again"
LAYERS = 16
LAYER_SIZE = 38 * images.MIB
SHARE = 0.9
# So slow that the program can be killed at the right byte.
RATE = 100 * images.MIB


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    size = images.packed_size(layout)
    pushes = targets.pushes(tools.dray)
    sent = {name: [] for name in pushes}
    with Registry() as registry:
        for _ in range(tools.runs):
            for name, push in pushes.items():
                with Proxy(registry.address, upload_rate=RATE) as proxy:
                    command = push(layout, targets.fresh(proxy.address))
                    sent[name].append(targets.Killed(command).bytes_received(proxy, SHARE * size))
    yield f"{LAYERS} layers, {megabytes(size)} MB packed. All bytes that the registry received in both runs, headers " \
        f"included; medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "sent MB", "sent ÷ image"],
        [[name, megabytes(median(many)), ratio(median(many), size)] for name, many in sent.items()])
