import ImageModel

/// Reads which images a file names: a list with one name a line, or the YAML (or JSON) of a compose project, of Kubernetes
/// or of Helm.
public enum ImageList {
  /// The largest file that is read, in bytes.
  public static let limit = 16 << 20

  /// - Parameters:
  ///   - environment: the value of a variable; nil where it has none.
  ///   - project: the same of the variables of a compose project (`.env`), for names in a compose file alone.
  ///   - passedOver: told of what may be an image, and is not read as one.
  /// - Returns: the images in the order of the file, some perhaps more than once. Never empty.
  public static func read(
    _ bytes: [UInt8], environment: @escaping (String) -> String?,
    project: @escaping (String) -> String? = { _ in nil }, passedOver: (PassedOverImage) -> Void = { _ in }
  ) throws(ImageListError) -> [ListedImage] {
    guard bytes.count <= limit else { throw ImageListError(.tooLarge(limit: limit), line: nil) }
    let text = try ListText.read(bytes)
    guard isYAML(text) else {
      let images = try PlainList.read(text)
      guard !images.isEmpty else { throw ImageListError(.empty, line: nil) }
      return images
    }
    let found = try YAMLImages.read(Array(text.utf8), environment: environment, project: project)
    guard !found.images.isEmpty else {
      throw found.passedOver.first.map { ImageListError(.passedOver($0.reason), line: $0.line) }
        ?? ImageListError(.empty, line: nil)
    }
    for image in found.passedOver { passedOver(image) }
    return found.images
  }

  /// Whether a text is YAML and no list of names: its first line that says something tells. A name has no colon before a
  /// blank or at its end.
  static func isYAML(_ text: String) -> Bool {
    for line in PlainList.lines(text) {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if ["---", "-", "{", "["].contains(first) || "{[%".contains(first.first ?? " ") { return true }
      return first.hasSuffix(":") || words.dropFirst().first?.hasPrefix(":") == true
    }
    return false
  }
}
