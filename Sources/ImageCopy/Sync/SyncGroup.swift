import ImageModel

/// Names of one repository of a target that are to stand for the same image: its content is brought there once.
struct SyncGroup: Sendable {
  /// One of the names.
  struct Member: Sendable {
    /// The number of its entry.
    let index: Int
    /// What the name stands for now; nil for nothing.
    let existing: Digest?
  }

  let root: Digest
  private(set) var members: [Member]

  /// The groups of what is to be copied, in the order of their first names; in each the names that must be written come first.
  ///
  /// - Parameter members: in any order.
  static func groups(of members: [(member: Member, root: Digest)], in entries: [SyncRequest.Entry]) -> [SyncGroup] {
    struct Key: Hashable {
      let root: Digest
      let target: ImageReference
      let source: ImageReference
    }
    var groups: [SyncGroup] = []
    var places: [Key: Int] = [:]
    for (member, root) in members.sorted(by: { $0.member.index < $1.member.index }) {
      let entry = entries[member.index]
      let key = Key(root: root, target: entry.target.repositoryName, source: entry.source.repositoryName)
      if let place = places[key] {
        groups[place].members.append(member)
      } else {
        places[key] = groups.count
        groups.append(SyncGroup(root: root, members: [member]))
      }
    }
    for place in groups.indices {
      let (there, missing) = (
        groups[place].members.filter { $0.existing == groups[place].root },
        groups[place].members.filter { $0.existing != groups[place].root }
      )
      groups[place].members = missing + there
    }
    return groups
  }
}

extension ImageReference {
  /// Without tag and digest.
  fileprivate var repositoryName: ImageReference {
    (try? ImageReference(registry: registry, repository: repository)) ?? self
  }
}
