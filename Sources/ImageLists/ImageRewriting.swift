import ImageModel

/// Gives the images of a Kubernetes or compose file new names. All else stays as it is, byte for byte.
public struct ImageRewriting: Sendable {
  private let bytes: [UInt8]
  /// Each place once, in the order of the text.
  private let found: [Found]

  private struct Found: Sendable {
    let image: ListedImage
    let place: ScalarPlace?
  }

  /// Finds the images of a text.
  ///
  /// - Parameters:
  ///   - environment: the value of a variable; nil where it has none.
  ///   - project: the same of the variables of a compose project, for names in a compose file alone.
  public init(
    _ bytes: [UInt8], environment: @escaping (String) -> String?,
    project: @escaping (String) -> String? = { _ in nil }
  ) throws(ImageListError) {
    guard bytes.count <= ImageList.limit else { throw ImageListError(.tooLarge(limit: ImageList.limit), line: nil) }
    let text = Array(bytes[Self.start(of: bytes)...])
    // Of another encoding not all could stay as it is.
    guard let whole = String(validating: text, as: UTF8.self) else { throw ImageListError(.notText, line: nil) }
    guard ImageList.isYAML(whole) else { throw ImageListError(.notYAML, line: nil) }
    let images = try YAMLImages.read(text, environment: environment, project: project)
    guard !images.images.isEmpty else { throw ImageListError(.empty, line: nil) }
    self.bytes = bytes
    var seen: Set<ScalarPlace> = []
    found = zip(images.images, images.places).filter { _, place in place.map { seen.insert($0).inserted } ?? true }
      .map { Found(image: $0, place: $1) }
  }

  /// The first byte behind UTF-8's byte order mark.
  private static func start(of bytes: [UInt8]) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The text with the names that images have now.
  ///
  /// - Parameter newName: of what an image is called in the text; nil for one that keeps its name.
  /// - Returns: also the images that keep theirs: besides these, those whose name stands in several keys or lines.
  public func text(
    newName: (ImageReference) -> ImageReference?
  ) -> (bytes: [UInt8], kept: [ListedImage]) {
    var changes: [Change] = []
    var kept: [ListedImage] = []
    for entry in found {
      guard let place = entry.place, let name = (try? ImageReference(parsing: entry.image.name)).flatMap(newName) else {
        kept.append(entry.image)
        continue
      }
      let text = name.qualifiedName + (name.digest.map { "@\($0)" } ?? "")
      changes.append(Change(range: place.range, text: place.quote + text + place.quote))
    }
    return (replaced(changes.sorted { $0.range.lowerBound < $1.range.lowerBound }), kept)
  }

  private struct Change {
    let range: Range<Int>
    let text: String
  }

  private func replaced(_ changes: [Change]) -> [UInt8] {
    var offset = Self.start(of: bytes)
    var result = Array(bytes[..<offset])
    var character = 0
    for change in changes {
      let start = offset
      advance(&offset, by: change.range.lowerBound - character)
      result += bytes[start..<offset]
      result += Array(change.text.utf8)
      advance(&offset, by: change.range.count)
      character = change.range.upperBound
    }
    return result + bytes[offset...]
  }

  /// Goes over characters of Unicode: the bytes of one follow its first.
  private func advance(_ offset: inout Int, by characters: Int) {
    for _ in 0..<max(0, characters) where offset < bytes.count {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
    }
  }
}
