import DrayMessages
import FileAccess
import ImageCopy
import Synchronization
import SystemPackage

/// An archive from standard input. Where its parts stand is known only once all of it has come, so it is kept in a file
/// without a name, which is gone with the process.
final class InputSpool: Sendable {
  private struct Kept: Sendable {
    let file: NamelessFile
    let opened: FileDescriptor
  }

  private let kept = Mutex<Kept?>(nil)

  deinit { kept.withLock { try? $0?.opened.close() } }

  /// - Throws: ``PushOptionError``.
  func check(_ archives: some Collection<String>, readsPassword: Bool) throws {
    let count = archives.count { $0 == "-" }
    guard count == 0 || count == 1 && !readsPassword else { throw PushOptionError.standardInputTwice }
  }

  /// The archive that a path names; for `-` what standard input has.
  ///
  /// - Throws: as ``read(in:)``.
  func origin(_ path: String, in context: CommandContext) async throws -> ImageOrigin {
    guard path == "-" else { return .archive(path: path) }
    return .archive(path: try await read(in: context), name: PushPhrase.standardInput.text(context.language))
  }

  /// Reads standard input to its end.
  ///
  /// - Returns: the path under which this process can open it.
  /// - Throws: `FileError`; `CancellationError`.
  func read(in context: CommandContext) async throws -> String {
    guard !context.input.isTerminal else { throw PushOptionError.noArchive }
    let file = try NamelessFile(in: FilePath(context.environment("TMPDIR") ?? "/tmp"))
    try await context.input.pieces { bytes in try bytes.withUnsafeBytes { try file.append($0) } }
    let opened = try file.opened()
    kept.withLock { $0 = Kept(file: file, opened: opened) }
    return "/dev/fd/\(opened.rawValue)"
  }
}
