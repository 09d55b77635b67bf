"""Very many layers, and very many images in one command."""

import os

from .. import images
from ..measure import interleaved, peak_open_files, run as measured_run
from ..registry import Registry
from ..tables import megabytes, seconds, table
from ..tools import output

TITLE = "1,000 layers of 1 KB; 200 references in one command"
LAYERS = 1000
LAYER_SIZE = 1_000
REFERENCES = 200


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    small = images.layers(3, 10_000)
    rows = []
    with Registry() as registry:
        image = f"{registry.address}/bench/layers:latest"
        images.push(layout, image)
        pulls = tools.pulls()
        uses = interleaved(
            {name: tools.measured(lambda file, pull=pull: pull(image, file)) for name, pull in pulls.items()},
            tools.runs)
        for name, pull in pulls.items():
            with output() as file:
                files = peak_open_files(pull(image, file))
            use = uses[name]
            rows.append([f"{LAYERS} layers: {name}", seconds(use.wall), seconds(use.cpu), megabytes(use.memory), files])

        references = [f"{registry.address}/bench/image:{number}" for number in range(REFERENCES)]
        for reference in references:
            images.push(small, reference)
        with output() as file:
            use = measured_run([tools.dray, "pull", "--quiet", *references, "-o", os.path.dirname(file)])
        with output() as file:
            files = peak_open_files([tools.dray, "pull", "--quiet", *references, "-o", os.path.dirname(file)])
        rows.append(
            [f"{REFERENCES} references: dray", seconds(use.wall), seconds(use.cpu), megabytes(use.memory), files])
    yield f"Medians of {tools.runs} interleaved runs; open files: the most that were seen in one run."
    yield ""
    yield from table(["", "wall s", "CPU s", "peak MB", "open files"], rows)
