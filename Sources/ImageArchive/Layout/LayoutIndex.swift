import ImageModel

/// The `index.json` of a layout, of which entries are replaced and nothing else is lost.
package struct LayoutIndex: Sendable, Hashable {
  /// Without its entries.
  private var tree: JSONTree
  private var entries: [Entry] = []

  /// One without entries.
  init() {
    tree = .emptyIndex
  }

  /// Nil for what is no index. Entries with digests that nobody here can check stay in it as they are.
  init?(parsing bytes: [UInt8]) {
    guard let known = KnownEntries(parsing: bytes), var tree = try? JSONTree(parsing: bytes),
      case .array(let entries)? = tree["manifests"]
    else { return nil }
    tree["manifests"] = .array([])
    self.tree = tree
    var descriptors = known.index.manifests[...]
    self.entries = entries.map { entry in
      let isKnown = entry["digest"]?.text == descriptors.first.map { "\($0.digest)" }
      return Entry(tree: entry, descriptor: isKnown ? descriptors.popFirst() : nil)
    }
  }

  var bytes: [UInt8] {
    var tree = tree
    tree["manifests"] = .array(entries.map(\.tree))
    return tree.bytes
  }

  package var count: Int { entries.count }

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
    let place = entries.firstIndex(where: isReplaced) ?? entries.count
    entries.removeAll(where: isReplaced)
    entries.insert(entry, at: min(place, entries.count))
  }

  /// Removes the entries whose digest, as it stands there, and annotations are such.
  package mutating func remove(where isRemoved: (_ digest: String?, _ annotations: [String: String]) -> Bool) {
    entries.removeAll { isRemoved($0.digest, $0.annotations) }
  }

  /// The entries in their order, those alone whose digests can be checked.
  package var descriptors: [Descriptor] { entries.compactMap(\.descriptor) }

  private struct Entry: Sendable, Hashable {
    let tree: JSONTree
    /// Nil where its digest cannot be checked.
    let descriptor: Descriptor?
    /// As it stands there.
    let digest: String?
    let annotations: [String: String]

    init(tree: JSONTree, descriptor: Descriptor?) {
      self.tree = tree
      self.descriptor = descriptor
      digest = tree["digest"]?.text
      let members = tree["annotations"]?.members ?? []
      annotations = Dictionary(members.compactMap { member in member.value.text.map { (member.name, $0) } }) { $1 }
    }

    init(_ descriptor: Descriptor, annotations: [String: String]) {
      var tree = JSONTree.descriptor(descriptor)
      tree["annotations"] = .annotations(annotations)
      let bare = Descriptor(
        mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size, annotations: annotations)
      self.init(tree: tree, descriptor: bare)
    }

    var isNameless: Bool { annotations[NameAnnotation.fullName] == nil && annotations[NameAnnotation.tag] == nil }
  }
}
