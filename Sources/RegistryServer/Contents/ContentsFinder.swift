import FileAccess
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

/// Finds archives, volumes and image layouts at the paths that a server was given.
package struct ContentsFinder: Sendable {
  /// How many are opened at the same time.
  private static let width = 8
  /// The most entries of a folder that are looked at.
  private static let entryLimit = 10_000

  private let paths: [FilePath]

  package init(_ paths: [FilePath]) {
    self.paths = paths
  }

  /// Opens what is there: headers and documents, and no layer.
  ///
  /// - Throws: `CancellationError`.
  package func read() async throws -> (ServedContents, [ContentsNotice]) {
    let found = try await Workers.current.run { paths.map(Self.places) }.flatMap(\.self)
    let opened = try await inParallel(found, width: Self.width) { path in
      try await Workers.current.run { () -> Result<StoredArchive, ArchiveError> in
        Result { () throws(ArchiveError) in try StoredArchive(opening: path) }
      }
    }
    let archives = opened.compactMap { try? $0.get() }
    let notices = zip(found, opened).compactMap { path, result -> ContentsNotice? in
      if case .failure(let error) = result { .unreadable(path, error) } else { nil }
    }
    return try await Workers.current.run {
      let (contents, further) = ContentsBuilder.build(archives)
      return (contents, notices + further)
    }
  }

  /// What stands at a path: itself, or what a folder holds that is neither an archive nor a layout. No link in it is
  /// followed, and what is unfinished does not count.
  private static func places(at path: FilePath) -> [FilePath] {
    guard FileLook.isFolder(path.string), !StoredArchive.mayStand(at: path), let folder = try? Folder(opening: path)
    else { return [path] }
    let names = ((try? folder.names(limit: entryLimit)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    return names.compactMap { name in
      guard let status = (try? folder.status(of: name)) ?? nil else { return nil }
      let place = path.appending(name)
      switch status.type {
      case .regular: return name.hasSuffix(".tar") || name.hasSuffix(".tar.001") ? place : nil
      case .directory: return StoredArchive.mayStand(at: place) ? place : nil
      default: return nil
      }
    }
  }
}
