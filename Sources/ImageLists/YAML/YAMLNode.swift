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
  /// Counts from 1.
  let line: Int

  init(_ content: Content, line: Int) {
    self.content = content
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

  /// The value of a key: the mapping's own, or one of those that it merges.
  subscript(key: String) -> YAMLNode? { value(of: key, depth: 0) }

  private func value(of key: String, depth: Int) -> YAMLNode? {
    if let own = entries.first(where: { $0.key.text == key }) { return own.value }
    guard depth < 16, let merged = entries.first(where: { $0.key.text == "<<" })?.value else { return nil }
    if case .sequence(let others) = merged.content {
      for other in others {
        if let value = other.value(of: key, depth: depth + 1) { return value }
      }
      return nil
    }
    return merged.value(of: key, depth: depth + 1)
  }
}
