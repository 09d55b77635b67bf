import SystemPackage

extension Folder {
  /// Makes a folder for this user alone, with a name that no other has (mkdtemp(3)), for as long as `body` runs. It goes with all
  /// files in it, on every exit but the end of the process.
  ///
  /// - Throws: ``FileError/folderNotWritable(_:_:)``; what `body` throws.
  package static func withTemporary<Result>(
    in parent: FilePath, isolation: isolated (any Actor)? = #isolation, _ body: (FilePath) async throws -> Result
  ) async throws -> Result {
    var template = Array(parent.appending("dray-XXXXXX").string.utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError.folderNotWritable(parent, Errno(rawValue: errno)) }
    let path = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    defer { removeAll(path) }
    return try await body(path)
  }

  private static func removeAll(_ path: FilePath) {
    if let folder = try? Folder(opening: path) {
      for name in (try? folder.names()) ?? [] { try? folder.remove(name) }
    }
    rmdir(path.string)
  }
}
