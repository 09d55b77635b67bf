import ImageModel

/// An entry of `index.json` whose document the archive holds.
struct StoredEntry: Sendable {
  /// Of the document that it names.
  let digest: Digest
  /// The name that it gives the image; nil where it has none that is one.
  let name: ImageReference?
  /// A name that is none, such as a tag alone.
  let unreadableName: String?
  let annotations: [String: String]

  /// Annotations that are neither a name nor about a delta. A tag alone, as layouts have it, names nothing in an engine,
  /// and stays for those who look for it.
  var ownAnnotations: [String: String] {
    var own = annotations.filter { !Self.writtenAnew.contains($0.key) }
    if name == nil { own[NameAnnotation.tag] = unreadableName }
    return own
  }

  private static let writtenAnew: Set = [
    NameAnnotation.fullName, NameAnnotation.tag, ArchiveDelta.absentKey, ArchiveDelta.basesKey,
  ]
}
