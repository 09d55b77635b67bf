/// The way through the pages of a list: by the `Link` that a registry gives, or by the last entry where it gives none.
///
/// It ends, whatever the registry answers: at a page without anything new, at an address that was asked before, and at
/// the limits.
struct PageWalk: Sendable {
  private let first: AbsoluteURL
  private let limits: ListLimits
  /// Whether pages have a size that is asked for, and go on behind their last entry.
  private let asksForCount: Bool
  /// The page to ask for; nil at the end.
  private(set) var next: AbsoluteURL?
  /// Each once, in the registry's order.
  private(set) var entries: [String] = []
  private var known: Set<String> = []
  private var asked: Set<AbsoluteURL> = []

  init(first: AbsoluteURL, limits: ListLimits, asksForCount: Bool = true) {
    self.first = first
    self.limits = limits
    self.asksForCount = asksForCount
    next = asksForCount ? first.appending(query: [("n", "\(limits.pageSize)")]) : first
  }

  /// - Parameters:
  ///   - url: where the page came from.
  ///   - links: its `Link` header lines.
  /// - Throws: ``RegistryError``: `listRefused`.
  mutating func take(_ page: [String], from url: AbsoluteURL, links: [String]) throws(RegistryError) {
    asked.insert(url)
    let before = entries.count
    for entry in page where known.insert(entry).inserted { entries.append(entry) }
    guard entries.count <= limits.entries else { throw refused(.tooManyEntries(limit: limits.entries)) }
    next = nil
    guard let following = try following(page, from: url, links: links), !asked.contains(following) else { return }
    // A registry that begins anew for ever has nothing more to say.
    guard entries.count > before || page.isEmpty && before == 0 else { return }
    guard asked.count < limits.pages else { throw refused(.tooManyPages(limit: limits.pages)) }
    next = following
  }

  private func following(
    _ page: [String], from url: AbsoluteURL, links: [String]
  ) throws(RegistryError) -> AbsoluteURL? {
    if let link = LinkHeader.next(in: links) {
      guard let following = url.resolve(location: link), following.origin == first.origin else {
        // Credentials would go along.
        throw refused(.otherHost(String(link.prefix { $0 != "?" }.prefix(256))))
      }
      return following
    }
    guard asksForCount, page.count >= limits.pageSize, let last = page.last else { return nil }
    return first.appending(query: [("n", "\(limits.pageSize)"), ("last", last)])
  }

  private func refused(_ refusal: RegistryError.ListRefusal) -> RegistryError {
    RegistryError(.listRefused(host: first.origin.description, refusal))
  }
}
