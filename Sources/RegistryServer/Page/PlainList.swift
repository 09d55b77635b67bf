import ImageModel

/// The list of images for who has no script: each with its archive. With a script it is replaced by ``ContentsListing``'s.
struct PlainList: Sendable {
  /// Images that are listed: the page and its files have less than 60 kB.
  static let limit = 100

  /// By their keys.
  let texts: [String: String]

  /// HTML.
  func text(of images: ServedImages) -> String {
    let tags = images.repositories.lazy.flatMap { repository in
      images.tags(of: repository).map { (repository: repository, tag: $0) }
    }
    let first = tags.prefix(Self.limit + 1).map(\.self)
    guard !first.isEmpty else { return item(word("none-here")) }
    let items = first.prefix(Self.limit).map { entry in
      let parsed = try? ImageReference(parsing: entry.repository)
      let name = "\(parsed?.familiarRepository ?? entry.repository):\(entry.tag)"
      let path = ArchiveRequest.path(of: entry.tag, in: entry.repository)
      return
        "<li><code>\(PageHandler.escaped(name))</code><a href=\"\(PageHandler.escaped(path))\">\(word("download"))</a></li>"
    }
    guard first.count > Self.limit else { return items.joined(separator: "\n") }
    return (items + [item(word("here-cut").replacing("{0}", with: "\(Self.limit)"))]).joined(separator: "\n")
  }

  private func item(_ text: String) -> String { "<li><span>\(text)</span></li>" }

  private func word(_ key: String) -> String { PageHandler.escaped(texts[key] ?? "") }
}
