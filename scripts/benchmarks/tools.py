"""The programs that are measured side by side, and how each is asked to pull an image into a file."""

import os
import shutil
import subprocess

from .measure import Use, run
from .paths import WORK

LOOP = os.path.join(os.path.dirname(os.path.realpath(__file__)), "requests_loop.py")
# Debian's Python, for its python3-requests; another python3 may stand before it on PATH.
PYTHON = "/usr/bin/python3"


class Tools:
    """dray and what is found of its peers."""

    def __init__(self, dray: str, runs: int, before: str = None):
        self.dray = dray
        self.runs = runs
        self.peers = {}
        if before:
            self.peers["dray, before"] = lambda image, file: dray_pull(before, image, file)
        if shutil.which("crane"):
            self.peers["crane"] = lambda image, file: ["crane", "pull", "--insecure", image, file]
        if shutil.which("skopeo"):
            self.peers["skopeo docker-archive"] = lambda image, file: skopeo(image, f"docker-archive:{file}:{image}")
            self.peers["skopeo oci-archive"] = lambda image, file: skopeo(image, f"oci-archive:{file}:latest")
        if shutil.which("regctl"):
            self.peers["regctl"] = lambda image, file: [
                "regctl", "--host", f"reg={image.split('/')[0]},tls=disabled", "image", "export", image, file]
        self.script = lambda image, file: [PYTHON, LOOP, image, file]

    def dray_pull(self, image: str, file: str, *options: str) -> list:
        return dray_pull(self.dray, image, file, *options)

    def pulls(self, with_script: bool = False) -> dict:
        """Name to the command that pulls an image into a file: dray first, then its peers."""
        commands = {"dray": self.dray_pull, **self.peers}
        if with_script:
            commands["python3 requests loop"] = self.script
        return commands

    def measured(self, command) -> "function":
        """A job that runs `command(file)` with a fresh output file."""
        def job() -> Use:
            with output() as file:
                return run(command(file))
        return job

    def versions(self) -> str:
        said = [f"dray {first_line([self.dray, '--version'])}"]
        for name, option in (("crane", "version"), ("skopeo", "--version"), ("regctl", "version"), ("oras", "version")):
            if shutil.which(name):
                said.append(f"{name}: {first_line([name, option])}")
        return f"Programs: {'; '.join(said)}."


def dray_pull(dray: str, image: str, file: str, *options: str) -> list:
    return [dray, "pull", "--quiet", "--plain-http", *options, image, "-o", file]


def skopeo(image: str, target: str) -> list:
    return ["skopeo", "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", f"docker://{image}", target]


def first_line(command: list) -> str:
    return (subprocess.run(command, capture_output=True, text=True).stdout.splitlines() or [""])[0].strip()


class output:
    """A path for an archive in a folder of its own, which goes away with all that stands in it."""

    def __enter__(self) -> str:
        self.folder = os.path.join(WORK, "output")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        return os.path.join(self.folder, "image.tar")

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)
