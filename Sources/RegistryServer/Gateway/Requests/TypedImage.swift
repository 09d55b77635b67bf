import ImageCopy
import ImageLists
import ImageModel

/// What a person typed or pasted for an image, and what it may mean: a name, a command, a line of a file, the address of a
/// web page.
struct TypedImage: Sendable, Hashable {
  let text: String
  /// Several where the machine's configuration names several registries for short names; to be asked for in this order. There
  /// is at least one.
  let meanings: [ImageReference]

  /// - Throws: `ImageReferenceError`; `ConfigurationError`.
  init(_ text: String, by access: RegistryAccess) throws {
    self.text = text
    do { meanings = try access.references(parsing: text) } catch let error as ImageReferenceError {
      guard let meant = error.suggestion ?? PastedCommand.image(in: text) else { throw error }
      meanings = try access.references(parsing: meant)
    }
  }
}
