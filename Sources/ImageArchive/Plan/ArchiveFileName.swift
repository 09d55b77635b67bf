import ImageModel

/// The file name of an archive that was given none: `nginx_1.21.4.tar`.
public enum ArchiveFileName {
  /// The longest name without its ending, in bytes. Most file systems allow 255; the unfinished file and its journal
  /// have longer endings.
  private static let stemLimit = 200

  /// Made of the last part of the repository, then the tag or the start of the digest, then the platform if it is not
  /// the machine's own. Only letters, digits, `.`, `_` and `-` occur in it, the first is a letter, a digit or `_`, and
  /// it is not a name that Windows keeps for devices.
  ///
  /// - Parameter isDelta: `nginx_1.21.4.delta.tar`, which does not take the place of the whole one.
  public static func standard(
    for reference: ImageReference, platform: Platform? = nil, isDelta: Bool = false, host: Platform = .host
  ) -> String {
    standard(for: reference, marks: platform.flatMap { $0 == host ? nil : [mark(of: $0)] } ?? [], isDelta: isDelta)
  }

  /// The name of an archive of several platforms.
  ///
  /// - Parameter platforms: nil for all that there are.
  public static func standard(
    for reference: ImageReference, platforms: [Platform]?, isDelta: Bool = false
  ) -> String {
    standard(for: reference, marks: platforms.map { $0.map(mark) } ?? ["all-platforms"], isDelta: isDelta)
  }

  private static func mark(of platform: Platform) -> String {
    "\(platform)".split(separator: "/").joined(separator: "-")
  }

  private static func standard(for reference: ImageReference, marks: [String], isDelta: Bool) -> String {
    var parts = [reference.repository.split(separator: "/").last.map(String.init) ?? ""]
    if let tag = reference.tag {
      parts.append(tag)
    } else if let digest = reference.digest {
      parts.append("\(digest.algorithm.rawValue)-\(digest.hexadecimal.prefix(12))")
    }
    parts += marks
    return safe(parts.joined(separator: "_")) + (isDelta ? ".delta.tar" : ".tar")
  }

  private static func safe(_ text: String) -> String {
    var stem = String(decoding: text.utf8.map { isAllowed($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    if stem.isEmpty || stem.hasPrefix(".") || stem.hasPrefix("-") || isDevice(stem) { stem = "_" + stem }
    guard stem.utf8.count > stemLimit else { return stem }
    let mark = "-" + Digest.hash(Array(text.utf8)).hexadecimal.prefix(12)
    return stem.prefix(stemLimit - mark.utf8.count) + mark
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Whether Windows takes a file of this name for a device: it looks at what stands before the first dot.
  private static func isDevice(_ stem: String) -> Bool {
    let base = (stem.split(separator: ".").first ?? "").lowercased()
    if ["con", "prn", "aux", "nul"].contains(base) { return true }
    return base.count == 4 && (base.hasPrefix("com") || base.hasPrefix("lpt")) && base.last?.isNumber == true
  }
}
