extension ImageReference {
  /// Reads a reference as one types it.
  ///
  /// The tag is `latest` where there is neither tag nor digest. On failure the error may hold a reference that was
  /// probably meant, for instance after a pasted web address.
  public init(parsing text: String) throws(ImageReferenceError) {
    do { try self.init(normalizing: text) } catch {
      // From here on the text is for messages.
      let shown = ReferenceSuggestion.withoutSecrets(text)
      let suggestion = ReferenceSuggestion.reference(for: shown)
      // A web address is none, whatever it leads to; of other texts only what holds a reference.
      let isDecorated = ReferenceSuggestion.isDecorated(text) && (suggestion != nil || Self.isAddress(text))
      let reason = isDecorated ? .decorated : shown == text ? error : Self.fault(of: shown)
      throw ImageReferenceError(text: shown, reason: reason, suggestion: suggestion)
    }
  }

  private static func isAddress(_ text: String) -> Bool {
    let text = text.lowercased()
    return text.hasPrefix("http://") || text.hasPrefix("https://")
  }

  private static func fault(of text: String) -> ImageReferenceError.Reason {
    do { _ = try ImageReference(normalizing: text) } catch { return error }
    return .decorated
  }

  init(normalizing text: String) throws(ImageReferenceError.Reason) {
    guard !text.isEmpty else { throw .empty }
    guard !ReferenceGrammar.isImageID(text) else { throw .imageID }
    guard !text.contains("<none>") else { throw .untagged }
    var registry = RegistryName.dockerHub
    var remainder = text[...]
    if let slash = text.firstIndex(of: "/"), ReferenceGrammar.isRegistry(text[..<slash]) {
      registry = try RegistryName(component: String(text[..<slash]))
      remainder = text[text.index(after: slash)...]
    }
    var digest: Digest?
    if let at = remainder.firstIndex(of: "@") {
      do { digest = try Digest(parsing: String(remainder[remainder.index(after: at)...])) } catch {
        throw .digest(error)
      }
      remainder = remainder[..<at]
    }
    var tag: String?
    if let colon = remainder.firstIndex(of: ":") {
      tag = String(remainder[remainder.index(after: colon)...])
      remainder = remainder[..<colon]
    }
    let isOfficial = registry.isDockerHub && !remainder.contains("/")
    let repository = isOfficial ? "library/\(remainder)" : String(remainder)
    try self.init(
      registry: registry, checking: repository, tag: tag ?? (digest == nil ? "latest" : nil), digest: digest)
  }
}

extension ImageReference {
  /// Whether a reference as one types it begins with a registry.
  package static func namesRegistry(_ text: String) -> Bool {
    guard let slash = text.firstIndex(of: "/") else { return false }
    return ReferenceGrammar.isRegistry(text[..<slash])
  }
}
