"""A push to docker-registry on loopback: what each program costs when the network costs nothing."""

from .. import images, targets
from ..measure import interleaved
from ..registry import Registry
from ..tables import megabytes, ratio, seconds, table
from .loopback import LAYER_SIZE, LAYERS

TITLE = "Push: one image in 8 gzip layers, from an OCI layout"


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    with Registry() as registry:
        jobs = {
            name: targets.measured(push, layout, registry.address) for name, push in targets.pushes(tools.dray).items()}
        uses = interleaved(jobs, tools.runs)
    own = uses["dray"]
    yield f"{LAYERS} layers, {megabytes(images.packed_size(layout))} MB packed, each time to a new repository. " \
        f"Medians of {tools.runs} interleaved runs."
    yield ""
    yield from costs(uses, own)


def costs(uses: dict, own) -> list:
    return table(
        ["", "wall s", "CPU s", "peak MB", "wall ÷ dray's", "CPU ÷ dray's"],
        [
            [name, seconds(use.wall), seconds(use.cpu), megabytes(use.memory), ratio(use.wall, own.wall),
             ratio(use.cpu, own.cpu)]
            for name, use in uses.items()
        ])
