import ImageArchive
import ImageLayers
import ImageModel

/// What `dray verify` finds in an archive.
public enum ArchiveFinding: Sendable, Hashable {
  case structure(StructureFinding)
  /// The bytes are not those of the digest that names them.
  case wrongDigest(name: String, expected: Digest, found: Digest)
  /// The layer without compression is not the one that the config lists.
  case wrongDiffID(name: String, expected: Digest, found: Digest)
  /// The layer cannot be decompressed.
  case damagedLayer(name: String, LayerError)
  /// The layer has its digest, and engines do not unpack what is in it.
  case unusableLayer(name: String, LayerError)
  /// The layer has its digest; what is in it was not looked at.
  case unreadLayer(name: String, UnreadLayer)
  /// The file has become another one, or shorter, while it was read.
  case changed(name: String)
  /// The layer is compressed in another way than its manifest says.
  case otherCompression(name: String, says: MediaType, is: Compression)
  /// A layer in zstd, which Docker before version 23 cannot load.
  case zstd(name: String)

  /// Whether the archive is all right with it.
  public var isRemark: Bool {
    switch self {
    case .structure(let finding): finding.isRemark
    case .otherCompression, .zstd, .unreadLayer: true
    case .wrongDigest, .wrongDiffID, .damagedLayer, .unusableLayer, .changed: false
    }
  }

  /// Whether bytes of the archive are not what they should be.
  package var isDamage: Bool {
    switch self {
    // What cannot be checked is not served, and says nothing of the rest.
    case .structure(.fault(.unknownDigest)): false
    case .structure(.fault), .wrongDigest, .wrongDiffID, .damagedLayer, .changed: true
    case .structure, .unusableLayer, .unreadLayer, .otherCompression, .zstd: false
    }
  }
}

/// What came of a verification.
public struct ArchiveVerification: Sendable {
  /// In the order of the archive: its structure first, then its contents.
  public let findings: [ArchiveFinding]
  public let images: Int
  /// Contents that were read.
  public let contents: Int
  /// Bytes that were read.
  public let bytes: Int64
  public let elapsed: Duration

  public init(findings: [ArchiveFinding], images: Int, contents: Int, bytes: Int64, elapsed: Duration) {
    self.findings = findings
    self.images = images
    self.contents = contents
    self.bytes = bytes
    self.elapsed = elapsed
  }

  /// How many findings make the archive unfit.
  public var faults: Int { findings.count { !$0.isRemark } }
  /// How many findings are worth knowing and no fault.
  public var remarks: Int { findings.count { $0.isRemark } }
}
