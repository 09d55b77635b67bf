"""docker-registry on loopback for a scene."""

import os
import shutil
import subprocess
import tempfile

from .paths import PARTS, WORK

PROGRAM = os.path.join(PARTS, "registry")


class Registry:
    """Runs while the block runs: `with Registry("--limit-rate", "20m") as registry: … registry.address`."""

    def __init__(self, *options: str):
        self.options = options

    def __enter__(self) -> "Registry":
        self.directory = tempfile.mkdtemp(dir=WORK)
        started = subprocess.run(
            [PROGRAM, "start", self.directory, *self.options], stdout=subprocess.PIPE, text=True, check=True)
        self.address = started.stdout.strip()
        return self

    def __exit__(self, *_):
        subprocess.run([PROGRAM, "stop", self.directory], check=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def storage(self) -> str:
        return os.path.join(self.directory, "storage")
