"""Runs a program against a fault, and looks at what it left."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass

from .image import Image
from .server import FaultServer

from benchmarks.paths import WORK

# No program is given longer; a server that stalls costs dray 30 s by its defaults.
LONGEST = 45


@dataclass
class Outcome:
    """`code`: None when the program had to be ended. `memory` in bytes, of the largest process."""

    code: int
    is_whole: bool
    seconds: float
    requests: int
    blob_bytes: int
    memory: int
    files: list

    @property
    def is_survived(self) -> bool:
        return self.code == 0 and self.is_whole


class Folder:
    """An empty folder for what a program writes, its temporary files included."""

    def __enter__(self) -> "Folder":
        self.path = os.path.join(WORK, "output")
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(os.path.join(self.path, "tmp"))
        self.file = os.path.join(self.path, "image.tar")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def left(self) -> list:
        names = [name for name in os.listdir(self.path) if name not in ("image.tar", "tmp")]
        return sorted(names + os.listdir(os.path.join(self.path, "tmp")))


def start(command: list, folder: Folder, peak: str = None) -> subprocess.Popen:
    timing = ["/usr/bin/time", "--quiet", "--format", "%M", "--output", peak] if peak else []
    return subprocess.Popen(
        [*timing, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=folder.path, env={**os.environ, "TMPDIR": os.path.join(folder.path, "tmp"), "HOME": folder.path},
        start_new_session=True)


def run(pull, image: Image, fault, folder: Folder = None, server: FaultServer = None) -> Outcome:
    """One run from an empty folder; or in `folder` against `server`, where they are given."""
    if folder is None:
        with Folder() as folder, FaultServer(image, fault) as server:
            return run(pull, image, fault, folder, server)
    peak = os.path.join(WORK, "peak")
    requests, sent = len(server.requests), server.blob_bytes
    began = time.monotonic()
    child = start(pull(f"{server.address}/bench/image:1", folder.file), folder, peak)
    try:
        code = child.wait(LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        code = None
    seconds = time.monotonic() - began
    memory = 0
    if code is not None and os.path.exists(peak):
        with open(peak) as file:
            memory = int(file.read().split()[-1]) * 1024
    return Outcome(
        code, image.is_whole(folder.file), seconds, len(server.requests) - requests, server.blob_bytes - sent, memory,
        folder.left() + (["image.tar"] if os.path.exists(folder.file) and code != 0 else []))


def killed(pull, image: Image, share: float, keeps_file: bool) -> Outcome:
    """Ends the program with SIGKILL once this share of the image was sent, and runs it again."""
    with Folder() as folder, FaultServer(image, slow) as server:
        child = start(pull(f"{server.address}/bench/image:1", folder.file), folder)
        while server.blob_bytes < share * image.size and child.poll() is None:
            time.sleep(0.0005)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        # Some refuse to write where a file is, and none of them uses it.
        if not keeps_file and os.path.exists(folder.file):
            os.remove(folder.file)
        outcome = run(pull, image, None, folder, server)
        outcome.blob_bytes = server.blob_bytes
        return outcome


def slow(request):
    """So that a program can be ended at the right byte: little waits in the sockets."""
    import socket

    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
    time.sleep(0.02)
    return False
