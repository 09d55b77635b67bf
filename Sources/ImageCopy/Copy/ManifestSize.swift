import ImageModel

extension CopyPlan.Image {
  /// The documents that are sent.
  fileprivate var sentDocuments: [ImageDocument] {
    (isThere ? [] : documents) + referrers.flatMap(\.documents)
  }
}

extension CopyPlan {
  /// Manifests and indexes that are larger than every registry accepts; each once.
  package var largeDocuments: [Descriptor] {
    var seen: Set<Digest> = []
    return images.flatMap(\.sentDocuments).map(\.descriptor).filter {
      $0.size > DocumentLimits.commonManifestBytes && seen.insert($0.digest).inserted
    }
  }
}

extension CopyPlanner {
  /// Registries refuse a manifest that is too large once all its blobs are there: that would be for nothing.
  ///
  /// - Throws: ``CopyError/manifestTooLarge(_:bytes:limit:target:)``.
  func checkSizes(of image: CopyPlan.Image) throws(CopyError) {
    let sink = sink(image.repository)
    guard let limit = sink.traits.manifestLimit,
      let large = image.sentDocuments.first(where: { $0.descriptor.size > limit })?.descriptor
    else { return }
    throw .manifestTooLarge(large.digest, bytes: large.size, limit: limit, target: sink.place)
  }
}
