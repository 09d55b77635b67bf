import ImageModel

/// Which image of an archive is meant.
extension StoredArchive {
  /// The images that have a name in common: those of one entry of `index.json`, one for each platform; of `manifest.json`
  /// each one alone.
  public var groups: [[StoredImage]] {
    var groups: [[StoredImage]] = []
    for image in images {
      if let root = image.root?.descriptor.digest, groups.last?.first?.root?.descriptor.digest == root {
        groups[groups.count - 1].append(image)
      } else {
        groups.append([image])
      }
    }
    return groups
  }

  /// The images of a name, or all of the only one there is: one for each platform.
  ///
  /// - Parameter name: a name as the archive has it, in full or as one types it; a digest; nil for the only image.
  /// - Throws: ``ArchiveError/noImages(_:)``; ``ArchiveError/severalImages(_:names:)``;
  ///   ``ArchiveError/noSuchImage(_:wanted:names:)``.
  public func images(named name: String?) throws(ArchiveError) -> [StoredImage] {
    let groups = groups
    guard !groups.isEmpty else { throw .noImages(path) }
    guard let name else { return try one(of: groups) }
    if let digest = try? Digest(parsing: name) {
      if let group = groups.first(where: { $0[0].root?.descriptor.digest == digest }) { return group }
      if let image = images.first(where: { $0.document?.descriptor.digest == digest }) { return [image] }
    }
    let wanted = try? ImageReference(parsing: name)
    let matches = groups.filter { $0[0].isNamed(name, wanted) }
    guard !matches.isEmpty else { throw .noSuchImage(path, wanted: name, names: groups.map { $0[0].label }) }
    // A name without a tag may be that of several.
    return try one(of: matches)
  }

  /// The images of the only group, or of all groups where they are one image for several platforms: `index.json` may list
  /// those side by side, under one name or under none.
  private func one(of groups: [[StoredImage]]) throws(ArchiveError) -> [StoredImage] {
    if groups.count == 1 { return groups[0] }
    if groups.allSatisfy({ $0[0].hasNames(of: groups[0][0]) }), haveOwnPlatforms(groups.flatMap(\.self)) {
      return groups.flatMap(\.self)
    }
    let labels = groups.map { $0[0].label }
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    // What several have is no name for one of them.
    let names = zip(groups, labels).map { group, label in
      let digest = group[0].root.map { "\($0.descriptor.digest)" }
      return counts[label] == 1 ? label : digest ?? label
    }
    throw .severalImages(path, names: names)
  }

  /// Whether each image is for a platform that no other one is for.
  func haveOwnPlatforms(_ images: [StoredImage]) -> Bool {
    var configs = StoredConfigs(self)
    var platforms: Set<Platform> = []
    for image in images {
      guard let platform = (try? configs.platform(of: image)) ?? nil, platforms.insert(platform).inserted else {
        return false
      }
    }
    return true
  }

  /// The image of a name for a platform.
  ///
  /// - Parameters:
  ///   - name: as in ``images(named:)``.
  ///   - platform: nil for the machine's own where there are several, and else for the only one, whatever it is for.
  /// - Throws: what ``images(named:)`` throws; ``ArchiveError/noSuchPlatform(_:wanted:available:)``; where a config
  ///   cannot be read.
  public func image(named name: String?, platform: Platform?) throws(ArchiveError) -> StoredImage {
    let images = try images(named: name)
    if images.count == 1, platform == nil { return images[0] }
    let wanted = platform ?? .host
    var configs = StoredConfigs(self)
    var platforms: [Platform?] = []
    for image in images { platforms.append(try configs.platform(of: image)) }
    guard let index = wanted.best(among: platforms) else {
      throw .noSuchPlatform(path, wanted: wanted, available: Platform.distinct(platforms))
    }
    return images[index]
  }

  /// What an image runs on: what the index says of it, or else its config; nil where neither says it.
  ///
  /// - Throws: where the config cannot be read.
  public func platform(of image: StoredImage) throws(ArchiveError) -> Platform? {
    if let platform = image.document?.descriptor.platform { return platform }
    return try config(of: image)?.platform
  }

  /// The config of an image; nil where the archive does not hold it.
  ///
  /// - Throws: where it cannot be read, or its bytes are not those of its digest.
  public func config(of image: StoredImage) throws(ArchiveError) -> ImageConfig? {
    guard let bytes = try configBytes(of: image) else { return nil }
    do { return try ImageConfig(parsing: bytes) } catch {
      throw .unreadable(path, .unreadableConfig(name: image.configName, error))
    }
  }

  /// The bytes of the config of an image; nil where the archive does not hold it.
  ///
  /// - Throws: where they cannot be read, or are not those of the digest that the manifest has.
  public func configBytes(of image: StoredImage) throws(ArchiveError) -> [UInt8]? {
    guard let bytes = try image.config?.bytes(limit: DocumentLimits.standard.configBytes, name: image.configName)
    else { return nil }
    if let digest = image.manifest?.config.digest, Digest.hash(bytes, algorithm: digest.algorithm) != digest {
      throw .unreadable(path, .wrongContent(name: image.configName))
    }
    return bytes
  }
}

extension StoredImage {
  /// What it is called where images are listed: its first name, what the archive has for one, or its digest.
  public var label: String {
    names.first?.description ?? unreadableNames.first ?? root?.descriptor.digest.description ?? configName
  }

  /// Whether it has the names of another one, or none as that has none.
  func hasNames(of other: StoredImage) -> Bool {
    Set(names.map(\.qualifiedName)) == Set(other.names.map(\.qualifiedName))
      && Set(unreadableNames) == Set(other.unreadableNames)
  }

  /// Whether a name, as it was typed and as a reference, is one of the image's.
  func isNamed(_ text: String, _ reference: ImageReference?) -> Bool {
    if unreadableNames.contains(text) { return true }
    guard let reference else { return false }
    return names.contains { name in
      name.qualifiedRepository == reference.qualifiedRepository
        && (reference.tag == nil || name.tag == reference.tag) && (reference.digest ?? name.digest) == name.digest
    }
  }
}
