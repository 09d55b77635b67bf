import BlobTransfer
import EngineClient
import ImageModel

/// What happens while an archive is loaded, in order.
public enum LoadEvent: Sendable {
  /// It is known what the engine lacks.
  case started(LoadStarted)
  /// How much the engine has taken.
  case progress(TransferProgress)
  /// The engine did not take a delta, in its own words; it gets the whole archive.
  case sendsAll(words: String)
}

/// What is about to be sent, and to which engine.
public struct LoadStarted: Sendable, Hashable {
  public let engine: EngineKind
  /// The address of a socket or a machine, or the program that leads there.
  public let place: String
  /// What is sent, in bytes.
  public let size: Int64
  /// The whole archive, in bytes.
  public let wholeSize: Int64
  /// Layers that the engine has and that are not sent.
  public let absent: Int
  /// The platform of which alone images are sent where the archive has others: the engine keeps no more. Nil where none is
  /// left out.
  public let onlyPlatform: Platform?
  /// Which signatures, attestations and the like are not sent: the engine does not keep them.
  public let leftOutReferrers: LeftOutReferrers

  public init(
    engine: EngineKind, place: String, size: Int64, wholeSize: Int64, absent: Int, onlyPlatform: Platform? = nil,
    leftOutReferrers: LeftOutReferrers = .none
  ) {
    self.engine = engine
    self.place = place
    self.size = size
    self.wholeSize = wholeSize
    self.absent = absent
    self.onlyPlatform = onlyPlatform
    self.leftOutReferrers = leftOutReferrers
  }
}

/// Which signatures, attestations and the like an engine is not sent.
public enum LeftOutReferrers: Sendable, Hashable {
  case none, some, all
}

/// An image that was loaded.
public struct LoadedImage: Sendable, Hashable {
  /// Names that engines take.
  public let names: [ImageReference]
  /// What the archive has for names and what names nothing in an engine: a tag alone, as layouts have it.
  public let otherNames: [String]
  /// What engines know it by where it has no name: the digest of its config, or on containerd's store that of what the
  /// archive names; nil for an archive in the format of docker save before 25.
  public let digest: Digest?

  public init(names: [ImageReference], otherNames: [String], digest: Digest?) {
    self.names = names
    self.otherNames = otherNames
    self.digest = digest
  }
}

/// What the engine has after that.
public struct LoadResult: Sendable, Hashable {
  public let engine: EngineKind
  public let place: String
  /// What was sent, in bytes.
  public let size: Int64
  /// The whole archive, in bytes.
  public let wholeSize: Int64
  /// Layers that were not sent, since the engine had them.
  public let absent: Int
  /// In the order of the archive.
  public let images: [LoadedImage]
  /// What the engine said.
  public let words: String
  public let elapsed: Duration

  public init(
    engine: EngineKind, place: String, size: Int64, wholeSize: Int64, absent: Int, images: [LoadedImage], words: String,
    elapsed: Duration
  ) {
    self.engine = engine
    self.place = place
    self.size = size
    self.wholeSize = wholeSize
    self.absent = absent
    self.images = images
    self.words = words
    self.elapsed = elapsed
  }
}
