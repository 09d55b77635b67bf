/// Which image of an index runs on a platform.
extension Platform {
  /// The entry of an index that fits a platform best; nil where none fits.
  ///
  /// Variants fall back as in containerd, never to another architecture. Of equal entries the first wins. An
  /// attestation is never chosen, and an artifact only if it names a platform and nothing else fits. An entry without a
  /// platform is chosen only if it is the only one of its kind and nothing fits.
  public static func choose(from entries: [Descriptor], wanted: Platform) -> Descriptor? {
    let images = entries.filter { !$0.isOtherThanImage }
    if let best = wanted.best(among: images.map(\.platform)) { return images[best] }
    let artifacts = entries.filter { $0.isOtherThanImage && !$0.isAttestation && $0.platform != nil }
    return wanted.best(among: artifacts.map(\.platform)).map { artifacts[$0] }
  }

  /// Which of these runs best here, as ``choose(from:wanted:)`` has it: its index; nil where none does.
  public func best(among offered: [Platform?]) -> Int? {
    // An image that needs features which nobody asked for (EROFS, old Nydus) comes after all others.
    for isPlain in [true, false] {
      for candidate in fallbacks {
        let match = offered.firstIndex { $0.map { candidate.accepts($0) && has(featuresOf: $0) == isPlain } ?? false }
        if let match { return match }
      }
    }
    let unnamed = offered.indices.filter { offered[$0] == nil }
    return unnamed.count == 1 ? unnamed[0] : nil
  }

  /// The platforms that an index has images for, each once whatever the system's version, in its order.
  public static func available(in entries: [Descriptor]) -> [Platform] {
    distinct(entries.filter { !$0.isOtherThanImage }.map(\.platform))
  }

  /// The same of platforms, of which some may be unknown.
  public static func distinct(_ platforms: [Platform?]) -> [Platform] {
    var seen: Set<String> = []
    return platforms.compactMap(\.self).filter { seen.insert("\($0)").inserted }
  }

  /// The platforms whose images run here, the best first: this one, then those of lower variants.
  public var fallbacks: [Platform] {
    let variants: [String?] =
      switch architecture {
      case "amd64": Self.descending(variant, prefix: "v", from: 2) + [nil]
      case "arm": Self.descending(variant, prefix: "v", from: 5)
      case "arm64": arm64Variants
      default: []
      }
    let lower = variants.filter { $0 != variant }
    return [self]
      + lower.map {
        Platform(os: os, architecture: architecture, variant: $0, osVersion: osVersion, osFeatures: osFeatures)
      }
  }

  /// Whether an image for `offered` is an image for exactly this platform. The version of the system counts only
  /// where this platform names one.
  private func accepts(_ offered: Platform) -> Bool {
    offered.os == os && offered.architecture == architecture && offered.variant == variant
      && (osVersion == nil || offered.osVersion == osVersion)
  }

  /// Whether this platform has the features that an image needs. Those of Windows (`win32k`) every Windows has.
  private func has(featuresOf offered: Platform) -> Bool {
    os == "windows" || offered.osFeatures.allSatisfy(osFeatures.contains)
  }

  /// Armv9.n contains Armv8.(n+5), and each minor version the ones before it.
  private var arm64Variants: [String?] {
    guard let variant else { return [nil] }
    let parts = variant.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    guard variant.hasPrefix("v"), let major = parts.first.flatMap({ Int($0) }), parts.count <= 2,
      let minor = parts.count == 2 ? Int(parts[1]) : 0, (0...9).contains(minor)
    else { return [nil] }
    let eights = { (minor: Int) in Self.descending("v8.\(minor)", prefix: "v8.", from: 1) + [nil] }
    return switch major {
    case 8: eights(minor)
    case 9: Self.descending("v9.\(minor)", prefix: "v9.", from: 1) + ["v9"] + eights(min(minor + 5, 9))
    default: [nil]
    }
  }

  /// `v7`, `v6`, `v5` for `v7`: the variant and the lower ones, if it is a small number behind the prefix.
  private static func descending(_ variant: String?, prefix: String, from lowest: Int) -> [String?] {
    guard let variant, variant.hasPrefix(prefix), let number = Int(variant.dropFirst(prefix.count)),
      number >= lowest, number <= 99
    else { return [] }
    return (lowest...number).reversed().map { "\(prefix)\($0)" }
  }
}
