import HTTPAccess

/// The bytes of a blob that is uploaded, and what is known of them.
package struct UploadBody: Sendable {
  let bytes: StreamedBody
  /// Finds out whether the bytes are those of the blob's digest; it throws where they are not.
  let prove: @Sendable () async throws -> Void

  /// - Parameter prove: where the bytes are not digested on their way: called once the registry has not said that they are
  ///   right. What it throws is the upload's error.
  package init(_ bytes: StreamedBody, prove: @escaping @Sendable () async throws -> Void = {}) {
    self.bytes = bytes
    self.prove = prove
  }
}
