"""The programs that push and copy, and how each is asked to; and repositories that are new for each run."""

import itertools
import os
import shutil
import subprocess

from .measure import Use, run
from .paths import WORK

_numbers = itertools.count()


def fresh(address: str) -> str:
    """An image of a repository that nothing was pushed to."""
    return f"{address}/bench/target-{next(_numbers)}:latest"


def pushes(dray: str) -> dict:
    """Name to the command that pushes a layout: dray first."""
    commands = {"dray": lambda layout, image: [dray, "push", "--quiet", "--plain-http", layout, image]}
    if shutil.which("crane"):
        # A folder of its own: crane takes a layout of one image for that image.
        commands["crane"] = lambda layout, image: ["crane", "push", "--insecure", layout, image]
    if shutil.which("skopeo"):
        commands["skopeo"] = lambda layout, image: [
            "skopeo", "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false", f"oci:{layout}:latest",
            f"docker://{image}"]
    if shutil.which("regctl"):
        commands["regctl"] = lambda layout, image: [
            "regctl", *plain(image), "image", "copy", f"ocidir://{layout}:latest", image]
    if shutil.which("oras"):
        commands["oras"] = lambda layout, image: [
            "oras", "cp", "--no-tty", "--from-oci-layout", "--to-plain-http", f"{layout}:latest", image]
    return commands


def copies(dray: str) -> dict:
    """Name to the command that copies an image from one registry to another: dray first."""
    commands = {
        "dray": lambda source, target: [
            dray, "copy", "--quiet", "--plain-http", "--source-plain-http", source, target]}
    if shutil.which("crane"):
        commands["crane"] = lambda source, target: ["crane", "copy", "--insecure", source, target]
    if shutil.which("skopeo"):
        commands["skopeo"] = lambda source, target: [
            "skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false",
            f"docker://{source}", f"docker://{target}"]
    if shutil.which("regctl"):
        commands["regctl"] = lambda source, target: [
            "regctl", *plain(source), *plain(target), "image", "copy", source, target]
    if shutil.which("oras"):
        commands["oras"] = lambda source, target: [
            "oras", "cp", "--no-tty", "--from-plain-http", "--to-plain-http", source, target]
    return commands


def plain(image: str) -> list:
    return ["--host", f"reg={image.split('/')[0]},tls=disabled"]


def measured(command, source: str, address: str) -> "function":
    """A job that brings `source` to a repository that is new each time."""
    def job() -> Use:
        return run(command(source, fresh(address)))
    return job


class Killed:
    """Runs a command and kills it once a proxy has received so many bytes; then runs it again."""

    def __init__(self, command: list):
        self.command = command
        self.options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": WORK, "env": dict(os.environ)}

    def bytes_received(self, proxy, limit: float) -> int:
        child = subprocess.Popen(self.command, **self.options)
        while proxy.received < limit and child.poll() is None:
            try:
                child.wait(0.001)
            except subprocess.TimeoutExpired:
                pass
        child.kill()
        child.wait()
        subprocess.run(self.command, check=True, **self.options)
        return proxy.received
