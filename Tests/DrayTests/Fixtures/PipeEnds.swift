import CLibrary
import Testing

/// Two connected descriptors that no process started meanwhile inherits: with a pipe there would be a moment in which
/// it could, and then keep the pipe open.
struct PipeEnds {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, streamSocket, 0, &ends) == 0)
    (reading, writing) = (ends[0], ends[1])
  }
}
