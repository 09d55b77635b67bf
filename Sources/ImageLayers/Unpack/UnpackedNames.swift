/// Names that were unpacked so far, of one layer or of all: whiteouts of a layer are for what lies beneath it, and leave its own
/// names alone. Names are known by the folder that they really are in, whatever links led there, and kept as 16 bytes each.
struct UnpackedNames {
  private struct Mark: Hashable {
    // Two sums with keys that differ from run to run: nobody can make two names with the same.
    let first: Int
    let second: Int

    init(_ folder: FolderIdentity, _ name: [UInt8]) {
      var hasher = Hasher()
      hasher.combine(folder)
      name.withUnsafeBytes { hasher.combine(bytes: $0) }
      first = hasher.finalize()
      hasher = Hasher()
      hasher.combine(first)
      name.withUnsafeBytes { hasher.combine(bytes: $0) }
      hasher.combine(folder)
      second = hasher.finalize()
    }
  }

  private var marks: Set<Mark> = []

  mutating func insert(_ name: [UInt8], in folder: FolderIdentity) {
    marks.insert(Mark(folder, name))
  }

  mutating func remove(_ name: [UInt8], in folder: FolderIdentity) {
    marks.remove(Mark(folder, name))
  }

  func contains(_ name: [UInt8], in folder: FolderIdentity) -> Bool {
    marks.contains(Mark(folder, name))
  }
}
