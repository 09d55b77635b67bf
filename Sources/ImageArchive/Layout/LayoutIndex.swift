import ImageModel

/// The `index.json` of a layout, of which entries are replaced and nothing else is lost.
package struct LayoutIndex: Sendable {
  private var tree: JSONTree

  /// One without entries.
  init() {
    tree = .emptyIndex
  }

  /// Nil for what is no index.
  init?(parsing bytes: [UInt8]) {
    guard (try? ManifestDocument(parsing: bytes, contentType: .ociIndex))?.mediaType.isIndex == true,
      let tree = try? JSONTree(parsing: bytes)
    else { return nil }
    self.tree = tree
  }

  var bytes: [UInt8] { tree.bytes }

  /// Adds an image's entry for each of its names, in the place of those that have the same name.
  ///
  /// - Returns: its first name as `org.opencontainers.image.ref.name` has it, by which others find it.
  mutating func put(_ image: ArchivedImage) -> String? {
    let descriptor = image.root.descriptor
    guard !image.names.isEmpty else {
      let tag = image.annotations[NameAnnotation.tag]
      put(Entry(descriptor, annotations: image.annotations)) { entry in
        guard let tag else { return entry.isNameless && entry.digest == "\(descriptor.digest)" }
        return entry.annotations[NameAnnotation.tag] == tag && entry.annotations[NameAnnotation.fullName] == nil
      }
      return tag
    }
    let names = image.names.map { put($0, image) }
    return names.first.flatMap(\.self)
  }

  private mutating func put(_ name: ImageReference, _ image: ArchivedImage) -> String? {
    put(image.root.descriptor, name: name, annotations: image.annotations)
  }

  /// Adds an entry under a name, in the place of the one that has it.
  ///
  /// - Returns: the name as `org.opencontainers.image.ref.name` has it.
  @discardableResult
  package mutating func put(_ descriptor: Descriptor, name: ImageReference, annotations: [String: String]) -> String? {
    var annotations = annotations
    ArchiveDocuments.add(name, of: descriptor.digest, to: &annotations)
    let fullName = annotations[NameAnnotation.fullName] ?? ""
    let isSame = { (entry: Entry) in
      if let own = entry.annotations[NameAnnotation.fullName] { return own == fullName }
      return entry.digest == "\(descriptor.digest)" && entry.annotations[NameAnnotation.tag] == name.tag
    }
    // Another image may have the same tag. Both would then be found by neither.
    let isTaken = entries.contains { !isSame($0) && $0.annotations[NameAnnotation.tag] == name.tag }
    if name.tag != nil, isTaken { annotations[NameAnnotation.tag] = name.familiarName }
    put(Entry(descriptor, annotations: annotations), inPlaceOf: isSame)
    return annotations[NameAnnotation.tag]
  }

  private mutating func put(_ entry: Entry, inPlaceOf isReplaced: (Entry) -> Bool) {
    var entries = entries
    let place = entries.firstIndex(where: isReplaced) ?? entries.count
    entries.removeAll(where: isReplaced)
    entries.insert(entry, at: min(place, entries.count))
    tree["manifests"] = .array(entries.map(\.tree))
  }

  /// Removes the entries whose digest, as it stands there, and annotations are such.
  package mutating func remove(where isRemoved: (_ digest: String?, _ annotations: [String: String]) -> Bool) {
    let entries = entries
    let kept = entries.filter { !isRemoved($0.digest, $0.annotations) }
    if kept.count < entries.count { tree["manifests"] = .array(kept.map(\.tree)) }
  }

  /// The entries in their order.
  package var descriptors: [Descriptor] {
    guard case .index(let index)? = try? ManifestDocument(parsing: bytes, contentType: .ociIndex) else { return [] }
    return index.manifests
  }

  private var entries: [Entry] {
    guard case .array(let entries)? = tree["manifests"] else { return [] }
    return entries.map { Entry(tree: $0) }
  }

  private struct Entry {
    let tree: JSONTree

    init(tree: JSONTree) {
      self.tree = tree
    }

    init(_ descriptor: Descriptor, annotations: [String: String]) {
      var tree = JSONTree.descriptor(descriptor)
      tree["annotations"] = .annotations(annotations)
      self.tree = tree
    }

    var digest: String? { tree["digest"]?.text }

    var annotations: [String: String] {
      let members = tree["annotations"]?.members ?? []
      return Dictionary(members.compactMap { member in member.value.text.map { (member.name, $0) } }) { $1 }
    }

    var isNameless: Bool { annotations[NameAnnotation.fullName] == nil && annotations[NameAnnotation.tag] == nil }
  }
}
