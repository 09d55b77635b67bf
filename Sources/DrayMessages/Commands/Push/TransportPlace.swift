import ImageModel

/// What stands behind one of skopeo's transports: a path, and a name in it where there is one.
struct TransportPlace {
  private let transport: String
  private let rest: String

  init(_ transport: String, _ rest: String) {
    self.transport = transport
    self.rest = rest
  }

  /// How the same is written here.
  var hint: Phrase {
    let naming = name.map {
      Phrase(
        ", and '\(whole: $0)' behind --image (source) or --as (target)",
        chinese: "，名称 “\(whole: $0)” 写在 --image（来源）或 --as（目标）之后")
    }
    let other = image.map {
      Phrase("; for the image of this name write \(whole: $0)", chinese: "；如果确实指该名称的镜像，请写 \(whole: $0)")
    }
    return Phrase(
      "write '\(whole: path)'\(naming?.english ?? "")\(other?.english ?? "")",
      chinese: "请写 “\(whole: path)”\(naming?.chinese ?? "")\(other?.chinese ?? "")")
  }

  /// A path that can be nothing else; of a layout with a slash at its end.
  private var path: String {
    let text = String(rest[..<(rest.firstIndex(of: ":") ?? rest.endIndex)])
    let isPlain = text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../")
    let isFolder = !transport.hasSuffix("archive") && !text.hasSuffix("/")
    return (isPlain ? "" : "./") + text + (isFolder ? "/" : "")
  }

  private var name: String? {
    guard let colon = rest.firstIndex(of: ":") else { return nil }
    let name = rest[rest.index(after: colon)...]
    return name.isEmpty ? nil : String(name)
  }

  /// The image of Docker Hub that the whole could name.
  private var image: String? {
    let text = "docker.io/library/\(transport):\(rest)"
    return (try? ImageReference(parsing: text)) == nil ? nil : text
  }
}
