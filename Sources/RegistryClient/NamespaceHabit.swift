import HTTPAccess
import Synchronization

/// Whether a mirror takes the query (`ns`) that names the registry which it stands for. containerd's configuration wants it
/// sent; it is in no specification, and some registries answer 400 to it.
final class NamespaceHabit: Sendable {
  private let refused = Mutex(false)

  var isRefused: Bool { refused.withLock(\.self) }

  func noteRefusal() { refused.withLock { $0 = true } }
}

extension RegistryEndpoint {
  /// The address without the query that names the registry; nil where it has none.
  func withoutNamespace(_ url: AbsoluteURL) -> AbsoluteURL? {
    guard let namespace, url.origin == origin else { return nil }
    let path = url.target.prefix { $0 != "?" }
    guard let plain = AbsoluteURL(origin: origin, target: String(path)),
      plain.appending(query: [("ns", namespace)]) == url
    else { return nil }
    return plain
  }
}
