import FileAccess
import Synchronization
import SystemPackage

/// A pipe whose ends no program that is started inherits by chance.
enum PrivatePipe {
  static func make() throws -> (read: FileDescriptor, write: FileDescriptor) {
    let ends = try FileDescriptor.pipe()
    for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    return (ends.readEnd, ends.writeEnd)
  }
}

/// The end of a pipe that is written to. It is closed once, by whoever comes first.
final class PipeEnd: Sendable {
  let file: FileDescriptor
  private let isClosed = Atomic(false)

  init(_ file: FileDescriptor) {
    self.file = file
  }

  deinit { close() }

  func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    try? file.close()
  }
}
