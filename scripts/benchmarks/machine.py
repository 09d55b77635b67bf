"""What the figures were measured on."""

import os
import platform


def line() -> str:
    with open("/proc/cpuinfo") as file:
        models = [text.partition(":")[2].strip() for text in file if text.startswith("model name")]
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / (1 << 20)
    with open("/etc/os-release") as file:
        system = dict(text.rstrip().split("=", 1) for text in file if "=" in text)["PRETTY_NAME"].strip('"')
    model = models[0] if models else platform.machine()
    return f"Machine: {os.cpu_count()} cores ({model}), {memory:.0f} GiB memory, {system}, Linux {platform.release()}."
