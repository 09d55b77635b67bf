import ImageModel
import RegistryClient

extension RegistryAccess {
  /// Reads a reference as one types it. What a name without a registry means, the machine's configuration may say: then there
  /// may be several, to be asked for in this order. There is at least one.
  ///
  /// - Throws: `ImageReferenceError`; `ConfigurationError`.
  public func references(parsing text: String) throws -> [ImageReference] {
    let names = try machine.fullNames(of: text).map(\.text)
    return try (names.isEmpty ? [text] : names).map { try ImageReference(parsing: $0) }
  }

  /// The first of several names under which there is an image. A registry that wants a login answers so to what it does not
  /// have, too: it is passed over where another has the image, unless there is a login for it.
  ///
  /// - Parameters:
  ///   - text: the name as it was typed.
  ///   - hasLogin: whether there is a login that this access does not know of.
  /// - Throws: `RegistryError` where a registry cannot say whether it has the image; ``ResolveError/foundNowhere(name:registries:)``;
  ///   `ConfigurationError`; `CancellationError`.
  public func first(of names: [ImageReference], text: String, hasLogin: Bool) async throws -> ImageReference {
    try await RegistryDoor.with(self, registries: names.map(\.registry)) { door in
      var closed: ImageReference?
      for name in names {
        do {
          let sources = ImageSources(try endpoints(for: name) { _ in }, door: door) { _ in }
          _ = try await ImageInspector(sources: sources).digest(of: name, platform: nil) { _ in }
          return name
        } catch let error as RegistryError {
          switch error.reason {
          case .repositoryNotFound, .manifestNotFound: continue
          case .auth(.loginRequired) where hasLogin: return name
          case .auth(.loginRequired), .auth(.accessDenied): closed = closed ?? name
          default: throw error
          }
        }
      }
      if let name = closed { return name }
      throw ResolveError.foundNowhere(name: text, registries: names.map { "\($0.registry)" })
    }
  }
}
