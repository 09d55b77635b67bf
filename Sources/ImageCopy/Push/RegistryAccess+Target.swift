import ImageModel

extension RegistryAccess {
  /// The one image that a name means as a place to write to. It need not be there yet, so nothing is searched.
  ///
  /// - Throws: ``PushError/ambiguousTarget(_:_:)`` where the name has no registry and there are several for such names;
  ///   `ImageReferenceError`; `ConfigurationError`.
  public func target(parsing text: String) throws -> ImageReference {
    let names = try references(parsing: text)
    guard names.count == 1 else { throw PushError.ambiguousTarget(text, names.map(\.description)) }
    return names[0]
  }
}
