"""The scenes by name. A scene is a module with a TITLE and `run(tools)`, which yields lines of Markdown."""

from . import delta, large, limited, loopback, many, mirrors, nexttag, restart, smalllayers, start, unpack, verify

ALL = {
    "start": start,
    "loopback": loopback,
    "limited": limited,
    "small-layers": smalllayers,
    "mirrors": mirrors,
    "restart": restart,
    "next-tag": nexttag,
    "delta": delta,
    "many": many,
    "large": large,
    "unpack": unpack,
    "verify": verify,
}
# The others take minutes, or tens of gigabytes.
QUICK = ["start", "loopback"]
