import ArgumentParser
import DrayMessages
import ImageLayers
import ImageModel

/// How much an image may ask of the disk, as it is typed.
struct RootLimitOptions: ParsableArguments {
  @Option(
    name: .customLong("max-size"), help: .init(UnpackHelp.maxSize, valueName: "size"))
  var maxSize: String?

  @Option(
    name: .customLong("max-entries"),
    help: .init(UnpackHelp.maxEntries, valueName: "n"))
  var maxEntries: String?

  /// - Throws: ``RootUsageError/size(_:)``; ``UsageError``.
  func limits() throws -> UnpackLimits {
    var limits = UnpackLimits.standard
    if let maxSize { limits.bytes = try Self.bytes(maxSize) }
    if let entries = try OptionNumber.read(maxEntries, "--max-entries", 1...999_999_999) { limits.entries = entries }
    return limits
  }

  private static func bytes(_ text: String) throws(RootUsageError) -> Int64 {
    guard let bytes = ByteSize.read(text), bytes > 0 else { throw .size(text) }
    return bytes
  }
}
