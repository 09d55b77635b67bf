"""Images made from a seed, kept as OCI layouts between runs."""

import os
import random
import subprocess
import tarfile

from .paths import PARTS

from oci_layout import Layout, kept  # found by paths.py

MIB = 1 << 20


def layers(count: int, size: int, seed: int = 1) -> str:
    """A layout of one image with `count` layers, each a file of `size` bytes that gzip halves."""
    def make(layout: Layout):
        layout.add_image(
            [layout.add_layer(half_compressible(size, seed * 100_000 + number), level=1) for number in range(count)],
            "linux/amd64", ["true"], "latest")

    return kept(f"generated-{count}x{size}-{seed}", make)


def next_tag(count: int, size: int, shared: int) -> tuple:
    """Layouts of two images of one repository: the second has the first's `shared` layers, and new ones."""
    def make(seeds):
        def maker(layout: Layout):
            layout.add_image(
                [layout.add_layer(half_compressible(size, seed), level=1) for seed in seeds],
                "linux/amd64", ["true"], "latest")
        return maker

    old = kept(f"generated-old-{count}x{size}", make(range(count)))
    new = kept(f"generated-new-{count}x{size}-{shared}", make([*range(shared), *range(count, 2 * count - shared)]))
    return old, new


def half_compressible(size: int, seed: int):
    """A tar with one file of hexadecimal digits, in chunks."""
    entry = tarfile.TarInfo(f"data-{seed}")
    entry.size = size
    yield entry.tobuf(tarfile.USTAR_FORMAT)
    source = random.Random(seed)
    left = size
    while left > 0:
        chunk = source.randbytes(min(MIB, left + 1) // 2 + 1).hex().encode()[: min(MIB, left)]
        left -= len(chunk)
        yield chunk
    yield bytes(-size % 512 + 1024)


def push(layout: str, reference: str):
    subprocess.run([os.path.join(PARTS, "push"), layout, reference], stdout=subprocess.DEVNULL, check=True)


def packed_size(layout: str) -> int:
    """The bytes of all blobs of a layout."""
    folder = os.path.join(layout, "blobs", "sha256")
    return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
