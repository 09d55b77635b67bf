#pragma once

#include <sys/types.h>

/// fallocate(2) from the start of a file, where the system has it: reserves blocks and never writes. The C library
/// shows it to C alone, and its posix_fallocate writes zeros where the file system cannot reserve.
///
/// Returns 0 or an error number; EOPNOTSUPP where the system or the file system cannot.
int dray_allocate(int file, off_t size);
