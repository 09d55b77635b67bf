import FileAccess
import ImageArchive
import ImageCopy
import ImageModel
import SystemPackage

/// What `--lock` writes: a list for `--from-file` that brings exactly the images that were found.
enum LockFile {
  /// One line for each image, each once.
  static func text(_ images: [PulledImage]) -> String {
    var seen: Set<String> = []
    let lines = images.map(line).filter { seen.insert($0).inserted }
    return (["# dray pull --from-file brings exactly these images."] + lines).map { "\($0)\n" }.joined()
  }

  private static func line(_ image: PulledImage) -> String {
    let reference = image.reference.with(digest: image.digest)
    var words = [reference.qualifiedName + "@\(image.digest)"]
    switch image.selection {
    case .one(let platform): words += platform.map { ["--platform=\($0)"] } ?? []
    case .several(let platforms): words += platforms.map { "--platform=\($0)" }
    case .all: words.append("--all-platforms")
    }
    if let name = image.name, name != image.reference.with(digest: nil) { words.append("--as=\(name.qualifiedName)") }
    return words.joined(separator: " ")
  }

  /// Puts the file in its place once it is whole.
  ///
  /// - Throws: `ArchiveError`.
  static func write(_ images: [PulledImage], to path: String) throws {
    try FilePlace(FilePath(path)).write(Array(text(images).utf8))
  }
}
