import ImageModel

/// The file name of an archive that was given none: `nginx_1.21.4.tar`; and longer ones, where another image's archive has
/// that.
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
    file([path(of: reference).last ?? ""], of: reference, marks: marks(platform, host: host), isDelta: isDelta)
  }

  /// The names that an archive may have, the shortest first: with the last part of the repository, with all of it, with the
  /// registry too, and at last with a digest of everything, so that no two images share that one.
  ///
  /// - Parameters:
  ///   - marks: what stands behind the tag, such as platforms.
  ///   - name: the name after loading, where it is not the reference's own.
  package static func alternatives(
    for reference: ImageReference, marks: [String], isDelta: Bool, name: ImageReference?
  ) -> [String] {
    let path = path(of: reference)
    let all = [reference.qualifiedName, reference.digest?.description ?? "", name?.qualifiedName ?? ""] + marks
    let digest = String(Digest.hash(Array(all.joined(separator: " ").utf8)).hexadecimal.prefix(12))
    var names: [String] = []
    let short = Array(path.suffix(1))
    for (parts, marks) in [
      (short, marks), (path, marks), (["\(reference.registry)"] + path, marks), (short, marks + [digest]),
    ] {
      let name = file(parts, of: reference, marks: marks, isDelta: isDelta)
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  private static func path(of reference: ImageReference) -> [String] {
    reference.repository.split(separator: "/").map(String.init)
  }

  package static func marks(_ platform: Platform?, host: Platform = .host) -> [String] {
    platform.flatMap { $0 == host ? nil : [mark(of: $0)] } ?? []
  }

  package static func marks(_ platforms: [Platform]?) -> [String] {
    platforms.map { $0.map(mark) } ?? ["all-platforms"]
  }

  private static func mark(of platform: Platform) -> String {
    "\(platform)".split(separator: "/").joined(separator: "-")
  }

  /// - Parameter path: what stands before the tag.
  private static func file(
    _ path: [String], of reference: ImageReference, marks: [String], isDelta: Bool
  ) -> String {
    var parts = path
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

  private static func isAllowed(_ byte: UInt8) -> Bool { byte.isLetterOrDigit || "._-".utf8.contains(byte) }

  /// Whether Windows takes a file of this name for a device: it looks at what stands before the first dot.
  private static func isDevice(_ stem: String) -> Bool {
    let base = (stem.split(separator: ".").first ?? "").lowercased()
    if ["con", "prn", "aux", "nul"].contains(base) { return true }
    return base.count == 4 && (base.hasPrefix("com") || base.hasPrefix("lpt")) && base.last?.isNumber == true
  }
}
