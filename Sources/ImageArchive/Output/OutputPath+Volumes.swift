import FileAccess

extension OutputPath {
  /// The name that all volumes have before their number; that of the archive where there are none.
  private var stem: String { volumeSize == nil ? name : String(name.dropLast(ArchiveVolumes.firstEnding.count)) }

  /// The list of the volumes' checksums: `bundle.tar.sha256`.
  var checksumsName: String { stem + ".sha256" }

  func volumeName(_ number: Int) -> String { stem + ArchiveVolumes.ending(number) }

  func partialVolumeName(_ number: Int) -> String { volumeName(number) + ".part" }
}
