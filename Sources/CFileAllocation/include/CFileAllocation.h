#pragma once

#include <sys/types.h>

/// fallocate(2) from the start of a file, where the system has it: reserves blocks and never writes. The C library
/// shows it to C alone, and its posix_fallocate writes zeros where the file system cannot reserve.
///
/// Returns 0 or an error number; EOPNOTSUPP where the system or the file system cannot.
int dray_allocate(int file, off_t size);

/// sync_file_range(2) over a whole file: begins to write out what is dirty, and waits for nothing but room in the device's
/// queue. Nothing happens where the system does not have it: it only spares time later.
void dray_begin_writeback(int file);

/// posix_fadvise(2) with POSIX_FADV_DONTNEED: clean pages of this range may go. Nothing happens where the system does not
/// have it.
void dray_release_cache(int file, off_t offset, off_t count);
