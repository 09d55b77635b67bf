"""What one client gets of `dray serve` beside many sockets that stand still."""

import resource
import socket
import time
from statistics import median

from .. import servers
from ..readers import seconds_to_read
from ..tables import megabytes, ratio, table

SOCKETS = 1_000
# The client pulls the image so often.
TIMES = 4


def run(tools, start, size: int):
    """- Parameter start: starts the server of an image whose layers have so many bytes."""
    # The server inherits it.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    times = [both(start) for _ in range(tools.runs)]
    alone, beside = (median(its) for its in zip(*times))
    yield f"One client of dray serve beside {SOCKETS:,} sockets, half of which have sent half a request, while the others read " \
        f"nothing of the blob that they asked for. Medians of {tools.runs} runs."
    yield ""
    yield from table(["", "MB/s"], [
        ["alone", megabytes(TIMES * size / alone)], [f"beside {SOCKETS:,} sockets", megabytes(TIMES * size / beside)]])
    yield ""
    yield f"The rate beside them is {ratio(alone, beside)} of the other one."


def both(start) -> tuple:
    with start() as server:
        blobs = servers.blobs(server.address) * TIMES
        alone = seconds_to_read(server.address, blobs, 1)
        sockets = [still(server.address, blobs[0], number % 2 == 0) for number in range(SOCKETS)]
        # Until the server has given them all that their sockets hold.
        time.sleep(1)
        beside = seconds_to_read(server.address, blobs, 1)
        for one in sockets:
            one.close()
        return alone, beside


def still(address: str, path: str, is_half: bool) -> socket.socket:
    """A socket that asks for a path and reads no more than the beginning of the answer, or sends half of a request."""
    host, _, port = address.rpartition(":")
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect((host, int(port)))
    one.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}\r\n{'' if is_half else chr(13) + chr(10)}".encode())
    if not is_half and not one.recv(1024).startswith(b"HTTP/1.1 200 "):
        raise ConnectionError("The server does not serve so many.")
    return one
