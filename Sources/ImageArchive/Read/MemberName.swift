import ImageModel

/// What the name of a member means in an image archive. All other names mean nothing: no member is ever looked for
/// under a name that is taken from the archive.
enum MemberName: Hashable {
  case layout, index
  case blob(Digest)

  init?(_ bytes: [UInt8]) {
    // `tar -c .` puts it there.
    let plain = bytes.starts(with: "./".utf8) ? bytes[2...] : bytes[...]
    // "blobs/sha512/" and 128 digits.
    guard plain.count <= 141, let text = String(validating: plain, as: UTF8.self) else { return nil }
    switch text {
    case "oci-layout": self = .layout
    case "index.json": self = .index
    default:
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == "blobs", let digest = try? Digest(parsing: "\(parts[1]):\(parts[2])")
      else { return nil }
      self = .blob(digest)
    }
  }

  var text: String {
    switch self {
    case .layout: "oci-layout"
    case .index: "index.json"
    case .blob(let digest): ArchiveDocuments.path(of: digest)
    }
  }
}
