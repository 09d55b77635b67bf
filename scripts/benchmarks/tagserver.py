"""A registry far away that has, or lacks, an image for every name: for lists that nobody wants to push."""

import asyncio
import hashlib
import json
import multiprocessing

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = b'{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}'


class TagServer:
    """Serves while the block runs, in a process of its own. `delay`: seconds before each answer. `has_images`: else every
    name is free, and nothing is taken."""

    def __init__(self, delay: float, has_images: bool):
        self.settings = (delay, has_images)

    def __enter__(self) -> "TagServer":
        near, far = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=serve, args=(far, *self.settings), daemon=True)
        self._process.start()
        self.address = f"127.0.0.1:{near.recv()}"
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.join()


def serve(pipe, delay: float, has_images: bool):
    known = {}

    def manifest(name: str) -> bytes:
        return known.get(name) or json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST, "layers": [], "annotations": {"name": name},
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json", "size": len(CONFIG), "digest": digest(CONFIG)},
        }).encode()

    def answer(path: str) -> tuple:
        """Status, header lines and body."""
        if path == "/v2/":
            return "200 OK", "", b"{}"
        repository, _, reference = path.partition("/manifests/")
        if has_images and reference and not reference.startswith("sha256-"):
            body = manifest(reference if reference.startswith("sha256:") else f"{repository}:{reference}")
            known[digest(body)] = body
            return "200 OK", f"Content-Type: {MANIFEST}\r\nDocker-Content-Digest: {digest(body)}\r\n", body
        if has_images and "/blobs/" in path:
            return "200 OK", "", CONFIG
        return "404 Not Found", "", b""

    async def connected(reader, writer):
        try:
            while True:
                method, path, _ = (await reader.readuntil(b"\r\n\r\n")).decode().split(" ", 2)
                await asyncio.sleep(delay)
                status, headers, body = answer(path)
                head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + (b"" if method == "HEAD" else body))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run():
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
