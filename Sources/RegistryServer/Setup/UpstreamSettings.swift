import HTTPAccess
import ImageCopy
import ImageModel

/// What a server may ask of registries for others, and how.
public struct UpstreamSettings: Sendable {
  public var rule: UpstreamRule
  /// How registries are reached. The logins are the server's own.
  public var access: RegistryAccess
  public var limits = UpstreamLimits()
  /// The file that keeps which image a tag stands for; nil to keep it in memory alone.
  public var pinFile: String?
  /// Whether the server starts without that file where it cannot be read.
  public var canLackPins = false
  /// The folder that keeps what registries gave, and its size in bytes; nil to keep nothing.
  public var cache: (folder: String, size: Int64)?
  /// What is on the disk which is served: no registry is asked for its blobs, and archives are made of it where none gives them.
  package var onDisk: @Sendable () -> ServedContents = { ServedContents() }
  /// What takes images from clients, of which archives are made as well; nil where nothing does.
  public var pushed: PushHandler?
  /// Words for errors.
  public var words: ErrorWords

  public init(_ rule: UpstreamRule, access: RegistryAccess, words: @escaping ErrorWords) {
    self.rule = rule
    self.access = access
    self.words = words
  }
}

/// What the operator is told of registries and of those who ask for their images.
public enum UpstreamEvent: Sendable {
  /// Which image a tag stands for is not kept over a restart.
  case pinsNotWritten(path: String, detail: String)
  /// Something could not be kept in the cache, or what is in it was given since the registry failed.
  case cache(any Error)
  /// An archive was cut short.
  case archiveCut(images: [String], any Error)
}

/// Why a server with these upstreams does not start.
public enum UpstreamError: ClassifiedError, Hashable {
  /// Every registry may be asked, and a proxy looks their names up: nothing would keep private networks out.
  case openThroughProxy
  /// The file with what tags stand for cannot be read.
  case pinFile(path: String, detail: String)

  public var failureClass: FailureClass {
    switch self {
    case .openThroughProxy: .usage
    case .pinFile: .localIO
    }
  }
}
