/// Repositories of a registry by a pattern of their names, and tags by another: `harbor.example.com/team/*:1.*`.
public struct ImagePattern: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  public let registry: RegistryName
  public let repository: NamePattern
  /// Nil for what ``TagSelection`` chooses.
  public let tag: NamePattern?

  /// Reads a pattern as one types it; also a plain repository, which stands for itself.
  ///
  /// - Throws: ``ImageReferenceError`` where not even a name would make a reference of it.
  public init(parsing text: String) throws(ImageReferenceError) {
    description = text
    // Patterns fill places of names: what is a reference with letters in them is a pattern.
    let filled = String(decoding: text.utf8.map { Self.isWild($0) ? UInt8(ascii: "a") : $0 }, as: UTF8.self)
    let reference = try ImageReference(parsing: filled)
    let slash = text.firstIndex(of: "/")
    let host = slash.map { text[..<$0] } ?? ""
    guard reference.digest == nil, !NamePattern.isPattern(host) || !ImageReference.namesRegistry(filled) else {
      throw ImageReferenceError(text: text, reason: .repository(text), suggestion: nil)
    }
    registry = reference.registry
    var rest = text[...]
    if ImageReference.namesRegistry(filled), let slash { rest = text[slash...].dropFirst() }
    let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    repository = NamePattern(registry.isDockerHub && !name.contains("/") ? "library/\(name)" : name)
    tag = parts.count > 1 ? NamePattern(String(parts[1])) : nil
  }

  private static func isWild(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") }

  /// The parts of the path before the first that is a pattern.
  public var fixedPath: [String] {
    repository.description.split(separator: "/").map(String.init).prefix { !NamePattern.isPattern($0) }
  }
}
