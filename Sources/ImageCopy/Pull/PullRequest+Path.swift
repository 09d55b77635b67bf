import FileAccess
import ImageArchive
import ImageModel
import SystemPackage

extension PullRequest.Output {
  /// The layout that images are added to; nil for an archive.
  var layout: String? {
    if case .layout(let path) = self { path } else { nil }
  }

  /// Whether the archive's name is chosen by what stands in its folder.
  package var isDirectory: Bool {
    if case .directory = self { true } else { false }
  }
}

extension PullRequest {
  /// The layout that is added to, where it is there already: its blobs need not be fetched.
  var heldLayouts: [String] {
    guard let path = output.layout, (try? FilePath(path).appending("oci-layout").stat()) != nil else { return [] }
    return [path]
  }

  /// Where the archive goes; nil for standard output and for a layout, whose folder is made once it is known what is written. In a
  /// folder another process may have used the name by the time that it is asked for again.
  ///
  /// - Throws: `FileError`; `ArchiveError`.
  func outputPath() throws -> OutputPath? {
    let path: FilePath
    switch output {
    case .standardOutput: return nil
    case .layout(let name):
      try LayoutStore.check(FilePath(name))
      return nil
    case .file(let name): path = FilePath(name)
    case .directory(let folder): path = try self.path(in: FilePath(folder))
    }
    return try OutputPath.check(path, volumeSize: volumeSize)
  }

  /// Where the archive goes in a folder: where an interrupted pull of the same image began it, and else to the shortest of its
  /// names that another image's archive does not have, finished or not.
  ///
  /// What is there and is no archive that can be read, such as a damaged one, is replaced.
  ///
  /// - Throws: `FileError` where the folder cannot be looked at.
  func path(in folder: FilePath) throws(FileError) -> FilePath {
    let names = image.archiveNames(isDelta: !bases.isEmpty)
    // The last name is that of no other image.
    let last = folder.appending(names[names.count - 1]).lexicallyNormalized()
    var free: FilePath?
    for name in names.dropLast() where !reservedNames.contains(name.lowercased()) {
      let path = folder.appending(name).lexicallyNormalized()
      let output = try OutputPath(path, volumeSize: volumeSize)
      if try isOtherImage(at: output) { continue }
      switch try beginner(of: output) {
      case .this: return path
      case .other: continue
      case .nobody: free = free ?? path
      }
    }
    return try beginner(of: OutputPath(last, volumeSize: volumeSize)) == .this ? last : free ?? last
  }

  private func isOtherImage(at output: OutputPath) throws(FileError) -> Bool {
    guard try output.holdsFile, let archive = try? StoredArchive(opening: output.path), !archive.images.isEmpty else {
      return false
    }
    let own = image.loadedName ?? image.reference
    return !archive.images.allSatisfy { stored in
      !stored.names.isEmpty && stored.unreadableNames.isEmpty
        && stored.names.allSatisfy {
          $0.qualifiedName == own.qualifiedName && (own.tag != nil || $0.digest == own.digest)
        }
    }
  }

  private enum Beginner { case this, other, nobody }

  /// Whose unfinished archive is there. What may not be read there is told when it is opened.
  private func beginner(of output: OutputPath) throws(FileError) -> Beginner {
    var places = [output]
    if layers != .asIs {
      let name = output.path.lastComponent?.string ?? ""
      let fetched = try OutputPath(output.folder.appending(Self.fetchedName(name)))
      if try foreignContent(of: fetched) != nil { return .other }
      places.append(fetched)
    }
    let begun = places.compactMap { (try? $0.unfinishedJournal())?.images }.filter { !$0.isEmpty }
    if begun.contains(where: { !$0.isSubset(of: unfinishedNames) }) { return .other }
    return begun.isEmpty ? .nobody : .this
  }

  /// What is in a finished file that has the name of an archive to be written anew, and is not of these images; nil where there
  /// is no such file. Empty where that is no archive.
  func foreignContent(of fetched: OutputPath) throws(FileError) -> Set<String>? {
    guard try fetched.holdsFile else { return nil }
    guard let archive = try? StoredArchive(opening: fetched.path), !archive.images.isEmpty else { return [] }
    let own = images.map { $0.loadedName ?? $0.reference }
    let isOwn = archive.images.allSatisfy { stored in
      !stored.names.isEmpty && stored.unreadableNames.isEmpty
        && stored.names.allSatisfy { name in
          own.contains { $0.qualifiedName == name.qualifiedName && ($0.tag != nil || $0.digest == name.digest) }
        }
    }
    return isOwn ? nil : Set(archive.images.flatMap(\.names).map(\.description))
  }

  /// What tells the unfinished archive of these images from that of others.
  var unfinishedNames: Set<String> { Set(images.map { $0.unfinishedName(isDelta: !bases.isEmpty) }) }

  /// Where the layers are to be compressed anew: the name of the archive that is pulled for that, beside the output.
  static func fetchedName(_ name: String) -> String { ".\(name).as-is" }
}
