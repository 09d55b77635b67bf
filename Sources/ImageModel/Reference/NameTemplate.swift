/// A name with fields in it: `{registry}/{path}:{tag}`.
public struct NameTemplate: Sendable, Hashable, CustomStringConvertible {
  /// What is filled in for an image.
  public enum Field: String, Sendable, Hashable, CaseIterable {
    /// Host and port.
    case registry
    /// The repository: `library/nginx`.
    case path
    /// The last part of the repository: `nginx`.
    case name
    case tag
    /// The first twelve digits of the digest. More would be a tag that registries take for a list of referrers.
    case digest
    /// The platform that is copied alone: `linux-arm64`.
    case platform
  }

  enum Part: Sendable, Hashable {
    case text(String)
    case field(Field)
  }

  public let description: String
  let parts: [Part]

  /// - Throws: ``ImageNamingError``.
  public init(parsing text: String) throws(ImageNamingError) {
    description = text
    var parts: [Part] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "{") {
      guard let end = rest[start...].firstIndex(of: "}") else { throw .template(text) }
      let name = String(rest[start..<end].dropFirst())
      guard let field = Field(rawValue: name) else { throw .field(name) }
      if start > rest.startIndex { parts.append(.text(String(rest[..<start]))) }
      parts.append(.field(field))
      rest = rest[end...].dropFirst()
    }
    guard !rest.contains("}") else { throw .template(text) }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    self.parts = parts
    guard !parts.isEmpty else { throw .template(text) }
  }

  /// Whether a text has fields, and is no plain name.
  public static func hasFields(_ text: String) -> Bool { text.contains("{") }
}
