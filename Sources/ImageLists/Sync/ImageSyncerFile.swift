import ImageModel

/// The files of image-syncer: rules (`source: target`), logins, or both in one (its README, "Configure Files").
enum ImageSyncerFile {
  /// Whether a mapping has a source for each key, and a target or several for each value.
  static func isRules(_ node: YAMLNode) -> Bool {
    guard node.isMapping, !node.entries.isEmpty else { return false }
    return node.entries.allSatisfy { entry in
      guard let key = entry.key.text, !key.lowercased().hasSuffix("image"), key != "images" else { return false }
      switch entry.value.content {
      case .scalar: return isTarget(entry.value)
      case .sequence(let values): return !values.isEmpty && values.allSatisfy(isTarget)
      case .mapping: return false
      }
    }
  }

  /// A target has a registry and a path.
  private static func isTarget(_ node: YAMLNode) -> Bool {
    node.text.map { $0.contains("/") && !$0.contains(" ") && !$0.contains("://") } ?? false
  }

  static func isLogins(_ node: YAMLNode) -> Bool {
    guard node.isMapping, !node.entries.isEmpty else { return false }
    return node.entries.allSatisfy { entry in
      entry.value.isMapping && entry.value["username"] != nil && entry.value["password"] != nil
    }
  }

  static func read(_ root: YAMLNode, _ values: SyncValues) throws(ImageListError) -> SyncList {
    var list = SyncList(kind: .imageSyncer)
    if let images = root["images"], images.isMapping {
      try SyncKeys(kind: .imageSyncer, known: ["auth", "images"]).check(root, in: &list)
      if let logins = root["auth"] { try add(logins: logins, values, to: &list) }
      try add(rules: images, values, to: &list)
    } else if isLogins(root) {
      try add(logins: root, values, to: &list)
    } else {
      try add(rules: root, values, to: &list)
    }
    return list
  }

  private static func add(
    rules: YAMLNode, _ values: SyncValues, to list: inout SyncList
  ) throws(ImageListError) {
    for (key, value) in rules.entries {
      let (source, tags) = try self.source(try values.text(key, of: "images"), line: key.line, values)
      let targets = if case .sequence(let several) = value.content { several } else { [value] }
      for target in targets {
        let text = try ShellVariables.fill(try values.text(target, of: "images"), line: target.line, values.environment)
        list.entries.append(
          try entry(from: source, tags, to: text, line: target.line, place: values.place(key), values))
      }
    }
  }

  /// `repository`, `repository:1,2`, `repository:/expression/`, `repository@digest`.
  private static func source(
    _ text: String, line: Int, _ values: SyncValues
  ) throws(ImageListError) -> (repository: ImageReference, tags: TagChoice) {
    if let range = text.firstRange(of: ":/") {
      let expression = text[range.upperBound...]
      guard expression.hasSuffix("/"), expression.count > 1 else {
        throw ImageListError(.expression(String(expression)), line: line)
      }
      let (repository, tag) = try values.image(String(text[..<range.lowerBound]), line: line)
      guard tag == nil else { throw ImageListError(.repositoryWithTag(text), line: line) }
      let found = try values.expression(String(expression.dropLast()), isAnchored: false, line: line)
      return (repository, .rules([TagRule(allowed: [found])]))
    }
    let (repository, tags) = try listed(text, line: line, values)
    return (repository, tags.isEmpty ? .all : .listed(tags))
  }

  private static func listed(
    _ text: String, line: Int, _ values: SyncValues
  ) throws(ImageListError) -> (repository: ImageReference, tags: [ListedTag]) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let (repository, first) = try values.image(parts[0], line: line)
    guard let first else {
      guard parts.count == 1 else { throw ImageListError(.tag(text), line: line) }
      return (repository, [])
    }
    var tags = [first]
    for part in parts.dropFirst() { tags.append(try ListedTag(reading: part, line: line)) }
    return (repository, tags)
  }

  private static func entry(
    from source: ImageReference, _ tags: TagChoice, to text: String, line: Int, place: Provenance, _ values: SyncValues
  ) throws(ImageListError) -> SyncEntry {
    let (target, names) = try listed(text, line: line, values)
    var entry = SyncEntry(source: .repository(source), tags: tags, target: .repository(target), place: place)
    guard !names.isEmpty else { return entry }
    guard case .listed(var listed) = tags, listed.count == names.count else {
      throw ImageListError(.targetTags(text), line: line)
    }
    for index in listed.indices {
      if let digest = names[index].digest, digest != listed[index].digest {
        throw ImageListError(.targetTags(text), line: line)
      }
      listed[index].targetTag = names[index].tag ?? listed[index].targetTag
    }
    entry.tags = .listed(listed)
    return entry
  }

  private static func add(
    logins: YAMLNode, _ values: SyncValues, to list: inout SyncList
  ) throws(ImageListError) {
    let keys = SyncKeys(kind: .imageSyncer, known: ["username", "password", "insecure"])
    for (key, node) in logins.entries {
      try keys.check(node, in: &list)
      let (registry, path) = try values.location(try values.text(key, of: "auth"), line: key.line)
      var found = SyncRegistry(registry: registry, place: values.place(key))
      found.path = path
      let username = try login("username", of: node, values)
      let password = try login("password", of: node, values)
      if username != nil || password != nil {
        found.login = SyncLogin(username: username ?? "", password: password ?? "")
      }
      if try values.flag(node, "insecure") == true { found.security = .unverified }
      list.registries.append(found)
    }
  }

  /// A value that is nothing but a variable is that variable's. Others stand as they are: a password may hold any sign.
  private static func login(
    _ key: String, of node: YAMLNode, _ values: SyncValues
  ) throws(ImageListError) -> String? {
    guard let text = try values.optionalText(node, key) else { return nil }
    guard let name = ShellVariables.name(in: text) else { return text }
    guard let value = values.environment(name) else {
      // The text is not shown: it may be a password that begins with a dollar sign.
      throw ImageListError(.noLoginValue(key: key), line: node[key]?.line ?? node.line)
    }
    return value
  }
}

/// Variables as Go's `os.ExpandEnv` fills them in: `$NAME` and `${NAME}`. One without a value is an error here.
enum ShellVariables {
  /// The variable that a text is, with nothing around it.
  static func name(in text: String) -> String? {
    guard text.hasPrefix("$") else { return nil }
    var name = text.dropFirst()
    if name.hasPrefix("{"), name.hasSuffix("}") { name = name.dropFirst().dropLast() }
    guard let first = name.first, !first.isNumber, name.allSatisfy(ComposeVariables.isNamePart) else { return nil }
    return String(name)
  }

  static func fill(
    _ text: String, line: Int, _ environment: (String) -> String?
  ) throws(ImageListError) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      var behind = rest[dollar...].dropFirst()
      let name: Substring
      if behind.first == "{", let end = behind.firstIndex(of: "}") {
        name = behind[..<end].dropFirst()
        behind = behind[end...].dropFirst()
      } else {
        name = behind.prefix(while: ComposeVariables.isNamePart)
        behind = behind.dropFirst(name.count)
      }
      guard !name.isEmpty, name.allSatisfy(ComposeVariables.isNamePart) else {
        throw ImageListError(.malformedVariable(text), line: line)
      }
      guard let value = environment(String(name)) else {
        throw ImageListError(.noValue(variable: String(name)), line: line)
      }
      result += value
      rest = behind
    }
    return result + rest
  }
}
