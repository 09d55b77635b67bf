"""The registries that are measured side by side: each serves the same image on a port of loopback."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request

from . import images
from .measure import Failed
from .paths import WORK

NAME = "bench/image"
ACCEPT = "application/vnd.oci.image.manifest.v1+json"
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    """A server while the block runs, and what it uses. `command(port)` gives the line that starts it."""

    def __init__(self, command):
        self.command = command

    def __enter__(self) -> "Server":
        port = free_port()
        self.address = f"127.0.0.1:{port}"
        self.started = time.perf_counter()
        with open(os.path.join(WORK, "server-said"), "wb") as said:
            self.child = subprocess.Popen(
                self.command(port), stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=WORK)
        self.wait("/v2/")
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def wait(self, path: str):
        """Returns once the path is answered."""
        while True:
            if self.child.poll() is not None:
                with open(os.path.join(WORK, "server-said"), errors="replace") as said:
                    raise Failed(self.child.args, self.child.returncode, said.read()[-2000:])
            try:
                connection = http.client.HTTPConnection(self.address, timeout=10)
                connection.request("GET", path)
                if connection.getresponse().status < 500:
                    return
            except (ConnectionError, http.client.HTTPException):
                pass
            time.sleep(0.001)

    @property
    def memory(self) -> tuple:
        """Bytes: the largest resident set so far, and what of today's is no page of a file, which alone cannot be given back."""
        with open(f"/proc/{self.child.pid}/status") as file:
            sizes = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in file)
                     if name in ("VmHWM", "RssAnon")}
        return sizes["VmHWM"], sizes["RssAnon"]

    @property
    def cpu(self) -> float:
        """Seconds of the processor so far, user and system."""
        with open(f"/proc/{self.child.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK


def blobs(address: str) -> list:
    """The paths of the image's layers."""
    request = urllib.request.Request(f"http://{address}/v2/{NAME}/manifests/latest", headers={"Accept": ACCEPT})
    with urllib.request.urlopen(request) as answer:
        return [f"/v2/{NAME}/blobs/{layer['digest']}" for layer in json.load(answer)["layers"]]


def dray(program: str, *arguments: str):
    """The command of `dray serve` for these paths and options."""
    return lambda port: [program, "serve", "--quiet", "--listen", f"127.0.0.1:{port}", *arguments]


def docker_registry():
    return lambda port: ["docker-registry", "serve", configuration("registry.yml", f"""version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: '{WORK}/docker-registry'}}}}
http: {{addr: '127.0.0.1:{port}', secret: bench}}
""")]


def all_with(program: str, layout: str) -> dict:
    """Name to the command of each server that is on PATH, with the image of a layout in it: dray first.

    dray serves the archive that it pulled of the image; into the others the image is pushed.
    """
    registry = docker_registry()
    others = {"docker-registry": registry}
    if shutil.which("crane"):
        os.makedirs(f"{WORK}/crane", exist_ok=True)
        others["crane registry serve --disk"] = lambda port: [
            "crane", "registry", "serve", "--disk", f"{WORK}/crane", "--address", f"127.0.0.1:{port}"]
    if shutil.which("zot"):
        others["zot"] = lambda port: ["zot", "serve", configuration("zot.json", f"""{{
  "storage": {{"rootDirectory": "{WORK}/zot"}}, "log": {{"level": "error"}},
  "http": {{"address": "127.0.0.1", "port": "{port}"}}}}""")]
    # crane forgets its manifests when it ends: it has them pushed anew at each start.
    filled = {name: Filled(command, layout) for name, command in others.items()}
    archive = os.path.join(WORK, "served.tar")
    with filled["docker-registry"]() as server:
        subprocess.run(
            [program, "pull", "--quiet", "--plain-http", f"{server.address}/{NAME}:latest", "-o", archive],
            stdout=subprocess.DEVNULL, check=True)
    return {"dray": lambda: Server(dray(program, archive)), **filled}


class Filled:
    """Starts a registry, with the image in it."""

    def __init__(self, command, layout: str):
        self.command, self.layout = command, layout

    def __call__(self) -> "Server":
        command, layout = self.command, self.layout

        class Pushed(Server):
            def __enter__(self):
                super().__enter__()
                try:
                    # Blobs that it has are not sent again.
                    images.push(layout, f"{self.address}/{NAME}:latest")
                except BaseException:
                    self.__exit__()
                    raise
                # What the push took is not what the pulls take.
                with open(f"/proc/{self.child.pid}/clear_refs", "w") as file:
                    file.write("5")
                return self

        return Pushed(command)


def configuration(name: str, text: str) -> str:
    path = os.path.join(WORK, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
