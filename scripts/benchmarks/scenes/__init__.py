"""The scenes by name. A scene is a module with a TITLE and `run(tools)`, which yields lines of Markdown."""

from . import large, limited, loopback, many, mirrors, nexttag, restart, smalllayers, start, unpack

ALL = {
    "start": start,
    "loopback": loopback,
    "limited": limited,
    "small-layers": smalllayers,
    "mirrors": mirrors,
    "restart": restart,
    "next-tag": nexttag,
    "many": many,
    "large": large,
    "unpack": unpack,
}
# The others take minutes, or tens of gigabytes.
QUICK = ["start", "loopback"]
