"""What an interrupted pull costs: kill -9 near the end, then the same command again."""

import os
import subprocess
import time
from statistics import median

from .. import images
from ..measure import Failed
from ..proxy import Proxy
from ..registry import Registry
from ..tables import megabytes, ratio, table
from ..tools import output
from .loopback import LAYER_SIZE, LAYERS

TITLE = "kill -9 at 90 %, then again"
SHARE = 0.9
# So slow that the program can be killed at the right byte.
RATE = 100 * images.MIB


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    size = images.packed_size(layout)
    pulls = tools.pulls()
    fetched = {name: [] for name in pulls}
    with Registry() as registry:
        images.push(layout, f"{registry.address}/bench/image:latest")
        for _ in range(tools.runs):
            for name, pull in pulls.items():
                fetched[name].append(killed_once(registry, pull, size, goes_on=name.startswith("dray")))
    yield f"{megabytes(size)} MB packed. All bytes that the registry sent in both runs, headers included; " \
        f"medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "fetched MB", "fetched ÷ image"],
        [[name, megabytes(median(many)), ratio(median(many), size)] for name, many in fetched.items()])


def killed_once(registry: Registry, pull, size: int, goes_on: bool) -> int:
    with output() as file, Proxy(registry.address, rate=RATE) as proxy:
        command = pull(f"{proxy.address}/bench/image:latest", file)
        # What a program leaves behind goes away with the folder of the output.
        environment = {**os.environ, "TMPDIR": os.path.dirname(file)}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "env": environment}
        child = subprocess.Popen(command, **options)
        while proxy.sent < SHARE * size:
            if child.poll() is not None:
                raise Failed(command, child.returncode, "It ended before it could be killed.")
            time.sleep(0.001)
        child.kill()
        child.wait()
        # The others do not use an unfinished file, and skopeo refuses to write where one is.
        if not goes_on and os.path.exists(file):
            os.remove(file)
        code = subprocess.run(command, **options).returncode
        if code != 0:
            raise Failed(command, code, "")
        return proxy.sent
