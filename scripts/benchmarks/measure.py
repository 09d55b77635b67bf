"""Runs a program and measures what it used."""

import os
import subprocess
import time
from dataclasses import dataclass
from statistics import median

from .paths import WORK


@dataclass
class Use:
    """One run.

    `wall` and `cpu` (user and system) in seconds, with all processes that the program started. `memory`: the largest
    resident set of one of them, in bytes. `written`: bytes that went to the file system's pages, in whole pages
    (write_bytes of /proc/PID/io: files only, on a disk only, nothing that goes to pipes and sockets).
    """

    wall: float
    cpu: float
    memory: int
    written: int


def run(command: list, environment: dict = None) -> Use:
    """Runs to the end. A program that fails is an error, with what it said.

    GNU time stands between: a process keeps the peak memory of the one that it was forked from, and a Python is
    larger than what is measured here.
    """
    os.sync()
    peak, said = os.path.join(WORK, "peak"), os.path.join(WORK, "said")
    with open(said, "wb") as output:
        started = time.perf_counter()
        child = subprocess.Popen(
            ["/usr/bin/time", "--quiet", "--format", "%M", "--output", peak, *command],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})}, cwd=WORK)
        # Ended, but still there to be read.
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        wall = time.perf_counter() - started
    with open(f"/proc/{child.pid}/io") as file:
        counters = dict(text.split(": ") for text in file.read().splitlines())
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        with open(said, errors="replace") as file:
            raise Failed(command, child.returncode, file.read()[-2000:])
    with open(peak) as file:
        memory = int(file.read().split()[-1]) * 1024
    return Use(wall, usage.ru_utime + usage.ru_stime, memory, int(counters["write_bytes"]))


class Failed(Exception):
    """A program that was measured did not do its work."""

    def __init__(self, command: list, code: int, said: str):
        super().__init__(f"{' '.join(command)} ended with {code}:\n{said}")


def peak_open_files(command: list) -> int:
    """The most files and sockets that the program had open, looked at every few milliseconds while it runs."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=WORK)
    most = 0
    while child.poll() is None:
        try:
            most = max(most, len(os.listdir(f"/proc/{child.pid}/fd")))
        except OSError:
            pass
        time.sleep(0.002)
    if child.returncode != 0:
        raise Failed(command[:4], child.returncode, "")
    return most


def start_time(command: list, runs: int) -> float:
    """The median time, in seconds, that a program takes from its start to its end."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - started)
    return median(times)


def interleaved(jobs: dict, runs: int) -> dict:
    """Runs each job (name to function that gives a Use) once a round, and gives the medians by name.

    The rounds turn, so that no job always follows the same one.
    """
    names = list(jobs)
    uses = {name: [] for name in names}
    for turn in range(runs):
        for index in range(len(names)):
            name = names[(index + turn) % len(names)]
            uses[name].append(jobs[name]())
    return {
        name: Use(*(median(getattr(use, field) for use in many) for field in ("wall", "cpu", "memory", "written")))
        for name, many in uses.items()
    }
