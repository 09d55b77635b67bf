import ImageModel

extension Manifest {
  /// Blobs that need no request: what descriptors carry inline, and empty ones.
  func inlineBlobs(of reference: ImageReference) throws -> [Digest: [UInt8]] {
    var known: [Digest: [UInt8]] = [:]
    for blob in [config] + layers where blob.data != nil || blob.size == 0 {
      let bytes = blob.data ?? []
      guard Digest.hash(bytes, algorithm: blob.digest.algorithm) == blob.digest else {
        throw ResolveError.wrongInlineData(reference, blob.digest)
      }
      known[blob.digest] = bytes
    }
    return known
  }
}
