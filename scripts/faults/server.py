"""A registry with one image that misbehaves as a case says, and counts what it sends."""

import fcntl
import http.server
import re
import socket
import struct
import termios
import threading
import time

from .image import MANIFEST, Image, digest

PIECE = 64 * 1024


class FaultServer:
    """Serves HOST:PORT/bench/image:1 while the block runs.

    `fault`: called with each request before it is answered; it may answer itself, or change how the request is answered
    (see Handler). One fault is made for each run of a program.
    """

    def __init__(self, image: Image, fault):
        self.image, self.fault = image, fault
        self.lock = threading.Lock()
        self.requests, self.blob_bytes = [], 0
        self.tokens = 0

    def __enter__(self) -> "FaultServer":
        handler = type("FaultHandler", (Handler,), {"owner": self})
        self._server = Server(("127.0.0.1", 0), handler)
        self.address = "127.0.0.1:%d" % self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def count(self, prefix: str) -> int:
        return sum(path.startswith(prefix) for _, path in self.requests)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A program that leaves in the middle is no error here."""


class Handler(http.server.BaseHTTPRequestHandler):
    """One request. What a fault may set: `lie` (how a range is answered), `cut` (after how many body bytes, and how:
    reset, finish or stall), `flip` (which byte of the body has a wrong bit), `closes`."""

    protocol_version = "HTTP/1.1"
    owner: FaultServer = None

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        owner = self.owner
        self.lie, self.cut, self.flip, self.closes = None, None, None, False
        with owner.lock:
            owner.requests.append((time.monotonic(), self.path))
        if owner.fault is not None and owner.fault(self):
            return
        path = self.path.partition("?")[0]
        if path == "/v2/":
            return self.answer(200, b"{}")
        if path in ("/v2/bench/image/manifests/1", f"/v2/bench/image/manifests/{digest(owner.image.manifest)}"):
            return self.answer(200, owner.image.manifest, {
                "Content-Type": MANIFEST, "Docker-Content-Digest": digest(owner.image.manifest)})
        blob = owner.image.blobs.get(path.rpartition("/")[2])
        if blob is None:
            return self.answer(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')
        self.send_blob(blob)

    @property
    def is_blob(self) -> bool:
        return "/blobs/" in self.path or self.path.startswith("/store/")

    @property
    def layer(self) -> int:
        """Which layer is asked for; -1 for anything else."""
        name = self.path.partition("?")[0].rpartition("/")[2]
        return self.owner.image.layers.index(name) if self.is_blob and name in self.owner.image.layers else -1

    def answer(self, status: int, body: bytes = b"", headers: dict = None) -> bool:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.closes:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.write(body)
        return True

    def send_blob(self, blob: bytes):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        size = len(blob)
        first, last = 0, size - 1
        status, content_range = 200, None
        if wanted and self.lie != "200":
            first, last = int(wanted[1]), min(int(wanted[2] or last), last)
            if self.lie == "416" or first >= size:
                return self.answer(416, b"", {"Content-Range": f"bytes */{size}"})
            if self.lie == "whole":
                first, last = 0, size - 1
            if self.lie == "early":
                first = max(first - 1, 0)
            status, content_range = 206, f"bytes {first}-{last}/{size}"
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(last + 1 - first))
        if content_range and self.lie != "unnamed":
            self.send_header("Content-Range", content_range)
        if self.closes:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command == "HEAD":
            return
        body = bytearray(blob[first:last + 1])
        if self.flip is not None:
            body[self.flip % len(body)] ^= 1
        limit, ending = self.cut or (None, None)
        self.write(memoryview(body)[:limit], counted=True)
        if ending:
            self.end(ending)

    def write(self, data: bytes, counted: bool = False):
        try:
            for start in range(0, len(data), PIECE):
                piece = data[start:start + PIECE]
                self.wfile.write(piece)
                if counted:
                    with self.owner.lock:
                        self.owner.blob_bytes += len(piece)
        except OSError:
            self.close_connection = True

    def end(self, how: str) -> bool:
        """Ends the connection: with FIN, with RST once the other side's system has everything, or not at all."""
        self.close_connection = True
        try:
            self.wfile.flush()
            if how == "stall":
                self.connection.settimeout(120)
                self.connection.recv(1)
            if how == "reset":
                while struct.unpack("i", fcntl.ioctl(self.connection, termios.TIOCOUTQ, b"\0\0\0\0"))[0] > 0:
                    time.sleep(0.001)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
        except OSError:
            pass
        return True

    def log_message(self, *_):
        pass
