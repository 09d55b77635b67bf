import ImageModel

/// What is wrong with an archive or an image layout that is read.
public enum ArchiveFault: Error, Sendable, Hashable {
  /// No tar archive; a folder without what is looked for.
  case notAnArchive
  /// Standard input, a pipe or a device: an archive is read in any order, which only a file can be.
  case notAFileToRead
  /// The folder that skopeo's `dir:` makes.
  case skopeoFolder
  /// The whole file is compressed, and may be an archive within.
  case compressed(ArchiveCompression)
  /// A tar archive of another kind that is known.
  case otherKind(TarKind)
  /// The file ends before its last member does, or without the two zero blocks that end an archive.
  case truncated
  /// One of several volumes is not there.
  case volumeMissing(name: String)
  /// A volume has another size than those beside it; both in bytes.
  case volumeSizeDiffers(name: String, expected: Int64, actual: Int64)
  /// Something other than zeros stands behind the end of the archive.
  case bytesBehindEnd
  /// A header, or an extension of one, is not what the format says, or two of them contradict each other. The name is
  /// that of the member, where it can be read.
  case malformedHeader(offset: Int64, name: String? = nil)
  /// Header and extended header give a member different sizes.
  case conflictingSizes(offset: Int64, name: String? = nil)
  /// A sparse member: its bytes do not stand in the archive as they are.
  case sparseMember(offset: Int64, name: String? = nil)
  /// An extended header or a document is larger than is read; the limit in bytes.
  case tooLarge(limit: Int, name: String? = nil)
  case tooManyMembers(limit: Int)
  /// A symbolic link stands where a file of a layout is looked for. None is followed: it may lead anywhere.
  case link(name: String)
  /// A link, a pipe or a device stands where a file is looked for.
  case notAFile(name: String)
  /// Two members have one name.
  case duplicate(name: String)
  /// A member stands below another one, which is a file.
  case overlapping(name: String)
  /// `index.json` is no JSON that can be read.
  case unreadableIndex
  /// An entry of `index.json` has a digest of an algorithm that is not known, or none: as it stands there.
  case unknownDigest(String)
  /// `manifest.json` is no JSON that can be read.
  case unreadableDockerManifest
  /// `index.json` or `manifest.json` begins with a byte order mark, with which it is no JSON (RFC 8259 §8.1).
  case byteOrderMark(name: String)
  /// A manifest or an index cannot be read.
  case unreadableManifest(name: String, ManifestError)
  /// The config of an image cannot be read.
  case unreadableConfig(name: String, ImageConfigError)
  /// Indexes stand in one another too deep, or in a circle.
  case indexTooDeep(name: String, limit: Int)
  /// All manifests and indexes together are larger than is read; the limit in bytes. The name is that of the first one
  /// that is not read.
  case documentsTooLarge(limit: Int, name: String? = nil)
  /// What another document names is not there.
  case missing(name: String)
  /// The bytes of a member are not those that its name says.
  case wrongContent(name: String)
  /// A member has another size than the document says that names it.
  case wrongSize(name: String)
}

extension ArchiveFault {
  /// Whether there is no archive at all.
  package var isAboutWhole: Bool {
    switch self {
    case .notAnArchive, .notAFileToRead, .skopeoFolder, .compressed, .otherKind: true
    default: false
    }
  }

  /// Whether the volumes of an archive are not those that belong together.
  package var isAboutVolumes: Bool {
    switch self {
    case .volumeMissing, .volumeSizeDiffers: true
    default: false
    }
  }

  package var failureClass: FailureClass {
    switch self {
    case .notAnArchive, .notAFileToRead, .skopeoFolder, .compressed, .otherKind: .usage
    case .truncated, .volumeMissing, .volumeSizeDiffers, .bytesBehindEnd, .missing, .wrongContent, .wrongSize:
      .integrity
    case .unreadableManifest(_, let error): error.failureClass
    case .unreadableConfig(_, let error): error.failureClass
    case .malformedHeader, .conflictingSizes, .sparseMember, .tooLarge, .tooManyMembers, .link, .notAFile, .duplicate,
      .overlapping,
      .unreadableIndex, .unknownDigest, .unreadableDockerManifest, .byteOrderMark, .indexTooDeep, .documentsTooLarge:
      .refused
    }
  }
}
