import ImageModel

/// What refers to a manifest, where it is pushed: in the registry's list, or under the tag that stands for one.
extension EndpointClient {
  /// How often the tag is written before somebody else's writing is too much.
  private static let referrerTagTries = 8

  /// - Throws: ``RegistryError``; `CancellationError`.
  package func listedReferrers(_ repository: String, of subject: Digest) async throws -> Set<Digest> {
    if let list = try await referrers(repository, of: subject) { return Set(list.map(\.digest)) }
    return try await referrerIndex(repository, of: subject)?.digests ?? []
  }

  /// Makes sure that a manifest that is there is found by what it refers to. A registry with a list is left to itself, whatever
  /// it said when it took the manifest; else the tag is read, added to and read again, since others may write it, too.
  ///
  /// - Parameter writesTag: whether the tag may be written.
  /// - Returns: false where the registry neither lists it nor has it under the tag.
  /// - Throws: ``RegistryError``; `CancellationError`.
  package func listReferrer(
    _ repository: String, _ bytes: [UInt8], _ descriptor: Descriptor, of subject: Digest, writesTag: Bool = true
  ) async throws -> Bool {
    if let list = try await referrers(repository, of: subject) {
      return list.contains { $0.digest == descriptor.digest }
    }
    guard let document = try? ManifestDocument(parsing: bytes, contentType: descriptor.mediaType) else { return false }
    for _ in 0..<Self.referrerTagTries {
      guard var index = try await referrerIndex(repository, of: subject) else { return false }
      guard !index.digests.contains(descriptor.digest) else { return true }
      guard writesTag else { return false }
      index.add(descriptor, document)
      let new = index.bytes
      let own = Descriptor(mediaType: .ociIndex, digest: .hash(new), size: Int64(new.count))
      do {
        _ = try await pushManifest(repository, new, own, as: .tag(ReferrerTag.schema(subject)))
      } catch let error as RegistryError {
        switch error.reason {
        // Another one was quicker.
        case .upload(.digestDiffers), .upload(.notStored): continue
        // Tags that may not be changed, or not be of this form, or that have no room.
        case .upload(.tagImmutable), .upload(.manifestRefused), .upload(.manifestTooLarge), .upload(.denied):
          return false
        default: throw error
        }
      }
    }
    return false
  }

  /// An empty one where there is no such tag; nil where the tag stands for something else.
  private func referrerIndex(_ repository: String, of subject: Digest) async throws -> ReferrerIndex? {
    do {
      return ReferrerIndex(parsing: try await manifest(repository, .tag(ReferrerTag.schema(subject))).bytes)
    } catch let error as RegistryError where error.failureClass == .notFound { return ReferrerIndex() }
  }
}
