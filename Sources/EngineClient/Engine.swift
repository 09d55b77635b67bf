import SystemPackage

/// A place that images are loaded into.
public protocol Engine: Sendable {
  var kind: EngineKind { get }
  /// For people: the address of a socket or a machine, or the program that leads there.
  var place: String { get }

  /// - Throws: ``EngineError``; `CancellationError`.
  func inventory() async throws -> EngineInventory

  /// Has the engine load an archive while it is written.
  ///
  /// - Parameters:
  ///   - size: of the archive, in bytes.
  ///   - write: writes all of the archive into a pipe. `Errno.brokenPipe` means that the engine wants no more of it, and
  ///     is for `write` to throw on.
  /// - Returns: what the engine said.
  /// - Throws: ``EngineError``; what `write` throws; `CancellationError`.
  func load(size: Int64, _ write: @escaping @Sendable (FileDescriptor) async throws -> Void) async throws -> String
}
