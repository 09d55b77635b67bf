"""The faults, by group. Each case makes a fault for one run: a function of a request (see server.Handler) that gives
True when it has answered the request itself."""

import time

MIB = 1 << 20
HALF = 4 * MIB


class Once:
    """True the first time it is asked for a name."""

    def __init__(self, times: int = 1):
        self.times, self.seen = times, {}

    def __call__(self, name="") -> bool:
        self.seen[name] = self.seen.get(name, 0) + 1
        return self.seen[name] <= self.times


def cut_once(ending: str, after: int = HALF, then=None):
    """The second layer breaks off once; `then` changes what follows."""
    def make():
        first = Once()

        def fault(request):
            if request.layer == 1:
                if first():
                    request.cut = (after, ending)
                elif then:
                    then(request)
        return fault
    return make


def lie(kind: str):
    return cut_once("reset", then=lambda request: setattr(request, "lie", kind))


def reset_always(after: int):
    def make():
        def fault(request):
            if request.layer >= 0:
                request.cut = (after, "reset")
        return fault
    return make


def hang_up_once():
    first = Once()
    return lambda request: first(request.path) and request.end("reset")


def closing():
    return lambda request: setattr(request, "closes", True)


def flip_once():
    first = Once()

    def fault(request):
        if request.layer == 1 and first():
            request.flip = 1_000_000
    return fault


def statuses(status: int, times: int, headers: dict = None, where=lambda request: True):
    def make():
        first = Once(times)
        return lambda request: where(request) and first(request.path) and request.answer(status, b"{}", headers)
    return make


def throttled(seconds: float):
    """429 to everything about the image until some seconds after the first request for it."""
    def make():
        began = []

        def fault(request):
            if "/bench/" not in request.path:
                return False
            began.append(time.monotonic())
            return time.monotonic() - began[0] < seconds and request.answer(429, b"{}", {"Retry-After": "1"})
        return fault
    return make


def with_token(fault):
    """Wants a token of its own realm; `fault` sees the requests that carry the token of the day."""
    def guarded(request):
        owner = request.owner
        if request.path.startswith("/token"):
            return fault(request) or request.answer(200, b'{"token":"t%d","expires_in":300}' % owner.tokens)
        if request.path.startswith("/v2/") and request.headers.get("Authorization") != f"Bearer t{owner.tokens}":
            realm = f'Bearer realm="http://{owner.address}/token",service="s",scope="repository:bench/image:pull"'
            return request.answer(401, b"{}", {"WWW-Authenticate": realm})
        return fault(request)
    return guarded


def token_expiry():
    """The line breaks in the middle, and the token has died meanwhile."""
    first = Once()

    def fault(request):
        if request.layer == 1 and first():
            request.cut = (HALF, "reset")
            request.owner.tokens += 1
    return with_token(fault)


def token_service_fails():
    first = Once(2)
    return with_token(lambda request: request.path.startswith("/token") and first() and request.answer(503, b"{}"))


def storage(expires: bool, host: str = "localhost"):
    """Layers come from signed addresses, which take no second permission beside the one in them. `host`: of the storage;
    the registry is called 127.0.0.1."""
    def make():
        first, generation = Once(), [0]

        def fault(request):
            if "/blobs/" in request.path:
                name = request.path.rpartition("/")[2]
                port = request.owner.address.rpartition(":")[2]
                return request.answer(
                    307, b"", {"Location": f"http://{host}:{port}/store/{name}?X-Amz-Signature=s{generation[0]}"})
            if request.path.startswith("/store/"):
                if request.headers.get("Authorization"):
                    return request.answer(400, b"<Error><Code>InvalidArgument</Code></Error>")
                if not request.path.endswith(f"=s{generation[0]}"):
                    return request.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
                if expires and request.layer == 1 and first():
                    generation[0] += 1
                    request.cut = (HALF, "reset")
            return False
        return with_token(fault)
    return make


GROUPS = {
    "connection": {
        "RST in the middle of a layer, once": cut_once("reset"),
        "RST every 3 MiB, for ever": reset_always(3 * MIB),
        "FIN in the middle of a layer, once": cut_once("finish"),
        "no byte more in the middle of a layer, once": cut_once("stall"),
        "RST instead of each first answer": hang_up_once,
        "every connection closed behind its answer": closing,
        "a wrong bit in a layer, once": flip_once,
    },
    "ranges": {
        "RST, then 200 to a range": lie("200"),
        "RST, then 206 with the whole body": lie("whole"),
        "RST, then 206 without Content-Range": lie("unnamed"),
        "RST, then 206 a byte early": lie("early"),
        "RST, then 416 to every range": lie("416"),
    },
    "access": {
        "token dead after a RST": token_expiry,
        "503 from the token service, twice": token_service_fails,
        "signed address on another host": storage(expires=False),
        "signed address on the registry's host": storage(expires=False, host="127.0.0.1"),
        "signed address on another host, dead after a RST": storage(expires=True),
    },
    "rate": {
        "429 with Retry-After: 1, twice for each address": statuses(429, 2, {"Retry-After": "1"}),
        "429 without Retry-After, twice for each layer":
            statuses(429, 2, where=lambda request: request.layer >= 0),
        "503, twice for each layer": statuses(503, 2, where=lambda request: request.layer >= 0),
        "500, twice for the manifest": statuses(500, 2, where=lambda request: "/manifests/" in request.path),
        "502, twice for each address": statuses(502, 2),
    },
}
# The bytes that are sent again are told of these.
COUNTED = {
    "one RST at half a layer": cut_once("reset"),
    "RST every 3 MiB": reset_always(3 * MIB),
    "RST, then 200 to a range": lie("200"),
}
