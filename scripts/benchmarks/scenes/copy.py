"""A copy from one docker-registry to another, both on loopback."""

from .. import images, targets
from ..measure import interleaved
from ..registry import Registry
from ..tables import megabytes
from .loopback import LAYER_SIZE, LAYERS
from .push import costs

TITLE = "Copy from registry to registry: one image in 8 gzip layers"


def run(tools, layers: int = LAYERS, size: int = LAYER_SIZE, source_options: tuple = ()):
    layout = images.layers(layers, size)
    with Registry(*source_options) as source, Registry() as target:
        image = f"{source.address}/bench/image:latest"
        images.push(layout, image)
        jobs = {
            name: targets.measured(copy, image, target.address) for name, copy in targets.copies(tools.dray).items()}
        uses = interleaved(jobs, tools.runs)
    yield f"{layers} layers, {megabytes(images.packed_size(layout))} MB packed, each time to a new repository. " \
        f"Medians of {tools.runs} interleaved runs."
    yield ""
    yield from costs(uses, uses["dray"])
