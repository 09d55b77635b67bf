#define _GNU_SOURCE
#include "CFileCopy.h"

#include <errno.h>
#include <unistd.h>

ssize_t dray_copy_range(int source, off_t from, int target, off_t to, size_t count) {
#ifdef __linux__
  ssize_t copied = copy_file_range(source, &from, target, &to, count, 0);
  return copied >= 0 ? copied : -errno;
#else
  (void)source;
  (void)from;
  (void)target;
  (void)to;
  (void)count;
  return -ENOSYS;
#endif
}
