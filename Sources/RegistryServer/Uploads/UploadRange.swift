import HTTPTypes

/// Which bytes of a blob a request carries: `Content-Range: 0-1023`, without a unit (distribution-spec, "Pushing a blob in
/// chunks").
struct UploadRange: Sendable, Hashable {
  let start: Int64
  /// The last one.
  let end: Int64

  /// Nil where the request does not say.
  ///
  /// - Throws: ``DistributionRefusal`` where it says something else, or another number than `Content-Length`.
  init?(_ fields: HTTPFields) throws(DistributionRefusal) {
    guard var text = fields[.contentRange].map({ $0[...] }) else { return nil }
    if text.hasPrefix("bytes ") || text.hasPrefix("bytes=") { text = text.dropFirst(6) }
    let parts = (text.split(separator: "/", maxSplits: 1).first ?? "").split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let start = Int64(parts[0]), let end = Int64(parts[1]), start >= 0, end >= start - 1 else {
      throw DistributionRefusal(.blobUploadInvalid, .badRequest, "Content-Range is to be as 0-1023")
    }
    if let length = fields[.contentLength].flatMap({ Int64($0) }), length != end - start + 1 {
      throw DistributionRefusal(.sizeInvalid, .badRequest, "Content-Range and Content-Length differ")
    }
    (self.start, self.end) = (start, end)
  }
}
