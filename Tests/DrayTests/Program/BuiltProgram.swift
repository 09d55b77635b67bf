import FoundationEssentials
import Glibc
import Testing

@testable import dray

/// The program itself, as the tests' build made it, run as a process.
final class BuiltProgram: Sendable {
  private let process: pid_t

  private static let path: String = {
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: runner).deletingLastPathComponent().appending(path: "dray").path()
  }()

  /// - Parameters:
  ///   - descriptors: what stands for standard input, output and error; nil for a closed one.
  ///   - variables: the whole environment.
  ///   - folder: the current folder.
  ///   - launcher: options of `env`, which starts the program.
  init(
    _ arguments: [String], descriptors: [Int32?], variables: [String: String] = [:], folder: String = "/tmp",
    launcher: [String] = []
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in descriptors.enumerated() {
      if let descriptor {
        posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
      } else {
        posix_spawn_file_actions_addclose(&actions, Int32(number))
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
