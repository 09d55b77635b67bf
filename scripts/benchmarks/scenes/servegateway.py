"""The archive gateway of `dray serve`: beside curl of the same blobs, its first byte, and a range in the middle."""

import os
import subprocess
import tempfile
from statistics import median

from .. import images, servers
from ..measure import run as measure
from ..proxy import Proxy
from ..readers import Reader, read_all, seconds_to_first_byte
from ..registry import Registry
from ..tables import megabytes, ratio, seconds, table

# A gigabit, and a registry some way off.
RATE, DELAY = 118_000_000, 0.020
RANGE = 16 * images.MIB


def run(tools, layout: str):
    size = images.packed_size(layout)
    with Registry() as registry:
        images.push(layout, f"{registry.address}/{servers.NAME}:latest")
        with Proxy(registry.address, rate=RATE) as limited:
            plain = [both(tools, layout, registry.address) for _ in range(tools.runs)]
            gigabit = [both(tools, layout, limited.address) for _ in range(tools.runs)]
        cached = [from_cache(tools, layout, registry.address) for _ in range(tools.runs)]
        first, trips = first_byte(tools, registry.address)
        middle = middle_range(tools, registry.address, size)
    yield f"The archive by URL beside curl of the same {megabytes(size)} MB of blobs. Medians of {tools.runs} runs."
    yield ""
    rows = []
    for name, runs in (
            ("a registry on loopback", plain), ("the same, its blobs in --cache", cached), ("a registry at 1 Gbit/s", gigabit)):
        gateway, curl = (median(times) for times in zip(*runs))
        rows.append([name, seconds(gateway), seconds(curl), ratio(curl, gateway)])
    yield from table(["", "archive s", "curl s", "archive's rate ÷ curl's"], rows)
    yield ""
    yield f"With {DELAY * 1000:.0f} ms each way, the manifest known: the first byte comes after {seconds(first)} s, " \
        f"{trips:.1f} round trips. A range of {megabytes(RANGE)} MB in the middle takes {megabytes(middle)} MB from the " \
        f"registry ({ratio(middle, RANGE)} of it)."


def gateway(tools, upstream: str, *options: str) -> servers.Server:
    pins = os.path.join(servers.WORK, "pins")
    return servers.Server(servers.dray(tools.dray, "--upstream", upstream, "--plain-http", "--pin-file", pins, *options))


def archive(upstream: str) -> str:
    return f"/archive/{upstream}/{servers.NAME}:latest.tar"


def from_cache(tools, layout: str, upstream: str) -> tuple:
    """As both(), once the archive was fetched into the cache of the server."""
    with tempfile.TemporaryDirectory(dir=servers.WORK) as cache:
        return both(tools, layout, upstream, "--cache", cache)


def both(tools, layout: str, upstream: str, *options: str) -> tuple:
    """The seconds that curl takes for the archive, and for its blobs."""
    output = ["--output", "/dev/null"]
    digests = os.listdir(os.path.join(layout, "blobs", "sha256"))
    blobs = [part for digest in digests
             for part in [*output, f"http://{upstream}/v2/{servers.NAME}/blobs/sha256:{digest}"]]
    with gateway(tools, upstream, *options) as server:
        url = f"http://{server.address}{archive(upstream)}"
        # With a cache once in full: now it has them.
        subprocess.run(["curl", "-sf" if options else "-sfI", *output, url], check=True)
        return measure(["curl", "-sf", *output, url]).wall, measure(["curl", "-sf", *blobs]).wall


def first_byte(tools, upstream: str) -> tuple:
    with Proxy(upstream, delay=DELAY) as far, gateway(tools, far.address) as server:
        subprocess.run(["curl", "-sfI", "-o", "/dev/null", f"http://{server.address}{archive(far.address)}"], check=True)
        taken = seconds_to_first_byte(server.address, archive(far.address), f"Range: bytes={RANGE}-\r\n")
        return taken, taken / (2 * DELAY)


def middle_range(tools, upstream: str, size: int) -> int:
    """The bytes that the registry sends for a range in the middle."""
    with Proxy(upstream) as counted, gateway(tools, counted.address) as server:
        path = archive(counted.address)
        subprocess.run(["curl", "-sfI", "-o", "/dev/null", f"http://{server.address}{path}"], check=True)
        before = counted.sent
        read_all([Reader(server.address, [path], f"Range: bytes={size // 2}-{size // 2 + RANGE - 1}\r\n")])
        return counted.sent - before
