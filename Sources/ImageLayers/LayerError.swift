import ImageModel

/// What is wrong with the bytes of a layer.
///
/// Members are named by their path as it stands in the layer, where it is known: it may hold any character.
public enum LayerError: ClassifiedError, Hashable {
  // The compressed stream
  /// A format that no layer may have.
  case unsupportedCompression(Compression)
  /// The stream ends before it should.
  case truncated(Compression)
  /// The bytes are not what the format says.
  case damaged(Compression)
  /// What was decompressed is not what the stream's own checksum promises.
  case wrongChecksum(Compression)
  /// Something else stands behind the last gzip member or zstd frame.
  case bytesBehindEnd(Compression)
  /// A zstd frame asks for more memory than it gets: a window of more than 2 to the power of `log` bytes.
  case windowTooLarge(log: Int)
  /// More bytes than the limit, without compression.
  case tooLarge(limit: Int64)
  /// More than `limit` gzip members or zstd frames that hold nothing.
  case tooManyEmptyMembers(limit: Int)

  // The tar archive
  /// It does not begin with the header of a tar archive.
  case notATar
  /// The archive ends within a member.
  case truncatedTar(offset: Int64)
  /// A header, or an extension of one, is not what the format says. The offset is one in the plain layer.
  case malformedHeader(offset: Int64)
  /// Header and extended header give a member different sizes or names.
  case conflictingHeaders(offset: Int64)
  /// An extended header, a long name or a sparse map is larger than `limit` bytes.
  case extensionTooLarge(offset: Int64, limit: Int)
  /// A sparse map that no file can have.
  case malformedSparseMap(member: String)
  case tooManyEntries(limit: Int)
  /// Something other than a file, a folder, a link, a pipe or a device, as the engines tell them; the type is the byte in
  /// the header.
  case unsupportedKind(member: String, type: UInt8)
  /// Two entries have one path. Docker's classic store and podman keep what a layer's headers were by their paths, and refuse
  /// it; containerd takes the later one.
  case repeatedPath(member: String)
  /// A path that leads out of the root, is the root and no folder, or hides a whiteout in its folders.
  case unsafePath(member: String)
  /// A path or a link's target of more than `limit` bytes.
  case pathTooLong(member: String, limit: Int)
  /// A whiteout that names nothing, its own folder or the one above.
  case unsafeWhiteout(member: String)
  /// Holes of sparse files that are more than `limit` bytes.
  case holesTooLarge(member: String, limit: Int64)

  // The merged root
  /// A hard link to something that is not there, or to a folder.
  case missingLinkTarget(member: String, target: String)
  /// Names and targets of links that have more than `limit` bytes together.
  case namesTooLarge(limit: Int)
  /// A way to a path with more symbolic links than Linux follows.
  case tooManyLinks(member: String)

  /// Whether it is about the compressed stream; else it is about the plain bytes within.
  package var isAboutStream: Bool {
    switch self {
    case .unsupportedCompression, .truncated, .damaged, .wrongChecksum, .bytesBehindEnd, .windowTooLarge, .tooLarge,
      .tooManyEmptyMembers:
      true
    default: false
    }
  }

  public var failureClass: FailureClass {
    switch self {
    case .unsupportedCompression, .unsupportedKind, .repeatedPath: .unsupported
    case .truncated, .damaged, .wrongChecksum, .bytesBehindEnd, .notATar, .truncatedTar: .integrity
    case .windowTooLarge, .tooLarge, .tooManyEmptyMembers, .malformedHeader, .conflictingHeaders,
      .extensionTooLarge, .malformedSparseMap, .tooManyEntries, .unsafePath, .pathTooLong, .unsafeWhiteout,
      .holesTooLarge, .missingLinkTarget, .namesTooLarge, .tooManyLinks:
      .refused
    }
  }
}
