import ImageModel

/// What of the sources of a copy goes along, and how it is called where it goes.
struct CopyChoice: Sendable {
  /// How images are called where they go.
  enum Names: Sendable {
    /// One image, by this name.
    case one(ImageReference)
    /// By names below a path of a registry, which may be empty.
    case below(RegistryName, path: String, ImageNaming)
    /// By the names that they have, or what is made of these.
    case own(ImageNaming)
  }

  let names: Names
  /// Which image of an archive, by its name or digest there; nil for the only one, or for all.
  let image: String?
  /// The manifest for this platform alone; nil for all that a name stands for.
  let platform: Platform?
  /// Of an image of a registry: whether signatures and the like go along. Those in an archive do.
  let bringsReferrers: Bool
  /// How documents are written anew.
  let conversion: CopyConversion

  init(
    _ names: Names, image: String? = nil, platform: Platform? = nil, bringsReferrers: Bool = true,
    conversion: CopyConversion = CopyConversion()
  ) {
    self.names = names
    self.image = image
    self.platform = platform
    self.bringsReferrers = bringsReferrers
    self.conversion = conversion
  }
}

extension CopyChoice.Names {
  /// The name of an image.
  ///
  /// - Parameter digest: of what is copied.
  /// - Throws: `ImageNamingError`.
  func name(
    of reference: ImageReference, digest: Digest?, platform: Platform?
  ) throws(ImageNamingError) -> ImageReference {
    let subject = ImageNaming.Subject(reference, digest: digest, platform: platform)
    switch self {
    case .one(let name): return name
    case .below(let registry, let path, let naming): return try naming.name(of: subject, below: registry, path: path)
    case .own(let naming):
      // What is known by a digest alone is known by that of what is copied.
      guard reference.tag != nil else { return digest.map { reference.with(digest: $0) } ?? reference }
      return naming.isPlain ? reference.with(digest: nil) : try naming.name(of: subject)
    }
  }
}
