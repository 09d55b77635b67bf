import ImageModel

/// Reads which images a file names: a list with one name a line, or the YAML (or JSON) of a compose project, of Kubernetes
/// or of Helm.
public enum ImageList {
  /// The largest file that is read, in bytes.
  public static let limit = 16 << 20

  /// - Parameter environment: the value of a variable; nil where it has none.
  /// - Returns: the images in the order of the file, some perhaps more than once. Never empty.
  public static func read(
    _ bytes: [UInt8], environment: @escaping (String) -> String?
  ) throws(ImageListError) -> [ListedImage] {
    guard bytes.count <= limit else { throw ImageListError(.tooLarge(limit: limit), line: nil) }
    let plain = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard !plain.contains(0), let text = String(validating: plain, as: UTF8.self) else {
      throw ImageListError(.notText, line: nil)
    }
    let images =
      isYAML(text) ? try YAMLImages.read(Array(plain), environment: environment) : try PlainList.read(text)
    guard !images.isEmpty else { throw ImageListError(.empty, line: nil) }
    return images
  }

  /// Whether a text is YAML and no list of names: its first line that says something tells. A name has no colon before a
  /// blank or at its end.
  private static func isYAML(_ text: String) -> Bool {
    for line in PlainList.lines(text) {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if ["---", "-", "{", "["].contains(first) || "{[%".contains(first.first ?? " ") { return true }
      return first.hasSuffix(":") || words.dropFirst().first?.hasPrefix(":") == true
    }
    return false
  }
}
