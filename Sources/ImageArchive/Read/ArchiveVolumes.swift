import SystemPackage

/// The volumes of an archive that was split: `bundle.tar.001`, `bundle.tar.002` … All but the last have one size.
enum ArchiveVolumes {
  /// The most volumes of one archive.
  static let limit = 999
  static let firstEnding = ending(1)

  static func ending(_ number: Int) -> String {
    let digits = "\(number)"
    return "." + String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
  }

  /// The names of the volumes behind a first one; none where the name is not that of a first volume.
  static func names(following first: String) -> some Sequence<String> {
    let isFirst = first.hasSuffix(firstEnding) && first.utf8.count > firstEnding.utf8.count
    let stem = first.dropLast(firstEnding.utf8.count)
    return (2...limit).lazy.prefix { _ in isFirst }.map { stem + ending($0) }
  }

  /// Opens an archive and all of its volumes.
  ///
  /// - Parameter open: opens the file of a name.
  /// - Throws: ``ArchiveFault/volumeMissing(name:)``; what `open` throws.
  static func open(
    _ first: String, _ open: (String) throws -> FileDescriptor
  ) throws -> [FileDescriptor] {
    var files = [try open(first)]
    var missing: String?
    do {
      for name in names(following: first) {
        let file: FileDescriptor
        do { file = try open(name) } catch Errno.noSuchFileOrDirectory {
          missing = missing ?? name
          continue
        }
        guard let missing else {
          files.append(file)
          continue
        }
        try file.close()
        throw ArchiveFault.volumeMissing(name: missing)
      }
      try check(files, named: [first] + names(following: first).prefix(files.count - 1))
    } catch {
      for file in files { try? file.close() }
      throw error
    }
    return files
  }

  /// A volume that is shorter or longer than the others is damaged: the bytes behind it would not be where they belong.
  private static func check(_ files: [FileDescriptor], named names: [String]) throws {
    guard files.count > 1 else { return }
    let sizes = try files.map { try $0.stat().size }
    // Of two the larger one has the right size; of more it is the one that most have.
    let expected =
      files.count == 2 ? sizes.max() ?? 0 : sizes[0] == sizes[1] ? sizes[0] : sizes[files.count == 3 ? 0 : 2]
    for (index, size) in sizes.enumerated() {
      guard size == expected || index == sizes.count - 1 && size < expected else {
        throw ArchiveFault.volumeSizeDiffers(name: names[index], expected: expected, actual: size)
      }
    }
  }

  /// The volume that would follow those that are there.
  static func next(after first: FilePath) -> String? {
    guard let name = first.lastComponent?.string else { return nil }
    let folder = first.removingLastComponent()
    return names(following: name).first { (try? folder.appending($0).stat()) == nil }
  }
}
