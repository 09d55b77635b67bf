"""What is measured: one function a table."""

import os
import subprocess

from . import cases
from .cases import throttled
from .image import Image
from .runner import Folder, killed, run
from .server import FaultServer

from benchmarks.paths import WORK
from benchmarks.tables import megabytes, table


def survived(group: str, pulls: dict, image: Image, runs: int):
    """Faults survived: how many of the runs."""
    rows, totals = [], {name: 0 for name in pulls}
    for title, make in cases.GROUPS[group].items():
        row = [title]
        for name, pull in pulls.items():
            outcomes = [run(pull, image, make()) for _ in range(runs)]
            good = sum(outcome.is_survived for outcome in outcomes)
            totals[name] += good == runs
            wrong = any(outcome.code == 0 and not outcome.is_whole for outcome in outcomes)
            slow = any(outcome.code is None for outcome in outcomes)
            row.append("yes" if good == runs else f"{good} of {runs}" if good else
                       "wrong archive" if wrong else "hangs" if slow else "no")
        rows.append(row)
    rows.append([f"**survived of {len(rows)}**", *(f"**{totals[name]}**" for name in pulls)])
    yield from table(["", *pulls], rows)


def sent_again(pulls: dict, image: Image, runs: int):
    """Bytes sent ÷ image − 1."""
    rows = []
    for title, make in cases.COUNTED.items():
        rows.append([title, *(share(worst(pull, image, make, runs), image) for pull in pulls.values())])
    for part in (0.1, 0.5, 0.9):
        outcomes = {name: killed(pull, image, part, name == "dray") for name, pull in pulls.items()}
        rows.append([f"kill -9 at {part:.0%}, then again", *(share(outcomes[name], image) for name in pulls)])
    yield from table(["bytes sent again", *pulls], rows)


def worst(pull, image: Image, make, runs: int):
    return max((run(pull, image, make()) for _ in range(runs)), key=lambda outcome: outcome.blob_bytes)


def share(outcome, image: Image) -> str:
    if not outcome.is_survived:
        return "–"
    return f"{outcome.blob_bytes / image.size - 1:.1%}"


def memory(pulls: dict, image: Image, runs: int):
    rows = []
    for title, make in (("no fault", lambda: None), ("RST every 3 MiB", cases.reset_always(3 << 20))):
        outcomes = {name: run(pull, image, make()) for name, pull in pulls.items()}
        rows.append([title, *(megabytes(outcomes[name].memory) if outcomes[name].is_survived else "–"
                              for name in pulls)])
    yield from table(["peak memory, MB", *pulls], rows)


def politeness(pulls: dict, image: Image, runs: int):
    row = ["requests during 6 s of 429 with Retry-After: 1"]
    for pull in pulls.values():
        counted = []
        fault = throttled(6)()

        def counting(request):
            is_refused = fault(request)
            counted.append(bool(is_refused))
            return is_refused
        outcome = run(pull, image, counting)
        row.append(f"{sum(counted)}{'' if outcome.is_survived else ', then gives up'}")
    yield from table(["", *pulls], [row])


def clear_no(pulls: dict, image: Image, runs: int):
    """Things that cannot be: how soon the program says so."""
    cells = {title: [title] for title in ("no such tag", "403 with the registry's words", "origin gone",
                                          "disk too small")}
    for pull in pulls.values():
        answers = {
            "no such tag": refused(pull, image, lambda request: "/manifests/" in request.path and request.answer(
                404, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')),
            "403 with the registry's words": refused(
                pull, image, lambda request: "/manifests/" in request.path and request.answer(
                    403, b'{"errors":[{"code":"DENIED","message":"quarantined"}]}')),
            "origin gone": refused(pull, image, lambda request: request.end("reset")),
            "disk too small": small_disk(pull, image),
        }
        for title, answer in answers.items():
            cells[title].append(answer)
    yield from table(["seconds, requests, blob bytes, files left", *pulls], list(cells.values()))


def refused(pull, image: Image, fault) -> str:
    return told(run(pull, image, fault))


def told(outcome) -> str:
    if outcome.code == 0:
        return "taken"
    code = "hangs" if outcome.code is None else f"{outcome.seconds:.1f} s"
    return f"{code}, {outcome.requests}, {megabytes(outcome.blob_bytes)} MB, {len(outcome.files)}"


def small_disk(pull, image: Image) -> str:
    disk = os.path.join(WORK, "disk")
    os.makedirs(disk, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], stderr=subprocess.DEVNULL).returncode:
        return "needs root"
    try:
        with FaultServer(image, None) as server:
            folder = Folder()
            folder.path, folder.file = disk, os.path.join(disk, "image.tar")
            os.makedirs(os.path.join(disk, "tmp"))
            return told(run(pull, image, None, folder, server))
    finally:
        subprocess.run(["umount", disk])


def kill(pulls: dict, image: Image, runs: int):
    yield from sent_again(pulls, image, runs)
    yield ""
    yield from memory(pulls, image, runs)


def rate(pulls: dict, image: Image, runs: int):
    yield from survived("rate", pulls, image, runs)
    yield ""
    yield from politeness(pulls, image, runs)


ALL = {
    "connection": ("The line", lambda *given: survived("connection", *given)),
    "ranges": ("Lies about ranges", lambda *given: survived("ranges", *given)),
    "access": ("Tokens and signed addresses", lambda *given: survived("access", *given)),
    "rate": ("Servers that ask for patience", rate),
    "kill": ("What is sent again, and memory", kill),
    "no": ("Time to a clear no", clear_no),
}
