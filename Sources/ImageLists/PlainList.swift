import ImageModel

/// A list of images, one a line:
///
///     # what the shop needs
///     nginx:1.21.4
///     harbor.example.com/team/app:2.0 --platform=linux/arm64
///
/// `#` begins a comment. `--platform=` (several times for several), `--all-platforms` and `--as=` hold for the image of
/// their line. A line with nothing but `--platform=` or `--all-platforms` holds for the lines behind it that say nothing
/// themselves.
enum PlainList {
  static func lines(_ text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }

  static func read(_ text: String) throws(ImageListError) -> [ListedImage] {
    var images: [ListedImage] = []
    var common = ListedImage(name: "", line: 0)
    for (index, line) in lines(text).enumerated() {
      var image = ListedImage(name: "", line: index + 1)
      var name: Substring?
      var isEmpty = true
      for word in line.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
        guard !word.hasPrefix("#") else { break }
        isEmpty = false
        if word.hasPrefix("-") {
          try read(option: word, into: &image)
        } else if name == nil {
          name = word
        } else {
          throw ImageListError(unexpected(word, in: line), line: index + 1)
        }
      }
      guard image.platforms.isEmpty || !image.wantsAllPlatforms else {
        throw ImageListError(.conflictingPlatforms, line: index + 1)
      }
      guard let name else {
        if let loaded = image.loadedName { throw ImageListError(.unexpectedWord("--as=\(loaded)"), line: index + 1) }
        if !isEmpty { common = image }
        continue
      }
      images.append(image.named(String(name), orElse: common))
    }
    return images
  }

  /// What is wrong with a line that goes on behind its name.
  private static func unexpected(_ word: Substring, in line: Substring) -> ImageListError.Reason {
    let words = line.split { $0 == " " || $0 == "\t" }
    if words.starts(with: ["REPOSITORY", "TAG"]) { return .tableOfImages }
    do { _ = try ImageReference(parsing: String(line)) } catch {
      if let suggestion = error.suggestion ?? PastedCommand.image(in: String(line)) {
        return .moreThanAName(words.joined(separator: " "), suggestion: suggestion)
      }
    }
    return .unexpectedWord(String(word))
  }

  private static func read(option word: Substring, into image: inout ListedImage) throws(ImageListError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts[0], parts.count > 1 ? String(parts[1]) : nil) {
    case ("--platform", let value?):
      do { image.platforms.append(try Platform(parsing: value)) } catch {
        throw ImageListError(.platform(value), line: image.line)
      }
    case ("--all-platforms", nil): image.wantsAllPlatforms = true
    case ("--as", let value?): image.loadedName = value
    default: throw ImageListError(.unknownOption(String(word)), line: image.line)
    }
  }
}

extension ListedImage {
  fileprivate func named(_ name: String, orElse common: ListedImage) -> ListedImage {
    var image = ListedImage(name: name, line: line)
    let saysNothing = platforms.isEmpty && !wantsAllPlatforms
    image.platforms = saysNothing ? common.platforms : platforms
    image.wantsAllPlatforms = saysNothing ? common.wantsAllPlatforms : wantsAllPlatforms
    image.loadedName = loadedName
    return image
  }
}
