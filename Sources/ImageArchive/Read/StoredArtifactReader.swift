import ImageModel

/// Finds what an archive has that stands for itself and is no image, such as a Helm chart.
struct StoredArtifactReader {
  let archive: StoredArchive

  /// Each once, with all of its names. Beside images nothing counts that has no name: it may be about one of them.
  func read() -> [StoredParts] {
    var artifacts: [ImageParts] = []
    var places: [Digest: Int] = [:]
    for entry in archive.entries {
      guard entry.name != nil || archive.images.isEmpty else { continue }
      if let place = places[entry.digest] {
        if let name = entry.name, !artifacts[place].names.contains(name) { artifacts[place].names.append(name) }
        continue
      }
      guard let member = member(entry.digest) else { continue }
      places[entry.digest] = artifacts.count
      var parts = ImageParts(
        names: entry.name.map { [$0] } ?? [], annotations: entry.ownAnnotations, index: nil, platforms: [member])
      parts.isArtifact = true
      artifacts.append(parts)
    }
    return artifacts.map { StoredParts(parts: $0, images: [], described: []) }
  }

  /// Nil for what is an image, leads to some, or is about something else that the archive has.
  private func member(_ digest: Digest) -> ImageParts.Member? {
    guard let document = archive.artifacts.first(where: { $0.descriptor.digest == digest }),
      case .manifest(let manifest)? = document.parsed,
      manifest.subject.map({ archive.documents[$0.digest] == nil }) ?? true
    else { return nil }
    return .init(document: document, manifest: manifest)
  }
}
