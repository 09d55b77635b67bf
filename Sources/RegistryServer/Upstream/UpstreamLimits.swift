/// What the server does at most for those who ask it for what registries have.
public struct UpstreamLimits: Sendable, Hashable {
  /// Downloads at the same time.
  public var downloads = 32
  /// Downloads of one client at the same time.
  public var downloadsPerClient = 6
  /// Images that are looked up at registries in a minute.
  public var lookups = 600
  /// The same, for one client.
  public var lookupsPerClient = 60
  /// Bytes that are fetched ahead for all downloads together; besides, each download may hold one piece of 1 MiB.
  public var memory: Int64 = 64 << 20

  public init() {}
}
