import ImageArchive
import ImageModel
import SystemPackage

extension PullRequest {
  /// Where the archive goes in a folder: to the shortest of its names that another image's archive does not have.
  ///
  /// What is there and is no archive that can be read, such as a damaged one, is replaced.
  ///
  /// - Throws: `ArchiveError` where the folder cannot be looked at.
  func path(in folder: FilePath) throws(ArchiveError) -> FilePath {
    let names = image.archiveNames(isDelta: !bases.isEmpty)
    for name in names.dropLast() where !reservedNames.contains(name.lowercased()) {
      let path = folder.appending(name).lexicallyNormalized()
      if try !isOtherImage(at: try OutputPath(path, volumeSize: volumeSize)) { return path }
    }
    return folder.appending(names[names.count - 1]).lexicallyNormalized()
  }

  private func isOtherImage(at output: OutputPath) throws(ArchiveError) -> Bool {
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
}
