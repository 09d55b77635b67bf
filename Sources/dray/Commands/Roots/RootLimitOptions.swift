import ArgumentParser
import ImageLayers

/// How much an image may ask of the disk, as it is typed.
struct RootLimitOptions: ParsableArguments {
  @Option(
    name: .customLong("max-size"), help: .init(stringLiteral: RootHelp.maxSize.text(Help.language), valueName: "size"))
  var maxSize: String?

  @Option(
    name: .customLong("max-entries"),
    help: .init(stringLiteral: RootHelp.maxEntries.text(Help.language), valueName: "n"))
  var maxEntries: String?

  /// - Throws: ``RootUsageError/size(_:)``; ``UsageError``.
  func limits() throws -> UnpackLimits {
    var limits = UnpackLimits.standard
    if let maxSize { limits.bytes = try Self.bytes(maxSize) }
    if let entries = try OptionNumber.read(maxEntries, "--max-entries", 1...999_999_999) { limits.entries = entries }
    return limits
  }

  /// A whole number of bytes, or of K, M, G or T (1,024 of one another).
  private static func bytes(_ text: String) throws(RootUsageError) -> Int64 {
    let units: [Character: Int64] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40]
    let unit = text.last.flatMap { units[Character($0.lowercased())] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits), number > 0,
      case (let bytes, let overflow) = number.multipliedReportingOverflow(by: unit ?? 1), !overflow
    else { throw .size(text) }
    return bytes
  }
}
