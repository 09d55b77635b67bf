import ImageModel

/// Fetches the layers of an image that is not on disk.
package protocol LayerSource: Sendable {
  /// Hands the bytes of a layer to `write`, in order, on a thread that may wait. All of them have come only when it returns:
  /// then the layer's digest was right.
  ///
  /// - Throws: where it cannot be fetched; what `write` throws; `CancellationError`.
  func fetch(_ layer: Descriptor, write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) async throws
}
