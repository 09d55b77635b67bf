/// How much an image may ask of the disk. What one layer may ask beside that, ``LayerLimits`` says.
public struct UnpackLimits: Sendable, Hashable {
  /// The most bytes of all files together. What a later layer replaces counts too, and holes do not.
  public var bytes: Int64 = 1 << 40
  /// The most entries of all layers together.
  public var entries = 5_000_000

  public init() {}

  public static let standard = UnpackLimits()
}
