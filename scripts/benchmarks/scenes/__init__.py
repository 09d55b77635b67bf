"""The scenes by name. A scene is a module with a TITLE and `run(tools)`, which yields lines of Markdown."""

from . import (
    copy, copyslowsource, copysmall, delta, large, limited, loopback, many, mirrors, nexttag, push, pushkilled,
    pushsharedbase, restart, serve, smalllayers, start, synclist, syncunchanged, unpack, verify)

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
    "push": push,
    "push-shared-base": pushsharedbase,
    "push-killed": pushkilled,
    "copy": copy,
    "copy-slow-source": copyslowsource,
    "copy-small": copysmall,
    "sync-unchanged": syncunchanged,
    "sync-list": synclist,
    "serve": serve,
}
# The others take minutes, or tens of gigabytes.
QUICK = ["start", "loopback"]
