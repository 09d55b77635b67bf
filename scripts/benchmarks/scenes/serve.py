"""Serve: what clients get of each registry, and what that costs it; then dray's own promises."""

import os
from statistics import median

from .. import images, servers
from ..readers import SlowReaders, seconds_to_read
from ..tables import megabytes, ratio, seconds, table
from . import servearchives, servegateway, serveslow
from .loopback import LAYER_SIZE, LAYERS

TITLE = "Serve: a registry, and what its clients get of it"
CLIENTS = 32
MANIFESTS, CONNECTIONS = 20_000, 16
SLOW, SLOW_SECONDS = 200, 5


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    start = servers.all_with(tools.dray, layout)
    found = {name: [] for name in start}
    for turn in range(tools.runs):
        names = list(start)
        for index in range(len(names)):
            name = names[(index + turn) % len(names)]
            found[name].append(measured(start[name]))
    size = images.packed_size(layout)
    figures = {name: {key: median(run[key] for run in runs) for key in runs[0]} for name, runs in found.items()}
    own = figures["dray"]
    yield f"{LAYERS} layers, {megabytes(size)} MB, in the page cache. A client is one connection that asks for one blob " \
        f"after another and drops the bytes. Medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "1 client MB/s", f"{CLIENTS} clients MB/s", f"CPU s for the {CLIENTS}", "manifests/s", "peak MB, its own",
         f"{SLOW} slow readers: peak MB, its own", f"dray's rate ÷ its, 1 and {CLIENTS} clients"],
        [
            [name, megabytes(size / its["one"]), megabytes(CLIENTS * size / its["many"]), seconds(its["cpu"]),
             round(MANIFESTS / its["manifests"]), f"{megabytes(its['peak'])}, {megabytes(its['own'])}",
             f"{megabytes(its['slow peak'])}, {megabytes(its['slow own'])}",
             f"{ratio(its['one'], own['one'])} and {ratio(its['many'], own['many'])}"]
            for name, its in figures.items()
        ])
    yield ""
    yield from serveslow.run(tools, start["dray"], size)
    yield ""
    yield from servearchives.run(tools)
    yield ""
    yield from servegateway.run(tools, layout)


def measured(start) -> dict:
    """What one server does and uses, started anew."""
    with start() as server:
        manifest = f"/v2/{servers.NAME}/manifests/latest"
        blobs = servers.blobs(server.address)
        one = seconds_to_read(server.address, blobs, 1)
        before = server.cpu
        many = seconds_to_read(server.address, blobs, CLIENTS)
        cpu = server.cpu - before
        each = [manifest] * (MANIFESTS // CONNECTIONS)
        manifests = seconds_to_read(server.address, each, CONNECTIONS, f"Accept: {servers.ACCEPT}\r\n")
        peak, own = server.memory
    with start() as server, SlowReaders(server.address, blobs[0], SLOW) as readers:
        readers.take(SLOW_SECONDS)
        slow_peak, slow_own = server.memory
        return {"one": one, "many": many, "cpu": cpu, "manifests": manifests, "peak": peak, "own": own,
                "slow peak": slow_peak, "slow own": slow_own}
