// The C library that this system has, by one name for all targets: whoever imports FileAccess can call it.

#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Darwin
#endif

/// The kind of a stream socket, as `addrinfo` has it.
#if canImport(Glibc)
  package let streamSocketType = CInt(SOCK_STREAM.rawValue)
#else
  package let streamSocketType = SOCK_STREAM
#endif
