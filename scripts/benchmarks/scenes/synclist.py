"""Lists of 100 to 10,000 names, checked and planned: memory must hardly grow with them."""

import os

from ..measure import interleaved, run as measured_run
from ..paths import WORK
from ..tables import megabytes, seconds, table
from ..tagserver import TagServer

TITLE = "Lists of 100, 1,000 and 10,000 names, 50 ms to both registries"
COUNTS = [100, 1_000, 10_000]
DELAY = 0.050


def run(tools):
    rows = []
    for words, has_images in (("unchanged", True), ("planned (--dry-run), nothing there", False)):
        with TagServer(DELAY, True) as source, TagServer(DELAY, has_images) as target:
            for count in COUNTS:
                path = os.path.join(WORK, "names.txt")
                with open(path, "w") as file:
                    file.writelines(
                        f"{source.address}/platform/team-{number % 40}/service-{number // 10}:v1.{number}\n"
                        for number in range(count))
                command = [
                    tools.dray, "sync", "--quiet", "--plain-http", "--source-plain-http", path, f"{target.address}/"]
                if not has_images:
                    command.insert(2, "--dry-run")
                use = interleaved({"dray": lambda command=command: measured_run(command)}, tools.runs)["dray"]
                rows.append([f"{count:,} names, {words}", seconds(use.wall), seconds(use.cpu), megabytes(use.memory)])
    yield f"dray alone, medians of {tools.runs} runs."
    yield ""
    yield from table(["", "wall s", "CPU s", "peak MB"], rows)
