import ImageModel

/// Where the next request of an upload goes: the `Location` of the answer before, judged (distribution-spec "Pushing
/// blobs"). It is no redirect: it may be anywhere the registry says, it changes with each answer, and its query is the
/// server's own and must come back byte for byte.
package struct UploadLocation: Sendable, Hashable {
  package let url: AbsoluteURL

  /// Whether what lets requests into the registry may go there.
  package let takesCredentials: Bool

  /// The origin that the registry named, where that is its own host by another scheme or port; nil where it is not.
  package let named: HTTPOrigin?

  private init(_ url: AbsoluteURL, takesCredentials: Bool, named: HTTPOrigin? = nil) {
    self.url = url
    self.takesCredentials = takesCredentials
    self.named = named
  }

  /// - Parameters:
  ///   - location: the header's value.
  ///   - request: the address that was asked.
  ///   - registry: where the registry was reached.
  /// - Throws: ``UploadLocationRefusal``.
  package init(_ location: String?, answerTo request: AbsoluteURL, registry: HTTPOrigin) throws(UploadLocationRefusal) {
    guard let location, !location.isEmpty else { throw .missing }
    guard let url = request.resolve(location: location) else { throw .malformed }
    guard url.origin.host != registry.host else {
      // Behind a proxy that ends TLS a registry does not know its own scheme and port.
      guard let own = AbsoluteURL(origin: registry, target: url.target) else { throw .malformed }
      self.init(own, takesCredentials: true, named: url.origin == registry ? nil : url.origin)
      return
    }
    if registry.scheme == .https, url.origin.scheme == .http { throw .unencrypted(url.redacted) }
    if let address = IPAddress(parsing: url.origin.host), address.scope != .global {
      throw .privateAddress(url.redacted)
    }
    self.init(url, takesCredentials: false)
  }

  /// The address that closes the upload: with the digest of what was sent.
  package func closing(_ digest: Digest) -> AbsoluteURL? {
    AbsoluteURL(origin: url.origin, target: url.target + (url.target.contains("?") ? "&" : "?") + "digest=\(digest)")
  }
}

/// Why an upload cannot go on where its registry says.
public enum UploadLocationRefusal: Error, Hashable {
  case missing
  case malformed
  /// An encrypted registry, and an address elsewhere that is not.
  case unencrypted(String)
  /// An address of a private network on another host than the registry's: a registry could have files sent to machines
  /// that only this one reaches.
  case privateAddress(String)
}
