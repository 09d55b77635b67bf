import ImageModel

/// An image as a list names it.
public struct ListedImage: Sendable, Hashable {
  /// The name as it stands there, its variables filled in. It need not be one.
  public let name: String
  /// Counts from 1.
  public let line: Int
  /// The platforms that the list asks for; empty where it does not say.
  public var platforms: [Platform] = []
  /// Whether the list asks for all platforms of the image.
  public var wantsAllPlatforms = false
  /// The name that the image is to have after loading, as it stands there.
  public var loadedName: String?

  public init(name: String, line: Int) {
    self.name = name
    self.line = line
  }
}
