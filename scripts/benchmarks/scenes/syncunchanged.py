"""A sync of 650 tags of which none has changed: what counts is how many questions each costs, and how many go at once."""

import os
import shutil

from .. import images
from ..measure import interleaved, run as measured_run
from ..paths import WORK
from ..proxy import Proxy
from ..registry import Registry
from .push import costs

TITLE = "Sync of 650 unchanged tags, 50 ms round trip on both sides"
TAGS = 650
REPOSITORIES = 10
ROUND_TRIP = 0.050


def run(tools):
    layout = images.layers(1, 10_000)
    # Both have the same images: nothing is to be done.
    with Registry() as source, Registry("--storage", source.storage) as target:
        names = [f"bench/app-{number % REPOSITORIES}:{number}" for number in range(TAGS)]
        for name in names:
            images.push(layout, f"{source.address}/{name}")
        with Proxy(source.address, delay=ROUND_TRIP / 2) as near, Proxy(target.address, delay=ROUND_TRIP / 2) as far:
            list_file = os.path.join(WORK, "images.txt")
            with open(list_file, "w") as file:
                file.writelines(f"{near.address}/{name}\n" for name in names)
            syncs = {
                "dray": [
                    tools.dray, "sync", "--quiet", "--plain-http", "--source-plain-http", list_file,
                    f"{far.address}/"]}
            if shutil.which("regsync"):
                regsync_file = os.path.join(WORK, "regsync.yml")
                with open(regsync_file, "w") as file:
                    file.write(regsync(near.address, far.address))
                syncs["regsync"] = ["regsync", "once", "--config", regsync_file]
            uses = interleaved({name: lambda sync=sync: measured_run(sync) for name, sync in syncs.items()}, tools.runs)
            before = far.received
            measured_run(syncs["dray"])
            asked = far.received - before
    yield f"{TAGS} tags in {REPOSITORIES} repositories. Medians of {tools.runs} interleaved runs. " \
        f"dray sends {asked / TAGS:.0f} bytes for each tag to the target."
    yield ""
    yield from costs(uses, uses["dray"])


def regsync(source: str, target: str) -> str:
    """At its best setting: only digests are compared, many at the same time."""
    lines = ["version: 1", "creds:"]
    for registry in (source, target):
        lines += [f"  - registry: {registry}", "    tls: disabled", "    reqConcurrent: 64"]
    lines += ["defaults:", "  parallel: 64", "  fastCheck: true", "sync:"]
    for number in range(REPOSITORIES):
        lines += [
            f"  - source: {source}/bench/app-{number}", f"    target: {target}/bench/app-{number}",
            "    type: repository"]
    return "\n".join(lines) + "\n"
