import ImageModel

extension Descriptor {
  /// Bytes that need no request: those that stand in the descriptor, and none of an empty blob; nil where they are to be
  /// fetched.
  ///
  /// - Throws: ``ResolveError/wrongInlineData(_:_:)`` where they are not what the digest says.
  func inlineBytes(of reference: ImageReference) throws(ResolveError) -> [UInt8]? {
    guard let bytes = data ?? (size == 0 ? [] : nil) else { return nil }
    guard Digest.hash(bytes, algorithm: digest.algorithm) == digest else {
      throw .wrongInlineData(reference, digest)
    }
    return bytes
  }
}

extension [Descriptor] {
  /// The ``Descriptor/inlineBytes(of:)`` of those that have some.
  func inlineBlobs(of reference: ImageReference) throws(ResolveError) -> [Digest: [UInt8]] {
    var known: [Digest: [UInt8]] = [:]
    for blob in self {
      if let bytes = try blob.inlineBytes(of: reference) { known[blob.digest] = bytes }
    }
    return known
  }
}
