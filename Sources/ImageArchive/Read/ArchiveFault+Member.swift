extension ArchiveFault {
  /// The member that the fault is about; nil where it is about none that has a name.
  package var memberName: String? {
    switch self {
    case .link(let name), .notAFile(let name), .duplicate(let name), .overlapping(let name),
      .unreadableManifest(let name, _),
      .unreadableConfig(let name, _), .indexTooDeep(let name, _), .missing(let name), .wrongContent(let name),
      .wrongSize(let name):
      name
    case .unreadableIndex: MemberName.index.text
    case .unreadableDockerManifest: StoredFiles.dockerManifest
    case .malformedHeader(_, let name), .conflictingSizes(_, let name), .sparseMember(_, let name),
      .tooLarge(_, let name), .documentsTooLarge(_, let name):
      name
    // A volume is a file beside the archive, and no member.
    case .volumeMissing, .volumeSizeDiffers, .notAnArchive, .notAFileToRead, .skopeoFolder, .compressed, .otherKind,
      .truncated, .bytesBehindEnd, .tooManyMembers:
      nil
    }
  }
}
