import SystemPackage
import Testing
import WatchedPrograms

/// A program of Tests/RealParts, which starts and stops real registries and engines.
enum RealPart: String {
  case authority, engine, image, proxy, push, registry, ssh

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  private static var folder: FilePath {
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
      .appending("RealParts")
  }

  /// Runs the program to its end and returns what it printed, without the last line break.
  ///
  /// `scripts/install tests` installs what the programs need; without it they fail, and the test with them.
  @discardableResult
  func run(_ arguments: [String]) async throws -> String {
    try await Self.run(Self.folder.appending(rawValue).string, arguments)
  }

  /// Runs any other program the same way.
  @discardableResult
  static func run(_ program: String, _ arguments: [String]) async throws -> String {
    let ended = try await WatchedProgram.run(program, arguments)
    guard ended.isSuccess else {
      throw Failed(description: "\(program) \(arguments): \(ended.code)\n\(ended.errors)")
    }
    var output = ended.output
    while output.hasSuffix("\n") { output.removeLast() }
    return output
  }
}
