/// What images of an archive are called after loading, instead of by the names that they have.
public enum LoadedNames: Sendable, Hashable {
  /// One name, for the only image.
  case one(ImageReference)
  /// Names that are made from those that they have. An image without a tag stays without a name.
  case made(ImageNaming)

  /// The names of an image, each once.
  ///
  /// - Parameters:
  ///   - digest: nil where it is not known.
  ///   - platform: where it is the only one that is wanted.
  /// - Throws: ``ImageNamingError``.
  package func names(
    of former: [ImageReference], digest: Digest?, platform: Platform? = nil
  ) throws(ImageNamingError) -> [ImageReference] {
    switch self {
    case .one(let name): return [name]
    case .made(let naming):
      var names: [ImageReference] = []
      for name in former where name.tag != nil {
        let subject = ImageNaming.Subject(name.with(digest: nil), digest: digest, platform: platform)
        let made = try naming.name(of: subject)
        if !names.contains(made) { names.append(made) }
      }
      return names
    }
  }
}

extension ImageNaming {
  /// Finds out whether two different images have one name.
  ///
  /// - Parameter images: each name, the image that gets it, and what that was called.
  /// - Throws: ``ImageNamingError/sameName(_:images:)``.
  package static func checkNames<Image: Equatable>(
    _ images: [(name: ImageReference, image: Image, former: String)]
  ) throws(ImageNamingError) {
    var seen: [String: (image: Image, former: String)] = [:]
    for (name, image, former) in images {
      let name = name.qualifiedName
      guard let other = seen.updateValue((image, former), forKey: name), other.image != image else { continue }
      throw .sameName(name, images: [other.former, former])
    }
  }
}
