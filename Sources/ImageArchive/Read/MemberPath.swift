/// The name of a member as a key: without dots and slashes that mean nothing. It is never used as a path.
///
/// It is kept in bytes. As texts, names could be equal that are not, and Swift takes quadratic time to hash a long text of
/// combining marks.
struct MemberPath: Sendable, Hashable {
  /// The longest name that is kept, in bytes. Names in use stay below 150.
  static let limit = 1_024

  private let bytes: [UInt8]

  /// Nil where the name is empty, too long, absolute, leads out of the archive or is no text.
  ///
  /// - Parameter link: the name of the link that is followed, where the name is relative to its folder.
  init?(_ name: some Collection<UInt8>, from link: MemberPath? = nil) {
    guard !name.isEmpty, name.count <= Self.limit, name.first != UInt8(ascii: "/"), !name.contains(0),
      String(validating: name, as: UTF8.self) != nil
    else { return nil }
    var parts = link.map { Array($0.parts.dropLast()) } ?? []
    for part in name.split(separator: UInt8(ascii: "/")) {
      switch Array(part) {
      case Self.here: continue
      case Self.above:
        guard link != nil, parts.popLast() != nil else { return nil }
      case let name: parts.append(name)
      }
    }
    guard !parts.isEmpty else { return nil }
    bytes = Array(parts.joined(separator: [UInt8(ascii: "/")]))
  }

  init?(_ name: String) {
    self.init(Array(name.utf8))
  }

  private static let here = Array(".".utf8)
  private static let above = Array("..".utf8)

  private var parts: [[UInt8]] { bytes.split(separator: UInt8(ascii: "/")).map(Array.init) }

  /// The nearest names that it stands below, the nearest first; no more than `limit`.
  func parents(limit: Int) -> [MemberPath] {
    var parents: [MemberPath] = []
    var rest = bytes[...]
    while parents.count < limit, let slash = rest.lastIndex(of: UInt8(ascii: "/")) {
      rest = rest[..<slash]
      parents.append(MemberPath(normal: Array(rest)))
    }
    return parents
  }

  private init(normal bytes: [UInt8]) {
    self.bytes = bytes
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// What the name means in an image layout; nil where it means nothing there.
  var layoutName: MemberName? { MemberName(bytes) }
}
