"""The command line of scripts/bench."""

import argparse
import os
import shutil
import subprocess

from . import machine, scenes
from .paths import TOP, WORK
from .tools import Tools


def main(description: str):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", nargs="*", metavar="SCENE")
    parser.add_argument("--list", action="store_true", help="names the scenes")
    parser.add_argument("--runs", type=int, default=5, help="runs of each program (default: 5)")
    parser.add_argument("--dray", metavar="FILE", help="the program to measure (default: the release build)")
    parser.add_argument(
        "--before", metavar="FILE", help="an older dray, whose pulls are measured beside the other programs'")
    arguments = parser.parse_args()
    if arguments.list:
        for name, scene in scenes.ALL.items():
            print(f"{name:<16} {scene.TITLE}{'' if name in scenes.QUICK else ' (only when named)'}")
        return
    unknown = [name for name in arguments.scenes if name not in scenes.ALL]
    if unknown:
        parser.error(f"no scene {', '.join(unknown)}; there are {', '.join(scenes.ALL)}")

    subprocess.run([os.path.join(TOP, "scripts", "install"), "bench"], check=True)
    tools = Tools(
        os.path.abspath(arguments.dray) if arguments.dray else release_build(), arguments.runs,
        os.path.abspath(arguments.before) if arguments.before else None)
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    try:
        print(machine.line())
        print(tools.versions())
        for name in arguments.scenes or scenes.QUICK:
            print(f"\n## {scenes.ALL[name].TITLE}\n", flush=True)
            for line in scenes.ALL[name].run(tools):
                print(line, flush=True)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


def release_build() -> str:
    build = [os.path.join(TOP, "scripts", "build")]
    return subprocess.run(build, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=True).stdout.strip()
