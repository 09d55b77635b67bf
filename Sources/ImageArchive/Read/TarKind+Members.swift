extension TarKind {
  /// What an archive is that has these members, and neither `index.json` nor `manifest.json`; nil where it is not known.
  init?(of members: ArchiveMembers) {
    let holds = { (name: String) in MemberPath(name).map { members.entries[$0] != nil } ?? false }
    guard !holds(MemberName.index.text), !holds(StoredFiles.dockerManifest) else { return nil }
    if holds("repositories"), members.entries.keys.contains(where: { $0.name(inFolderOf: "json") != nil }) {
      self = .imageV1
    } else if Self.rootNames.contains(where: holds) {
      self = .rootFileSystem
    } else if let folder = members.folder(of: MemberName.index.text) ?? members.folder(of: StoredFiles.dockerManifest) {
      self = .insideFolder(folder)
    } else {
      return nil
    }
  }

  /// Docker and podman make the first of these in every container.
  private static let rootNames = [".dockerenv", "run/.containerenv", "etc/hosts", "etc/passwd", "etc/os-release"]
}

extension ArchiveMembers {
  /// The folder that a file of this name stands in, below nothing else; nil where there is none.
  fileprivate func folder(of name: String) -> String? {
    entries.keys.lazy.compactMap { $0.name(inFolderOf: name) }.min()
  }
}

extension MemberPath {
  /// The first of two parts of a name, where the second is this; else nil.
  fileprivate func name(inFolderOf file: String) -> String? {
    let parts = text.split(separator: "/")
    return parts.count == 2 && parts[1] == file ? String(parts[0]) : nil
  }
}
