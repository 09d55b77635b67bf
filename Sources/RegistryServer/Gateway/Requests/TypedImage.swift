import ImageCopy
import ImageLists
import ImageModel

/// What a person typed or pasted for an image, and what was understood: a name, a command, a line of a file, the address of a
/// web page.
struct TypedImage: Sendable, Hashable {
  let text: String
  let reference: ImageReference

  /// - Throws: `ImageReferenceError`; `ConfigurationError`.
  init(_ text: String, by access: RegistryAccess) throws {
    self.text = text
    do { reference = try Self.first(text, access) } catch let error as ImageReferenceError {
      guard let meant = error.suggestion ?? PastedCommand.image(in: text) else { throw error }
      reference = try Self.first(meant, access)
    }
  }

  /// What a short name means first by the machine's configuration. A request is read before anybody is asked, so the registries
  /// are not searched.
  private static func first(_ text: String, _ access: RegistryAccess) throws -> ImageReference {
    try access.references(parsing: text)[0]
  }
}
