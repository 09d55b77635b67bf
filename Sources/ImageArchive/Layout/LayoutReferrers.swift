import ImageModel

/// The `referrers.json` of a layout, to which entries are added and of which nothing is lost.
struct LayoutReferrers {
  private var tree: JSONTree

  /// - Parameter bytes: nil where there is no such file.
  /// - Returns: nil for what is no index.
  init?(parsing bytes: [UInt8]?) {
    let bytes = bytes ?? ReferrerList.bytes([])
    guard (try? ManifestDocument(parsing: bytes, contentType: .ociIndex))?.mediaType.isIndex == true,
      let tree = try? JSONTree(parsing: bytes)
    else { return nil }
    self.tree = tree
  }

  var bytes: [UInt8] { tree.bytes }

  /// Adds those that are not there.
  mutating func add(_ referrers: [ArchivedReferrer]) {
    guard let added = try? JSONTree(parsing: ReferrerList.bytes(referrers)) else { return }
    var entries = tree["manifests"]?.elements ?? []
    var known = Set(entries.map(Self.identity))
    entries += (added["manifests"]?.elements ?? []).filter { known.insert(Self.identity($0)).inserted }
    tree["manifests"] = .array(entries)
  }

  /// What tells an entry from others: what it names, what that is about, and its tag.
  private static func identity(_ entry: JSONTree) -> [String?] {
    let annotations = entry["annotations"]
    return [
      entry["digest"]?.text, annotations?[ReferrerList.subjectKey]?.text, annotations?[ReferrerList.tagKey]?.text,
    ]
  }
}

extension JSONTree {
  fileprivate var elements: [JSONTree] { if case .array(let elements) = self { elements } else { [] } }
}
