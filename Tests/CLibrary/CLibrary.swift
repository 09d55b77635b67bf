// The C library that this system has, by one name for all tests.

#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Darwin
#endif

/// The kind of a stream socket, as `socket` and `socketpair` take it. Where the system has a flag for that, programs that
/// tests start do not inherit the socket.
#if canImport(Glibc)
  package let streamSocket = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
#elseif canImport(Musl)
  package let streamSocket = SOCK_STREAM | SOCK_CLOEXEC
#else
  package let streamSocket = SOCK_STREAM
#endif
