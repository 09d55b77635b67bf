#define _GNU_SOURCE
#include "CFileAllocation.h"

#include <fcntl.h>

void dray_begin_writeback(int file) {
#ifdef __linux__
  (void)sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
  (void)file;
#endif
}

void dray_release_cache(int file, off_t offset, off_t count) {
#ifdef __linux__
  (void)posix_fadvise(file, offset, count, POSIX_FADV_DONTNEED);
#else
  (void)file;
  (void)offset;
  (void)count;
#endif
}
