import EngineClient

/// What happens while an archive is loaded, in order.
public enum LoadEvent: Sendable {
  /// It is known what the engine lacks.
  case started(LoadStarted)
  /// How much the engine has taken.
  case progress(PullProgress)
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

  public init(engine: EngineKind, place: String, size: Int64, wholeSize: Int64, absent: Int) {
    self.engine = engine
    self.place = place
    self.size = size
    self.wholeSize = wholeSize
    self.absent = absent
  }
}

/// What the engine has after that.
public struct LoadResult: Sendable, Hashable {
  public let engine: EngineKind
  public let place: String
  /// What was sent, in bytes.
  public let size: Int64
  /// The names of the images in the archive.
  public let images: [String]
  /// What the engine said.
  public let words: String
  public let elapsed: Duration

  public init(
    engine: EngineKind, place: String, size: Int64, images: [String], words: String, elapsed: Duration
  ) {
    self.engine = engine
    self.place = place
    self.size = size
    self.images = images
    self.words = words
    self.elapsed = elapsed
  }
}
