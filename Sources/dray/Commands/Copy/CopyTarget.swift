import DrayMessages
import ImageCopy

/// What the last argument of `dray copy` names.
enum CopyTarget {
  case registry(PushTarget)
  /// An archive, the folder of a layout, or standard output.
  case disk(ExportRequest.Output)

  /// - Throws: ``PushOptionError``; `ImageReferenceError`.
  init(_ text: String) throws {
    try Self.checkIsNoTransport(text)
    guard ImageOperand(text).archive != nil else {
      self = .registry(try PushTarget(text))
      return
    }
    switch PullRequest.Output(argument: text) {
    case .standardOutput: self = .disk(.standardOutput)
    case .directory(let path), .layout(let path): self = .disk(.layout(path))
    case .file(let path): self = .disk(.archive(path))
    }
  }

  /// An image may be written as skopeo wants it.
  static func withoutScheme(_ text: String) -> String {
    let scheme = "docker://"
    return text.hasPrefix(scheme) ? String(text.dropFirst(scheme.count)) : text
  }

  /// Whoever knows skopeo may write a transport before a place, which would be read as an image of Docker Hub.
  ///
  /// - Throws: ``PushOptionError/transport(_:of:)``.
  static func checkIsNoTransport(_ text: String) throws(PushOptionError) {
    let names = ["docker-archive", "oci-archive", "oci", "dir", "docker-daemon", "containers-storage"]
    guard let colon = text.firstIndex(of: ":"), names.contains(String(text[..<colon])) else { return }
    throw .transport(String(text[..<colon]), of: String(text[text.index(after: colon)...]))
  }
}
