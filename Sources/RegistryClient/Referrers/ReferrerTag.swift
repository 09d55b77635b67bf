import ImageModel

/// The tags that stand for what refers to an image, where a registry has no list of that.
package enum ReferrerTag {
  /// The distribution specification's own tag, for an index of referrers ("Referrers Tag Schema").
  package static func schema(_ subject: Digest) -> String {
    // At most 32 characters of the algorithm and 64 of the digits.
    String("\(subject.algorithm.rawValue)".prefix(32)) + "-" + String(subject.hexadecimal.prefix(64))
  }

  /// The tags under which cosign keeps a signature, attestations and a list of contents.
  package static func cosign(_ subject: Digest) -> [String] {
    suffixes.map { "\(subject.algorithm.rawValue)-\(subject.hexadecimal)\($0)" }
  }

  private static let suffixes = [".sig", ".att", ".sbom"]

  /// Whether a tag is one of these, of whatever image.
  package static func isReferrer(_ tag: String) -> Bool {
    let stem = suffixes.first { tag.hasSuffix($0) }.map { tag.dropLast($0.count) } ?? tag[...]
    let parts = stem.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, ["sha256", "sha512"].contains(parts[0]), parts[1].utf8.count >= 64 else { return false }
    return parts[1].utf8.allSatisfy { $0.isDigit || (0x61...0x66).contains($0) }
  }
}
