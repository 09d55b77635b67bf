import ImageModel

/// The images that YAML documents name: those of a compose project's services; else every `image:` that is a text, which is
/// how containers of all kinds and most custom resources of Kubernetes name theirs.
struct YAMLImages {
  private let environment: (String) -> String?
  private var images: [ListedImage] = []
  private var visited: Set<ObjectIdentifier> = []

  private init(environment: @escaping (String) -> String?) {
    self.environment = environment
  }

  static func read(
    _ bytes: [UInt8], environment: @escaping (String) -> String?
  ) throws(ImageListError) -> [ListedImage] {
    // Kept alive until the walk is over: nodes are known by their identity.
    let documents = try YAMLReader.read(bytes)
    var walk = YAMLImages(environment: environment)
    for document in documents { try walk.visit(document: document) }
    return walk.images
  }

  private mutating func visit(document: YAMLNode) throws(ImageListError) {
    // Its schema speaks of images, and names none.
    if document["kind"]?.text == "CustomResourceDefinition" { return }
    guard let services = document["services"], !services.entries.isEmpty, document["kind"] == nil else {
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
      let filled = try ComposeVariables.fill(text, line: node.line, environment: environment)
      do { platform = try Platform(parsing: filled) } catch {
        throw ImageListError(.platform(filled), line: node.line)
      }
    }
    try add(text, line: image.line, platform: platform)
  }

  private mutating func visit(_ node: YAMLNode) throws(ImageListError) {
    guard visited.insert(ObjectIdentifier(node)).inserted else { return }
    switch node.content {
    case .scalar: return
    case .sequence(let values): for value in values { try visit(value) }
    case .mapping(let entries):
      for entry in entries {
        if entry.key.text == "image" {
          if let text = entry.value.text {
            try add(text, line: entry.value.line)
            continue
          }
          // An image that is mounted as a volume.
          if let reference = entry.value["reference"], let text = reference.text {
            try add(text, line: reference.line)
          }
        }
        try visit(entry.value)
      }
    }
  }

  private mutating func add(_ text: String, line: Int, platform: Platform? = nil) throws(ImageListError) {
    let name = try ComposeVariables.fill(text, line: line, environment: environment)
    guard !name.isEmpty else { return }
    var image = ListedImage(name: name, line: line)
    if let platform { image.platforms = [platform] }
    images.append(image)
  }
}
