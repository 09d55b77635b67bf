/// A value of a YAML document. An anchor's value is one node, however often it is referred to, so that a walk that visits
/// each node once ends soon.
final class YAMLNode {
  enum Content {
    /// `isPlain`: without quotes, so that it may be a number or nothing.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  var content: Content
  /// How deep values are nested in it, itself counted; 0 as long as its end has not come.
  var height: Int
  /// Counts from 1.
  let line: Int
  /// Where a scalar stands in the text; nil for one of several lines, and for anything else.
  var place: ScalarPlace?

  init(_ content: Content, line: Int) {
    self.content = content
    if case .scalar = content { height = 1 } else { height = 0 }
    self.line = line
  }

  /// The text of a scalar; nil for anything else, and for nothing.
  var text: String? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    return isPlain && ["", "~", "null", "Null", "NULL"].contains(text) ? nil : text
  }

  /// The entries of a mapping, without those that it merges (`<<`).
  var entries: [(key: YAMLNode, value: YAMLNode)] {
    if case .mapping(let entries) = content { entries } else { [] }
  }

  /// The most mappings that are looked through for one value. Files that people write merge a few.
  private static let mergeLimit = 256
  /// The longest key that is looked up, in bytes.
  private static let keyLimit = 64

  /// The values of short keys: of two with one key the first.
  private lazy var values = Dictionary(
    entries.compactMap { entry in entry.key.text.flatMap { $0.utf8.count <= Self.keyLimit ? ($0, entry.value) : nil } }
  ) { first, _ in first }

  /// The value of a key: the mapping's own, or one of those that it merges, in their order. Each is looked through once,
  /// however many merge it.
  subscript(key: String) -> YAMLNode? {
    var visited: Set<ObjectIdentifier> = []
    var pending = [self]
    while visited.count < Self.mergeLimit, let node = pending.popLast() {
      guard visited.insert(ObjectIdentifier(node)).inserted else { continue }
      if let own = node.values[key] { return own }
      guard let merged = node.values["<<"] else { continue }
      if case .sequence(let others) = merged.content {
        pending += others.prefix(Self.mergeLimit).reversed()
      } else {
        pending.append(merged)
      }
    }
    return nil
  }
}
