import HTTPAccess

/// The way through the pages of a list: by the `Link` that a registry gives, or by the last entry where it gives none, or one
/// that leads to where the registry does not answer: a gateway before it often does not know its own address.
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
  /// The last entry of the last page that had any.
  private var last: String?
  /// What is wrong with the link that was left, where the page behind the last entry has been asked for instead.
  private var leftLink: RegistryError?
  /// Whether links have led nowhere, and are not tried any more.
  private var distrustsLinks = false

  init(first: AbsoluteURL, limits: ListLimits, asksForCount: Bool = true) {
    self.first = first
    self.limits = limits
    self.asksForCount = asksForCount
    next = asksForCount ? first.appending(query: [("n", "\(limits.pageSize)")]) : first
  }

  /// - Parameters:
  ///   - url: where the page came from.
  ///   - links: its `Link` header lines.
  /// - Throws: ``RegistryError``: `listRefused`; what was wrong with a link that was left, where the registry does not go on
  ///   behind the last entry either.
  mutating func take(_ page: [String], from url: AbsoluteURL, links: [String]) throws(RegistryError) {
    asked.insert(url)
    let before = entries.count
    for entry in page where known.insert(entry).inserted { entries.append(entry) }
    guard entries.count <= limits.entries else { throw refused(.tooManyEntries(limit: limits.entries)) }
    next = nil
    last = page.last ?? last
    let isNew = entries.count > before
    if let leftLink, !isNew, !page.isEmpty { throw leftLink }
    guard let following = try following(page, from: url, links: links), !asked.contains(following) else { return }
    // A registry that begins anew for ever has nothing more to say.
    guard isNew || page.isEmpty && before == 0 else { return }
    guard asked.count < limits.pages else { throw refused(.tooManyPages(limit: limits.pages)) }
    next = following
  }

  /// Goes on behind the last entry where the page that a link led to cannot be had.
  ///
  /// - Returns: whether there is such a way.
  mutating func leaveLink(_ url: AbsoluteURL, after error: RegistryError) -> Bool {
    guard !distrustsLinks, url.path != first.path, let own = behindLast else { return false }
    distrustsLinks = true
    leftLink = error
    next = own
    return true
  }

  private mutating func following(
    _ page: [String], from url: AbsoluteURL, links: [String]
  ) throws(RegistryError) -> AbsoluteURL? {
    leftLink = nil
    if let link = LinkHeader.next(in: links) {
      if !distrustsLinks, let following = url.resolve(location: link), following.origin == first.origin {
        return following
      }
      // Credentials would go along.
      let refusal = refused(.otherHost(String(link.prefix { $0 != "?" }.prefix(256))))
      guard let own = behindLast else { throw refusal }
      leftLink = refusal
      return own
    }
    guard asksForCount, page.count >= limits.pageSize else { return nil }
    return behindLast
  }

  private var behindLast: AbsoluteURL? {
    guard asksForCount, let last else { return nil }
    return first.appending(query: [("n", "\(limits.pageSize)"), ("last", last)])
  }

  private func refused(_ refusal: ListRefusal) -> RegistryError {
    RegistryError(.listRefused(host: first.origin.description, refusal))
  }
}
