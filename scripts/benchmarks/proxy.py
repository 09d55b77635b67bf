"""A proxy between a program and its registry: it delays, limits and counts."""

import asyncio
import socket
import threading
import time

CHUNK = 64 * 1024


class Proxy:
    """Forwards TCP connections to `target` (HOST:PORT) while the block runs.

    `delay`: seconds that every byte takes in each direction, so a round trip takes twice as long. `rate`: bytes per
    second from the target, over all connections together; `upload_rate`: the same towards it. `sent`: bytes that went to
    the programs so far; `received`: bytes that came from them.
    """

    def __init__(self, target: str, delay: float = 0, rate: float = None, upload_rate: float = None):
        host, _, port = target.rpartition(":")
        self.target = (host, int(port))
        self.delay = delay
        self.rates = {"sent": rate, "received": upload_rate}
        self.sent = 0
        self.received = 0
        self._free_at = {"sent": 0.0, "received": 0.0}

    def __enter__(self) -> "Proxy":
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self, ready: threading.Event):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connected, "127.0.0.1", 0, limit=CHUNK))
        self.address = "127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _connected(self, reader, writer):
        # What waits in the kernel when a program is killed counts as sent: keep it little.
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF) if self.rates["received"] else (socket.SO_SNDBUF,):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, option, CHUNK)
        # A new connection costs a round trip before the first byte goes through.
        await asyncio.sleep(2 * self.delay)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target, limit=CHUNK)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            self._forward(reader, far_writer, "received"), self._forward(far_reader, writer, "sent"))

    async def _forward(self, reader, writer, way: str):
        """Reads on while earlier bytes still wait for their time: a delay must not limit the speed."""
        waiting = asyncio.Queue(maxsize=1024)
        sender = asyncio.ensure_future(self._send(waiting, writer, way))
        try:
            while True:
                data = await reader.read(CHUNK)
                if data and self.rates[way]:
                    await self._take_turn(len(data), way)
                await waiting.put((time.monotonic() + self.delay, data))
                if not data:
                    break
        except ConnectionError:
            await waiting.put((0, b""))
        await sender

    async def _send(self, waiting, writer, way: str):
        broken = False
        while True:
            due, data = await waiting.get()
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if not data:
                break
            if broken:
                continue
            try:
                writer.write(data)
                await writer.drain()
                setattr(self, way, getattr(self, way) + len(data))
            except ConnectionError:
                broken = True
        try:
            writer.close()
        except ConnectionError:
            pass

    async def _take_turn(self, count: int, way: str):
        now = time.monotonic()
        self._free_at[way] = max(now, self._free_at[way]) + count / self.rates[way]
        await asyncio.sleep(self._free_at[way] - now)
