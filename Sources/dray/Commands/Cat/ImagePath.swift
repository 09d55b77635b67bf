import DrayMessages
import FoundationEssentials
import SystemPackage

/// What `dray cat` takes: an image and a path in it, `nginx.tar:/etc/passwd`. A path that begins with a slash may follow a
/// reference too, which never has a slash behind a colon.
struct ImagePath: Hashable {
  let image: String
  let path: String
}

extension ImagePath {
  /// - Throws: ``ContentsUsageError/noPath(_:)``.
  init(parsing text: String) throws(ContentsUsageError) {
    let colons = text.indices.filter { text[$0] == ":" }
    // The name of a file may have colons of its own.
    let split =
      colons.first { FileManager.default.fileExists(atPath: String(text[..<$0])) }
      ?? colons.first { text[$0...].hasPrefix(":/") }
      ?? colons.first { ImageOperand.looksLikePath(String(text[..<$0])) }
    guard let split, split > text.startIndex, text.index(after: split) < text.endIndex else { throw .noPath(text) }
    self.init(image: String(text[..<split]), path: String(text[text.index(after: split)...]))
  }
}
