import ImageModel

/// The configuration of regsync (regclient.org/usage/regsync), as far as one run of it goes. Of Go's templates it knows
/// `{{env "NAME"}}` and `{{file "PATH"}}`.
enum RegsyncFile {
  private static let rootKeys = SyncKeys(kind: .regsync, known: ["version", "creds", "defaults", "sync"])

  /// What both the defaults and an entry may have.
  private static let settings: Set<String> = ["referrers", "digestTags"]
  /// When it runs, and how fast: `dray` runs once, and finds its own pace.
  private static let passedOver: Set<String> = [
    "interval", "schedule", "ratelimit", "fastCheck", "forceRecursive", "includeExternal", "referrerSlow", "parallel",
    "cacheCount", "cacheTime", "blobLimit", "userAgent",
  ]
  private static let unsupported: Set<String> = [
    "backup", "hooks", "mediaTypes", "referrerFilters", "referrerSource", "referrerTarget", "skipDockerConfig",
  ]

  static func read(_ root: YAMLNode, _ values: SyncValues) throws(ImageListError) -> SyncList {
    var list = SyncList(kind: .regsync)
    try rootKeys.check(root, in: &list)
    if let version = root["version"], let text = version.text, text != "1" {
      throw ImageListError(.unsupportedKey("version: \(text)", .regsync), line: version.line)
    }
    for login in try values.list(root, "creds") { try add(login: login, values, to: &list) }
    let defaults = root["defaults"]
    if let defaults {
      try SyncKeys(kind: .regsync, known: settings, passedOver: passedOver, unsupported: unsupported)
        .check(defaults, in: &list)
    }
    let keys = SyncKeys(
      kind: .regsync,
      known: settings.union(["source", "target", "type", "tags", "tagSets", "repos", "platform", "platforms"]),
      passedOver: passedOver, unsupported: unsupported)
    for entry in try values.list(root, "sync") {
      try keys.check(entry, in: &list)
      list.entries.append(try self.entry(entry, defaults, values, in: &list))
    }
    return list
  }

  private static func entry(
    _ node: YAMLNode, _ defaults: YAMLNode?, _ values: SyncValues, in list: inout SyncList
  ) throws(ImageListError) -> SyncEntry {
    let source = try place("source", of: node, values)
    let target = try place("target", of: node, values)
    let type = try values.optionalText(node, "type") ?? ""
    let place = values.place(node)
    var entry: SyncEntry
    switch type {
    case "registry":
      let (registry, path) = try values.location(source.text, line: source.line)
      guard path.isEmpty else { throw ImageListError(.unexpectedValue(key: "source"), line: source.line) }
      let (targetRegistry, targetPath) = try values.location(target.text, line: target.line)
      entry = SyncEntry(
        source: .registry(registry, try rule(node["repos"], values, in: &list)),
        tags: try tags(of: node, values, &list),
        target: .registry(targetRegistry, path: targetPath), place: place)
    case "repository":
      entry = SyncEntry(
        source: .repository(try repository(source, values)), tags: try tags(of: node, values, &list),
        target: .repository(try repository(target, values)), place: place)
    case "image":
      let image = try values.image(source.text, line: source.line)
      let copy = try values.image(target.text, line: target.line)
      guard copy.tag?.digest == nil else { throw ImageListError(.unexpectedValue(key: "target"), line: target.line) }
      // Without a tag a name means `latest`, here as there.
      var tag = image.tag ?? ListedTag(tag: "latest")
      tag.targetTag = copy.tag?.tag ?? "latest"
      entry = SyncEntry(
        source: .repository(image.repository), tags: .listed([tag]), target: .repository(copy.repository), place: place)
    default: throw ImageListError(.syncType(type), line: node["type"]?.line ?? node.line)
    }
    entry.platforms = try platforms(of: node, values)
    // Tags that name a digest are how cosign keeps signatures.
    for key in settings.sorted() {
      var flag = try values.flag(node, key)
      if flag == nil, let defaults { flag = try values.flag(defaults, key) }
      if let flag { entry.bringsReferrers = flag || entry.bringsReferrers == true }
    }
    return entry
  }

  private static func place(
    _ key: String, of node: YAMLNode, _ values: SyncValues
  ) throws(ImageListError) -> (text: String, line: Int) {
    guard let value = node[key] else { throw ImageListError(.missingKey(key), line: node.line) }
    let text = try RegsyncTemplate.fill(try values.text(value, of: key), of: key, line: value.line, values)
    guard !text.hasPrefix("ocidir://"), !text.hasPrefix("ocifile://") else {
      throw ImageListError(.unsupportedKey("\(key): ocidir://", .regsync), line: value.line)
    }
    return (text, value.line)
  }

  private static func repository(
    _ place: (text: String, line: Int), _ values: SyncValues
  ) throws(ImageListError) -> ImageReference {
    let (repository, tag) = try values.image(place.text, line: place.line)
    guard tag == nil else { throw ImageListError(.repositoryWithTag(place.text), line: place.line) }
    return repository
  }

  private static func tags(
    of node: YAMLNode, _ values: SyncValues, _ list: inout SyncList
  ) throws(ImageListError) -> TagChoice {
    var rules: [TagRule] = []
    for set in try values.list(node, "tagSets") { rules.append(try rule(set, values, in: &list)) }
    let own = try rule(node["tags"], values, in: &list)
    if own != TagRule() { rules.append(own) }
    return rules.isEmpty ? .all : .rules(rules)
  }

  private static func rule(
    _ node: YAMLNode?, _ values: SyncValues, in list: inout SyncList
  ) throws(ImageListError) -> TagRule {
    guard let node else { return TagRule() }
    try SyncKeys(kind: .regsync, known: ["allow", "deny", "semverRange"]).check(node, in: &list)
    var rule = TagRule()
    for item in try values.list(node, "allow") {
      rule.allowed.append(
        try values.expression(try values.text(item, of: "allow"), isAnchored: true, line: item.line))
    }
    for item in try values.list(node, "deny") {
      rule.denied.append(
        try values.expression(try values.text(item, of: "deny"), isAnchored: true, line: item.line))
    }
    for item in try values.list(node, "semverRange") where !item.isNothing {
      rule.versions.append(
        try values.versions(try values.text(item, of: "semverRange"), .regclient, line: item.line))
    }
    return rule
  }

  private static func platforms(of node: YAMLNode, _ values: SyncValues) throws(ImageListError) -> [Platform] {
    var items = try values.list(node, "platforms")
    if let one = node["platform"], !one.isNothing { items.append(one) }
    var platforms: [Platform] = []
    for item in items {
      let text = try values.text(item, of: "platforms")
      do { platforms.append(try Platform(parsing: text)) } catch {
        throw ImageListError(.platform(text), line: item.line)
      }
    }
    return platforms
  }

  private static let loginKeys = SyncKeys(
    kind: .regsync, known: ["registry", "user", "pass", "tls", "hostname"],
    passedOver: [
      "repoAuth", "blobChunk", "blobMax", "reqPerSec", "reqConcurrent", "priority", "api", "apiOpts", "credExpire",
    ],
    unsupported: [
      "token", "credHelper", "credHost", "regcert", "clientCert", "clientKey", "pathPrefix", "mirrors", "scheme",
    ])

  private static func add(
    login node: YAMLNode, _ values: SyncValues, to list: inout SyncList
  ) throws(ImageListError) {
    try loginKeys.check(node, in: &list)
    let name = try place("registry", of: node, values)
    var registry = SyncRegistry(registry: try values.registry(name.text, line: name.line), place: values.place(node))
    // Only as another way to write the registry's own name.
    if let host = node["hostname"], let text = host.text, text != name.text {
      throw ImageListError(.unsupportedKey("hostname", .regsync), line: host.line)
    }
    let user = try filled("user", of: node, values)
    let password = try filled("pass", of: node, values)
    if user != nil || password != nil { registry.login = SyncLogin(username: user ?? "", password: password ?? "") }
    switch try values.optionalText(node, "tls") {
    case nil: break
    case "enabled": registry.security = .verified
    case "insecure": registry.security = .unverified
    case "disabled": registry.security = .plainHTTP
    default: throw ImageListError(.unexpectedValue(key: "tls"), line: node["tls"]?.line ?? node.line)
    }
    list.registries.append(registry)
  }

  private static func filled(
    _ key: String, of node: YAMLNode, _ values: SyncValues
  ) throws(ImageListError) -> String? {
    guard let text = try values.optionalText(node, key) else { return nil }
    return try RegsyncTemplate.fill(text, of: key, line: node[key]?.line ?? node.line, values)
  }
}
