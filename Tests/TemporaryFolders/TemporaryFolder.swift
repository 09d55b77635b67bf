import CLibrary
import FoundationEssentials
import SystemPackage

/// A folder that is gone when the test is.
package final class TemporaryFolder: Sendable {
  package let path: FilePath
  private let isMounted: Bool

  package init() throws {
    path = try Self.make()
    isMounted = false
  }

  #if os(Linux)
    /// A folder on a file system of its own.
    package init(size: Int, isReadOnly: Bool = false) throws {
      path = try Self.make()
      let flags = isReadOnly ? UInt(MS_RDONLY) : 0
      guard mount("tmpfs", path.string, "tmpfs", flags, "size=\(size)") == 0 else { throw Errno(rawValue: errno) }
      isMounted = true
    }

    /// Whether this process may mount file systems.
    package static let canMount = (try? TemporaryFolder(size: 4_096)) != nil
  #endif

  deinit {
    #if os(Linux)
      if isMounted { umount2(path.string, Int32(MNT_DETACH)) }
    #endif
    try? FileManager.default.removeItem(atPath: path.string)
  }

  private static func make() throws -> FilePath {
    let path = FileManager.default.temporaryDirectory.path + "/dray-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    return FilePath(path)
  }

  /// The names in the folder, sorted.
  package var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path.string).sorted() }
  }

  package func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path.appending(name).string))
  }

  package func read(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: path.appending(name).string)))
  }

  /// The permissions of a file, as octal digits.
  package func mode(of name: String) throws -> String {
    String(try Stat(path.appending(name)).permissions.rawValue & 0o7777, radix: 8)
  }
}
