"""The command line of scripts/reliability."""

import argparse
import os
import shutil

from benchmarks import machine
from benchmarks.command import release_build
from benchmarks.paths import WORK
from benchmarks.tools import Tools

from . import groups, proofs
from .image import Image


def main(description: str):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP")
    parser.add_argument("--runs", type=int, default=2, help="runs of each fault (default: 2)")
    parser.add_argument("--dray", metavar="FILE", help="the program to try (default: the release build)")
    parser.add_argument("--cases", action="store_true", help="only writes the table of cases in RELIABILITY.md anew")
    arguments = parser.parse_args()
    if arguments.cases:
        return proofs.update()
    unknown = [name for name in arguments.groups if name not in groups.ALL]
    if unknown:
        parser.error(f"no group {', '.join(unknown)}; there are {', '.join(groups.ALL)}")

    tools = Tools(os.path.abspath(arguments.dray) if arguments.dray else release_build(), arguments.runs)
    pulls = {"dray": tools.dray_pull}
    for name, pull in tools.peers.items():
        # The archive in Docker's form holds the layers unpacked: nothing to compare.
        if name != "skopeo docker-archive":
            pulls[name.replace(" oci-archive", "")] = pull
    if "skopeo" in pulls:
        plain = pulls["skopeo"]
        pulls["skopeo --retry-times 5"] = lambda image, file: [*plain(image, file), "--retry-times", "5"]
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    try:
        print(machine.line())
        print(tools.versions())
        image, large = Image(), Image(size=24 << 20)
        for name in arguments.groups or groups.ALL:
            title, make = groups.ALL[name]
            print(f"\n### {title}\n", flush=True)
            # What waits in sockets must not show in the figures of what is sent again.
            for line in make(pulls, large if name == "kill" else image, arguments.runs):
                print(line, flush=True)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
