#define _GNU_SOURCE
#include "CFileAllocation.h"

#include <errno.h>
#include <fcntl.h>

int dray_allocate(int file, off_t size) {
#ifdef __linux__
  return fallocate(file, 0, 0, size) == 0 ? 0 : errno;
#else
  (void)file;
  (void)size;
  return EOPNOTSUPP;
#endif
}
