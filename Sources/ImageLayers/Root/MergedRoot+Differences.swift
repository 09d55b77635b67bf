extension MergedRoot {
  /// Everything that is not the same in two roots, in the order of paths: what the first one has, and the second one.
  /// Times do not count. A folder that no entry names is the same as any folder.
  ///
  /// - Throws: what `body` throws.
  package static func forEachDifference(
    _ first: MergedRoot, _ second: MergedRoot, _ body: (RootEntry?, RootEntry?) throws -> Void
  ) rethrows {
    var waiting: [(NodeID?, NodeID?)] = [(rootID, rootID)]
    while let (one, other) = waiting.popLast() {
      let differs =
        if let one, let other { !first.isSame(one, as: other, in: second) } else { true }
      if differs { try body(one.map { first.entry($0) }, other.map { second.entry($0) }) }
      let left = one.flatMap { first.nodes[Int($0)].children } ?? [:]
      let right = other.flatMap { second.nodes[Int($0)].children } ?? [:]
      let names = Set(left.keys).union(right.keys).sorted { precedes($1, $0) }
      waiting += names.map { (left[$0], right[$0]) }
    }
  }

  private func isSame(_ node: NodeID, as other: NodeID, in second: MergedRoot) -> Bool {
    let (one, other) = (files[Int(nodes[Int(node)].file)], second.files[Int(second.nodes[Int(other)].file)])
    guard one.kind == other.kind else { return false }
    if one.kind == .directory, one.place == nil || other.place == nil { return true }
    return one.mode == other.mode && one.userID == other.userID && one.groupID == other.groupID
      && one.size == other.size && one.linkTarget == other.linkTarget && one.digest == other.digest
      && one.attributesDigest == other.attributesDigest
  }
}
