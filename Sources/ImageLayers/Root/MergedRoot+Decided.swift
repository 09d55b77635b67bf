extension MergedRoot {
  /// Whether layers below, which were not laid on, cannot change what stands at a path: something other than a folder.
  ///
  /// A path of a layer may lead through a link of a lower one. So nothing is sure as long as a folder is only known from
  /// the paths of others, or a whiteout is for a folder that did not come yet.
  package func isDecided(_ path: String) -> Bool {
    guard isPartial else { return true }
    guard removals.count < limit, let found = try? entry(at: path, followingLink: true), found.kind != .directory,
      found.place != nil
    else { return false }
    let isKnown = files.dropFirst().allSatisfy { $0.linkCount == 0 || $0.kind != .directory || $0.place != nil }
    guard isKnown else { return false }
    let folders = removals.paths.lazy.map(\.parent)
    return folders.allSatisfy(isFolder) && removals.cleared.allSatisfy(isFolder)
  }

  private func isFolder(_ path: LayerPath) -> Bool {
    guard let node = try? node(at: path, followingLink: true) else { return false }
    return nodes[Int(node)].children != nil
  }
}
