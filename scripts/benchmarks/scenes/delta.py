"""A delta and its merge with the base, beside a copy of the same files."""

import os
import subprocess

from .. import images
from ..measure import interleaved
from ..paths import WORK
from ..registry import Registry
from ..tables import megabytes, ratio, seconds, table

TITLE = "Delta: nine tenths in the base; merge, beside `cp`"
LAYERS = 10
SHARED = 9
LAYER_SIZE = 60 * images.MIB


def run_quietly(command: list):
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def run(tools):
    old, new = images.next_tag(LAYERS, LAYER_SIZE, SHARED)
    base, delta, whole = (os.path.join(WORK, name) for name in ("base.tar", "delta.tar", "whole.tar"))
    with Registry() as registry:
        images.push(old, f"{registry.address}/bench/image:1")
        images.push(new, f"{registry.address}/bench/image:2")
        second = f"{registry.address}/bench/image:2"
        for image, file, options in (
                (f"{registry.address}/bench/image:1", base, []), (second, whole, ["--no-reuse"]),
                (second, delta, ["--base", base, "--no-reuse"])):
            run_quietly([tools.dray, "pull", "--quiet", "--plain-http", *options, image, "-o", file])
        pulls = interleaved({
            "dray pull": tools.measured(lambda file: tools.dray_pull(second, file, "--no-reuse")),
            "dray pull --base": tools.measured(lambda file: tools.dray_pull(second, file, "--no-reuse", "--base", base)),
        }, tools.runs)
        uses = interleaved({
            "dray merge": tools.measured(lambda file: [tools.dray, "merge", "--quiet", base, delta, "-o", file]),
            "cp": tools.measured(lambda file: ["cp", "--reflink=never", whole, file]),
            "cp, sync": tools.measured(
                lambda file: ["sh", "-c", f"cp --reflink=never '{whole}' '{file}' && sync '{file}'"]),
            "cp, sync, sha256sum": tools.measured(
                lambda file: ["sh", "-c", f"cp --reflink=never '{whole}' '{file}' && sync '{file}' && sha256sum '{file}'"]),
        }, tools.runs)
    size, small = os.path.getsize(whole), os.path.getsize(delta)
    yield f"The archive has {megabytes(size)} MB, the delta {megabytes(small)} MB. Medians of {tools.runs} interleaved " \
        "runs, from the page cache. `dray merge` checks every blob and waits for the disk."
    yield ""
    own = uses["dray merge"]
    yield from table(
        ["", "wall s", "CPU s", "peak MB", "wall ÷ dray merge's"],
        [[name, seconds(use.wall), seconds(use.cpu), megabytes(use.memory), ratio(use.wall, own.wall)]
         for name, use in uses.items()])
    yield ""
    yield from table(
        ["", "wall s", "CPU s", "peak MB", "written MB"],
        [[name, seconds(use.wall), seconds(use.cpu), megabytes(use.memory), megabytes(use.written)]
         for name, use in pulls.items()])
