/// The folders that were used last, by the path that an image has for them: entries of one folder follow one another.
struct FolderCache {
  private static let capacity = 24
  /// The one that was used last stands last.
  private var folders: [(path: [[UInt8]], handle: FolderHandle)] = []

  mutating func folder(_ path: ArraySlice<[UInt8]>) -> FolderHandle? {
    guard let index = folders.lastIndex(where: { Self.isEqual($0.path, path) }) else { return nil }
    if index < folders.count - 1 { folders.append(folders.remove(at: index)) }
    return folders[folders.count - 1].handle
  }

  mutating func insert(_ handle: FolderHandle, path: ArraySlice<[UInt8]>) {
    if folders.count >= Self.capacity { folders.removeFirst() }
    folders.append((Array(path), handle))
  }

  /// Forgets all: a folder or a link was removed, and any path may lead elsewhere now.
  mutating func removeAll() {
    folders.removeAll(keepingCapacity: true)
  }

  /// From the end: that is where paths differ.
  private static func isEqual(_ first: [[UInt8]], _ second: ArraySlice<[UInt8]>) -> Bool {
    guard first.count == second.count else { return false }
    for (one, other) in zip(first.reversed(), second.reversed()) where one != other { return false }
    return true
  }
}
