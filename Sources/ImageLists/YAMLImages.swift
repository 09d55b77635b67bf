import ImageModel

/// The images that YAML documents name: those of a compose project's services; else every `image:` that is a text, which is
/// how containers of all kinds and most custom resources of Kubernetes name theirs, or that has a `repository` and a `tag`, as
/// the values of Helm charts have it; and lists of names, alone or as `images:`.
struct YAMLImages {
  private let environment: (String) -> String?
  /// With the variables of a compose project.
  private let project: (String) -> String?
  private(set) var images: [ListedImage] = []
  /// For each of ``images`` where its name stands; nil for one that is put together.
  private(set) var places: [ScalarPlace?] = []
  private(set) var passedOver: [PassedOverImage] = []
  private var visited: Set<ObjectIdentifier> = []

  private init(environment: @escaping (String) -> String?, project: @escaping (String) -> String?) {
    self.environment = environment
    self.project = { environment($0) ?? project($0) }
  }

  static func read(
    _ bytes: [UInt8], environment: @escaping (String) -> String?, project: @escaping (String) -> String?
  ) throws(ImageListError) -> YAMLImages {
    // Kept alive until the walk is over: nodes are known by their identity.
    let documents = try YAMLReader.read(bytes)
    var walk = YAMLImages(environment: environment, project: project)
    for document in documents { try walk.visit(document: document) }
    return walk
  }

  private mutating func visit(document: YAMLNode) throws(ImageListError) {
    // Its schema speaks of images, and names none.
    if document["kind"]?.text == "CustomResourceDefinition" { return }
    guard let services = document["services"], !services.entries.isEmpty, document["kind"] == nil else {
      try take(list: document)
      return try visit(document)
    }
    for service in services.entries { try take(service: service.value) }
  }

  private mutating func take(service: YAMLNode) throws(ImageListError) {
    guard visited.insert(ObjectIdentifier(service)).inserted, let image = service["image"], let text = image.text else {
      return
    }
    var platform: Platform?
    if let node = service["platform"], let text = node.text {
      let filled = try ComposeVariables.fill(text, line: node.line, environment: project)
      do { platform = try Platform(parsing: filled) } catch {
        throw ImageListError(.platform(filled), line: node.line)
      }
    }
    try add(text, at: image, platform: platform, variables: project)
  }

  /// Takes the names of a list of nothing but names.
  private mutating func take(list node: YAMLNode) throws(ImageListError) {
    guard case .sequence(let values) = node.content, values.allSatisfy({ $0.text != nil }) else { return }
    for value in values { try add(value.text ?? "", at: value) }
  }

  private mutating func visit(_ node: YAMLNode) throws(ImageListError) {
    guard visited.insert(ObjectIdentifier(node)).inserted else { return }
    switch node.content {
    case .scalar: return
    case .sequence(let values): for value in values { try visit(value) }
    case .mapping(let entries):
      if let name = node["name"]?.text, name.hasPrefix("RELATED_IMAGE"), let value = node["value"],
        value.text.map(Self.isLikeImage) == true
      {
        passedOver.append(.init(reason: .key(name), line: value.line))
      }
      for entry in entries {
        if let key = entry.key.text, try take(entry.value, of: key) { continue }
        try visit(entry.value)
      }
    }
  }

  /// Takes the image that a key may have for its value. Returns whether the value says nothing more.
  private mutating func take(_ value: YAMLNode, of key: String) throws(ImageListError) -> Bool {
    guard key.utf8.count <= 64 else { return false }
    switch key {
    case "image": return try take(image: value)
    case "images": try take(list: value)
    case _ where key.lowercased().hasSuffix("image"):
      if let text = value.text, Self.isLikeImage(text) { passedOver.append(.init(reason: .key(key), line: value.line)) }
    default: break
    }
    return false
  }

  private mutating func take(image: YAMLNode) throws(ImageListError) -> Bool {
    if let text = image.text {
      try add(text, at: image)
      return true
    }
    // An image that is mounted as a volume.
    if let reference = image["reference"], let text = reference.text {
      try add(text, at: reference)
    } else if let repository = image["repository"] ?? (image["tag"] == nil ? nil : image["name"]),
      let name = repository.text
    {
      let registry = image["registry"]?.text.flatMap { $0.isEmpty ? nil : "\($0)/" } ?? ""
      let tag = image["tag"]?.text.flatMap { $0.isEmpty ? nil : ":\($0)" } ?? ""
      let digest = image["digest"]?.text.flatMap { $0.isEmpty ? nil : "@\($0)" } ?? ""
      if tag.isEmpty, digest.isEmpty, !Self.hasTag(name) {
        passedOver.append(.init(reason: .noTag(repository: registry + name), line: repository.line))
      } else {
        try add(registry + name + tag + digest, at: repository, isWhole: false)
      }
    } else if !image.entries.isEmpty {
      passedOver.append(.init(reason: .unclear, line: image.line))
    }
    return false
  }

  static func hasTag(_ name: String) -> Bool {
    name.split(separator: "/").last.map { $0.contains(":") || $0.contains("@") } ?? false
  }

  /// Whether a text has the parts of an image's name, and is one.
  private static func isLikeImage(_ text: String) -> Bool {
    text.utf8.count <= 512 && hasTag(text) && (try? ImageReference(parsing: text)) != nil
  }

  private mutating func add(
    _ text: String, at node: YAMLNode, isWhole: Bool = true, platform: Platform? = nil,
    variables: ((String) -> String?)? = nil
  ) throws(ImageListError) {
    let name = try ComposeVariables.fill(text, line: node.line, environment: variables ?? environment)
    guard !name.isEmpty else { return }
    var image = ListedImage(name: name, line: node.line)
    if let platform { image.platforms = [platform] }
    images.append(image)
    places.append(isWhole ? node.place : nil)
  }
}
