/// Something in a file that may be an image, and is not read as one.
public struct PassedOverImage: Sendable, Hashable {
  public enum Reason: Sendable, Hashable {
    /// A value of a key such as `sidecarImage`, which only the program that reads the file understands.
    case key(String)
    /// An `image` that is no name and has no `repository`.
    case unclear
    /// An `image` with a `repository`, and without the `tag` that the chart fills in.
    case noTag(repository: String)
  }

  public let reason: Reason
  /// Counts from 1.
  public let line: Int

  public init(reason: Reason, line: Int) {
    self.reason = reason
    self.line = line
  }
}
