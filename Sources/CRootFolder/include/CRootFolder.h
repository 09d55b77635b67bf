#pragma once

#include <stdint.h>
#include <sys/types.h>

/// Calls of the system for the root of an image in a folder that the C library shows to C alone, or not at all. Each
/// returns a negative error number when it fails; -ENOSYS where the system has no such call.

/// Opens a folder below `root`, which is the root of all absolute links and of `..` on the way (openat2(2) with
/// RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS).
int dray_open_in_root(int root, const char *path);

/// Opens a file of any kind to change what is known of it, and not its content: a link itself, a pipe without waiting.
int dray_open_node(int parent, const char *name);

/// Makes a pipe or a device.
int dray_make_node(int parent, const char *name, mode_t type, uint32_t major, uint32_t minor);

/// Mode, owner and time of what `dray_open_node` opened.
int dray_node_mode(int node, mode_t mode);
int dray_node_owner(int node, uid_t user, gid_t group);
int dray_node_time(int node, int64_t seconds, int32_t nanoseconds);
int dray_node_attribute(int node, const char *name, const void *value, size_t size);

/// Extended attributes of an open file or folder.
int dray_set_attribute(int file, const char *name, const void *value, size_t size);
int dray_remove_attribute(int file, const char *name);
/// Their names, each with a zero byte behind it. Returns the length of all of them, also where `names` is shorter: then
/// nothing is written.
ssize_t dray_attribute_names(int file, char *names, size_t size);
