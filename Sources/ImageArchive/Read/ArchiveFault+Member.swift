import ImageModel

extension ArchiveFault {
  /// Why bytes that should be an `index.json` cannot be read.
  static func ofIndex(_ bytes: [UInt8]) -> ArchiveFault {
    JSONScanner.hasByteOrderMark(bytes) ? .byteOrderMark(name: MemberName.index.text) : .unreadableIndex
  }

  /// The same for a `manifest.json`.
  static func ofDockerManifest(_ bytes: [UInt8]) -> ArchiveFault {
    JSONScanner.hasByteOrderMark(bytes) ? .byteOrderMark(name: StoredFiles.dockerManifest) : .unreadableDockerManifest
  }

  /// The member that the fault is about; nil where it is about none that has a name.
  package var memberName: String? {
    switch self {
    case .link(let name), .notAFile(let name), .duplicate(let name), .overlapping(let name),
      .unreadableManifest(let name, _),
      .unreadableConfig(let name, _), .indexTooDeep(let name, _), .missing(let name), .wrongContent(let name),
      .wrongSize(let name), .byteOrderMark(let name):
      name
    case .unreadableIndex: MemberName.index.text
    case .unreadableDockerManifest: StoredFiles.dockerManifest
    case .malformedHeader(_, let name), .conflictingSizes(_, let name), .sparseMember(_, let name),
      .tooLarge(_, let name), .documentsTooLarge(_, let name):
      name
    // A volume is a file beside the archive, and no member; of `index.json` the rest is right.
    case .unknownDigest, .volumeMissing, .volumeSizeDiffers, .notAnArchive, .notAFileToRead, .skopeoFolder, .compressed,
      .otherKind,
      .truncated, .bytesBehindEnd, .tooManyMembers:
      nil
    }
  }
}
