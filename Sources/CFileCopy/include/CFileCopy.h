#pragma once

#include <sys/types.h>

/// copy_file_range(2) between two places of two files, where the system has it: no byte passes through the process, and
/// a file system that can shares the blocks. The C library shows it to C alone.
///
/// Returns the number of bytes copied, 0 at the source's end, or a negative error number; -ENOSYS where the system has
/// no such call.
ssize_t dray_copy_range(int source, off_t from, int target, off_t to, size_t count);
