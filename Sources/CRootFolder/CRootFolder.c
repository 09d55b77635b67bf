#define _GNU_SOURCE
#include "CRootFolder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#include <sys/sysmacros.h>

// What <linux/openat2.h> says, which older systems lack.
struct dray_open_how {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};
#define DRAY_RESOLVE_NO_MAGICLINKS 0x02
#define DRAY_RESOLVE_IN_ROOT 0x10
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static void handle_path(int handle, char path[32]) { snprintf(path, 32, "/proc/self/fd/%d", handle); }
#endif

static int outcome(int result) { return result >= 0 ? result : -errno; }

int dray_open_in_root(int root, const char *path) {
#ifdef __linux__
  struct dray_open_how how = {
      .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC, .resolve = DRAY_RESOLVE_IN_ROOT | DRAY_RESOLVE_NO_MAGICLINKS};
  return outcome((int)syscall(SYS_openat2, root, path, &how, sizeof how));
#else
  (void)root;
  (void)path;
  return -ENOSYS;
#endif
}

int dray_open_node(int parent, const char *name) {
#ifdef __linux__
  return outcome(openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
#else
  return outcome(openat(parent, name, O_RDONLY | O_SYMLINK | O_NONBLOCK | O_CLOEXEC));
#endif
}

int dray_make_node(int parent, const char *name, mode_t type, uint32_t major, uint32_t minor) {
#ifdef __linux__
  return outcome(mknodat(parent, name, type | S_IRUSR | S_IWUSR, makedev(major, minor)));
#else
  (void)major;
  (void)minor;
  return type == S_IFIFO ? outcome(mkfifoat(parent, name, S_IRUSR | S_IWUSR)) : -ENOSYS;
#endif
}

int dray_node_mode(int node, mode_t mode) {
#ifdef __linux__
  if (syscall(SYS_fchmodat2, node, "", mode, AT_EMPTY_PATH) == 0) return 0;
  // Systems before 6.6, and sandboxes that know no newer call.
  if (errno != ENOSYS && errno != EPERM) return -errno;
  char path[32];
  handle_path(node, path);
  return outcome(chmod(path, mode));
#else
  return outcome(fchmod(node, mode));
#endif
}

int dray_node_owner(int node, uid_t user, gid_t group) {
#ifdef __linux__
  return outcome(fchownat(node, "", user, group, AT_EMPTY_PATH));
#else
  return outcome(fchown(node, user, group));
#endif
}

int dray_node_time(int node, int64_t seconds, int32_t nanoseconds) {
  struct timespec times[2] = {{.tv_sec = seconds, .tv_nsec = nanoseconds}, {.tv_sec = seconds, .tv_nsec = nanoseconds}};
#ifdef __linux__
  if (utimensat(node, "", times, AT_EMPTY_PATH) == 0) return 0;
  // Systems before 5.8. The path leads to the link itself, for the handle is one of it.
  if (errno != EINVAL && errno != ENOENT) return -errno;
  char path[32];
  handle_path(node, path);
  return outcome(utimensat(AT_FDCWD, path, times, 0));
#else
  return outcome(futimens(node, times));
#endif
}

int dray_node_attribute(int node, const char *name, const void *value, size_t size) {
#ifdef __linux__
  char path[32];
  handle_path(node, path);
  return outcome(setxattr(path, name, value, size, 0));
#else
  return dray_set_attribute(node, name, value, size);
#endif
}

int dray_set_attribute(int file, const char *name, const void *value, size_t size) {
#ifdef __linux__
  return outcome(fsetxattr(file, name, value, size, 0));
#else
  return outcome(fsetxattr(file, name, value, size, 0, 0));
#endif
}

int dray_remove_attribute(int file, const char *name) {
#ifdef __linux__
  return outcome(fremovexattr(file, name));
#else
  return outcome(fremovexattr(file, name, 0));
#endif
}

ssize_t dray_attribute_names(int file, char *names, size_t size) {
#ifdef __linux__
  ssize_t count = flistxattr(file, NULL, 0);
  if (count > 0 && (size_t)count <= size) count = flistxattr(file, names, size);
#else
  ssize_t count = flistxattr(file, NULL, 0, 0);
  if (count > 0 && (size_t)count <= size) count = flistxattr(file, names, size, 0);
#endif
  return count >= 0 ? count : -errno;
}
