import ImageLayers
import ImageTransfer
import SystemPackage

/// `dray ls` of an archive: the files of its image.
struct ArchiveListing {
  let archive: FilePath
  let path: String
  let choice: ImageChoice
  let isRecursive: Bool
  let isJSON: Bool
  let context: CommandContext

  /// Written at once, in bytes.
  private static let pieceSize = 64 << 10

  /// - Throws: what the program fails of.
  func run() async throws {
    let image = try await LayeredImage.open(archive: archive, choice: choice)
    let files = try await ReadingProgress.shown(context, sizes: image.layers.map { $0.size ?? 0 }) { passed in
      try await ImageFiles(of: image, width: ReadingProgress.width, passed: passed)
    }
    var lines = ""
    try files.list(path, isRecursive: isRecursive) { entry in
      lines += isJSON ? JSONLine.text(FileRecord(entry, of: image)) : RootEntryText.line(entry)
      guard lines.utf8.count >= Self.pieceSize else { return }
      try context.output.write(lines)
      lines = ""
    }
    try context.output.write(lines)
  }
}
