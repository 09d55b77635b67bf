"""Clients that cost next to nothing: one thread, and bodies that the kernel throws away unread."""

import selectors
import socket
import time

PIECE = 1 << 20


class Reader:
    """One connection that asks for paths one after another, and drops what comes."""

    def __init__(self, address: str, paths: list, fields: str = ""):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setblocking(False)
        self.host, self.fields = address, fields
        self.paths = iter(paths)
        self.received = 0
        self.left, self.head = 0, b""
        self.ask()

    def ask(self) -> bool:
        """Whether there was another path to ask for."""
        path = next(self.paths, None)
        if path is None:
            self.socket.close()
            return False
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{self.fields}\r\n".encode())
        return True

    def read(self, buffer: bytearray) -> bool:
        """Takes what is there. Whether there is more to come."""
        if self.left == 0:
            return self.read_head(buffer)
        count = self.socket.recv_into(buffer, min(self.left, len(buffer)), socket.MSG_TRUNC)
        if count == 0:
            raise ConnectionError("The server ended an answer before its end.")
        return self.took(count)

    def read_head(self, buffer: bytearray) -> bool:
        data = self.socket.recv(4096)
        if not data:
            raise ConnectionError("The server answered nothing.")
        self.head += data
        if b"\r\n\r\n" not in self.head:
            return True
        head, _, body = self.head.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        if lines[0].split()[1] not in (b"200", b"206"):
            raise ConnectionError(lines[0].decode())
        self.left = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        self.head = b""
        return self.took(len(body))

    def took(self, count: int) -> bool:
        self.received += count
        self.left -= count
        return self.left > 0 or self.ask()


def read_all(readers: list):
    """Until all have what they asked for."""
    buffer = bytearray(PIECE)
    with selectors.EpollSelector() as selector:
        for reader in readers:
            selector.register(reader.socket, selectors.EVENT_READ, reader)
        open_ones = len(readers)
        while open_ones:
            for key, _ in selector.select():
                try:
                    goes_on = True
                    # Some of each in turn, and no call of the selector for each piece.
                    for _ in range(4):
                        if goes_on:
                            descriptor = key.fd
                            goes_on = key.data.read(buffer)
                except BlockingIOError:
                    pass
                if not goes_on:
                    selector.unregister(descriptor)
                    open_ones -= 1


def seconds_to_read(address: str, paths: list, clients: int, fields: str = "") -> float:
    """How long so many clients take that all ask for all of the paths."""
    started = time.perf_counter()
    read_all([Reader(address, paths, fields) for _ in range(clients)])
    return time.perf_counter() - started


def seconds_to_first_byte(address: str, path: str, fields: str = "") -> float:
    """From the request, over a new connection, to the first byte of the body."""
    started = time.perf_counter()
    reader = Reader(address, [path], fields)
    with selectors.EpollSelector() as selector:
        selector.register(reader.socket, selectors.EVENT_READ)
        while reader.received == 0:
            selector.select()
            reader.read(bytearray(4096))
    passed = time.perf_counter() - started
    reader.socket.close()
    return passed


class SlowReaders:
    """So many connections that ask for a path and take a little of it in each second, while the block runs."""

    def __init__(self, address: str, path: str, count: int):
        self.readers = [Reader(address, [path]) for _ in range(count)]

    def __enter__(self) -> "SlowReaders":
        return self

    def take(self, seconds: float):
        buffer, end = bytearray(16 << 10), time.perf_counter() + seconds
        while time.perf_counter() < end:
            for reader in self.readers:
                try:
                    reader.read(buffer)
                except BlockingIOError:
                    pass
            time.sleep(0.25)

    def __exit__(self, *_):
        for reader in self.readers:
            reader.socket.close()
