import DrayMessages
import ImageContents
import ImageLayers

/// `dray ls` of an image: its files.
struct FileListing {
  let path: String
  let isRecursive: Bool
  let isJSON: Bool
  let context: CommandContext

  /// Written at once, in bytes.
  private static let pieceSize = 64 << 10

  /// - Throws: what the program fails of.
  func run(of image: ReadableImage) async throws {
    let files = try await LayerProgress.shown(context, sizes: image.layers.map { $0.size ?? 0 }) { passed in
      try await ImageFiles(of: image, for: path, isDigesting: false, width: LayerProgress.width, passed: passed)
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
