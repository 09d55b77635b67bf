import ImageModel

/// Reads the values that files for syncing have in common.
struct SyncValues {
  let path: String
  let environment: (String) -> String?
  let file: (String) -> String?

  func place(_ node: YAMLNode) -> Provenance { .file(path: path, line: node.line) }

  /// The text of a value.
  func text(_ node: YAMLNode, of key: String) throws(ImageListError) -> String {
    guard let text = node.text else { throw ImageListError(.unexpectedValue(key: key), line: node.line) }
    return text
  }

  /// Nil where the key is not there, or has no value.
  func optionalText(_ node: YAMLNode, _ key: String) throws(ImageListError) -> String? {
    guard let value = node[key], !value.isNothing else { return nil }
    let text = try text(value, of: key)
    return text.isEmpty ? nil : text
  }

  func flag(_ node: YAMLNode, _ key: String) throws(ImageListError) -> Bool? {
    guard let value = node[key], !value.isNothing else { return nil }
    switch value.text {
    case "true", "True", "TRUE", "yes", "on": return true
    case "false", "False", "FALSE", "no", "off": return false
    default: throw ImageListError(.unexpectedValue(key: key), line: value.line)
    }
  }

  /// The values of a sequence; none where the key is not there.
  func list(_ node: YAMLNode, _ key: String) throws(ImageListError) -> [YAMLNode] {
    guard let value = node[key], !value.isNothing else { return [] }
    guard case .sequence(let values) = value.content else {
      throw ImageListError(.unexpectedValue(key: key), line: value.line)
    }
    return values
  }

  func expression(
    _ text: String, isAnchored: Bool, line: Int
  ) throws(ImageListError) -> NameExpression {
    do { return try NameExpression(text, isAnchored: isAnchored) } catch {
      throw ImageListError(.expression(text), line: line)
    }
  }

  func versions(
    _ text: String, _ dialect: VersionRange.Dialect, line: Int
  ) throws(ImageListError) -> VersionRange {
    guard let range = VersionRange(parsing: text, dialect) else {
      throw ImageListError(.versionRange(text), line: line)
    }
    return range
  }

  func registry(_ text: String, line: Int) throws(ImageListError) -> RegistryName {
    do { return try RegistryName(parsing: text) } catch { throw ImageListError(.name(error), line: line) }
  }

  /// A repository, and the tag and digest that its name has.
  func image(_ text: String, line: Int) throws(ImageListError) -> (repository: ImageReference, tag: ListedTag?) {
    do {
      let reference = try ImageReference(parsing: text)
      let repository = try reference.with(tag: nil).with(digest: nil)
      let hasTag = YAMLImages.hasTag(text.split(separator: "@").first.map(String.init) ?? text)
      guard hasTag || reference.digest != nil else { return (repository, nil) }
      return (repository, ListedTag(tag: hasTag ? reference.tag : nil, digest: reference.digest))
    } catch {
      throw ImageListError(.name(error), line: line)
    }
  }

  /// A registry or a path in one, as image-syncer's logins and regsync's targets have it.
  func location(_ text: String, line: Int) throws(ImageListError) -> (registry: RegistryName, path: String) {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard let host = parts.first else { throw ImageListError(.unexpectedValue(key: text), line: line) }
    let registry = try registry(host, line: line)
    guard parts.count > 1 else { return (registry, "") }
    do { return (registry, try ImageReference(registry: registry, repository: parts[1]).repository) } catch {
      throw ImageListError(.name(error), line: line)
    }
  }
}

extension YAMLNode {
  var isMapping: Bool { if case .mapping = content { true } else { false } }
  var isSequence: Bool { if case .sequence = content { true } else { false } }
  /// A key with nothing behind it.
  var isNothing: Bool { if case .scalar = content { text == nil } else { false } }
}

/// The keys that a mapping of a file may have.
struct SyncKeys {
  let kind: SyncTool
  var known: Set<String>
  /// Those that make no difference to what one run copies.
  var passedOver: Set<String> = []
  /// Those that would make a difference, and that dray does not carry out.
  var unsupported: Set<String> = []

  /// Checks a mapping's own keys. A key that says nothing, or no, asks for nothing.
  func check(_ node: YAMLNode, in list: inout SyncList) throws(ImageListError) {
    guard node.isMapping || node.isNothing else {
      throw ImageListError(.unexpectedValue(key: nil), line: node.line)
    }
    for (keyNode, value) in node.entries {
      guard let key = keyNode.text else { throw ImageListError(.unexpectedValue(key: nil), line: keyNode.line) }
      guard !known.contains(key), !key.hasPrefix("x-"), key != "<<" else { continue }
      if passedOver.contains(key) {
        list.passedOver.append(.init(key: key, line: keyNode.line))
      } else if !unsupported.contains(key) {
        throw ImageListError(.unknownKey(key, kind), line: keyNode.line)
      } else if value.saysSomething {
        throw ImageListError(.unsupportedKey(key, kind), line: keyNode.line)
      }
    }
  }
}

extension YAMLNode {
  fileprivate var saysSomething: Bool {
    switch content {
    case .scalar: !["", "false", "0"].contains(text ?? "")
    case .sequence(let values): !values.isEmpty
    case .mapping(let entries): !entries.isEmpty
    }
  }
}
