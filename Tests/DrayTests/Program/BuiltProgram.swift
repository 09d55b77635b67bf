import CLibrary
import FoundationEssentials
import Testing

@testable import DrayMessages
@testable import dray

/// What stands for one of a program's standard streams. Where something can be read from it, it is searched for secrets.
enum ProgramStream {
  case null, closed
  case captured(CapturedStream)
  case terminal(Pseudoterminal)
  /// A pipe that nobody reads.
  case unread(PipeEnds)
}

/// The program itself, as the tests' build made it, run as a process.
final class BuiltProgram: Sendable {
  private let process: pid_t

  private static let path: String = {
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: runner).deletingLastPathComponent().appending(path: "dray").path()
  }()

  /// - Parameters:
  ///   - streams: what stands for standard input, output and error.
  ///   - variables: the whole environment.
  ///   - folder: the current folder.
  ///   - launcher: options of `env`, which starts the program.
  init(
    _ arguments: [String], _ streams: (ProgramStream, ProgramStream, ProgramStream), variables: [String: String] = [:],
    folder: String = "/tmp",
    launcher: [String] = []
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in [streams.0, streams.1, streams.2].enumerated() {
      let number = Int32(number)
      switch stream {
      case .null: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
      case .closed: posix_spawn_file_actions_addclose(&actions, number)
      case .captured(let stream): posix_spawn_file_actions_adddup2(&actions, stream.stream.descriptor, number)
      case .terminal(let terminal): posix_spawn_file_actions_adddup2(&actions, terminal.slave, number)
      case .unread(let pipe): posix_spawn_file_actions_adddup2(&actions, pipe.writing, number)
      }
    }
    let words = ["/usr/bin/env", "-C", folder] + launcher + [Self.path] + arguments
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argv + environment { free(pointer) } }
    var process: pid_t = 0
    try #require(posix_spawn(&process, words[0], &actions, nil, &argv, &environment) == 0)
    self.process = process
  }

  func send(_ signal: Int32) {
    kill(process, signal)
  }

  /// Waits for the end: the exit code, or the negative number of the signal that ended the process.
  func exitCode() async -> Int32 {
    await withCheckedContinuation { continuation in
      DispatchThread.run { [process] in
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        continuation.resume(returning: status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F))
      }
    }
  }
}
