/// The parts of documents that are written here.
extension JSONTree {
  /// An index without entries.
  package static let emptyIndex = JSONTree.object([
    .init("schemaVersion", .number(2)), .init("mediaType", .string(MediaType.ociIndex.rawValue)),
    .init("manifests", .array([])),
  ])

  /// What a document says of another one, or of a blob: its type, digest and size.
  package static func descriptor(_ descriptor: Descriptor) -> JSONTree {
    .object([
      .init("mediaType", .string(descriptor.mediaType.rawValue)), .init("digest", .string("\(descriptor.digest)")),
      .init("size", .number(descriptor.size)),
    ])
  }

  /// Annotations in the order of their names; nil for none.
  package static func annotations(_ annotations: [String: String]) -> JSONTree? {
    guard !annotations.isEmpty else { return nil }
    return .object(annotations.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
  }
}
