import DrayMessages
import ImageCopy
import ImageModel

/// What the second argument names: an image, or with a slash at its end a place for all images.
enum PushTarget {
  case image(String)
  case below(PushRequest.Target)

  init(_ text: String) throws {
    guard text.hasSuffix("/") else {
      _ = try ImageReference(parsing: text)
      self = .image(text)
      return
    }
    let parts = text.dropLast().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let host = parts.first, let registry = try? RegistryName(parsing: String(host)) else {
      throw PushOptionError.place(text)
    }
    let path = parts.count > 1 ? String(parts[1]) : ""
    if !path.isEmpty { _ = try ImageReference(registry: registry, repository: path) }
    self = .below(.below(registry, path: path))
  }

  func target(_ settings: ConnectionSettings) throws -> PushRequest.Target {
    switch self {
    case .image(let text): .image(try settings.access.target(parsing: text))
    case .below(let target): target
    }
  }
}
