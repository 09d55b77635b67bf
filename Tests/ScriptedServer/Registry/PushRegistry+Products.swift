import FoundationEssentials

extension PushRegistry {
  /// Whose a registry is, as far as its first answer shows it.
  public enum Product: Sendable {
    case harbor, quay

    /// Where it gives tokens.
    var tokenPath: String {
      switch self {
      case .harbor: "/service/token"
      case .quay: "/v2/auth"
      }
    }

    func challenge(_ origin: String) -> String {
      let service =
        switch self {
        case .harbor: "harbor-registry"
        case .quay: String(origin.split(separator: "/").last ?? "")
        }
      return #"Bearer realm="\#(origin)\#(tokenPath)",service="\#(service)""#
    }
  }

  /// How a push to a namespace that is not there is refused, as if a right were missing.
  public enum NamespaceRefusal: Sendable, Hashable {
    /// 403 in these words.
    case denied
    /// 401 again and again, with `insufficient_scope`: the token service gave a token without the right.
    case insufficientScope
    /// 404 NAME_UNKNOWN.
    case unknown

    func reply(_ origin: String) -> Reply {
      switch self {
      case .denied: .registryError(403, "DENIED", "requested access to the resource is denied")
      case .insufficientScope:
        .registryError(401, "UNAUTHORIZED", "authentication required")
          .header("WWW-Authenticate", #"Bearer realm="\#(origin)/token",service="registry",error="insufficient_scope""#)
      case .unknown: .registryError(404, "NAME_UNKNOWN", "repository name not known to registry")
      }
    }
  }

  /// After what time Quay deletes which tags, by labels: what all manifests of an image agree on, when it came.
  public func expirations(_ repository: String = "team/app") -> [String: String] {
    state.withLock { $0.expirations[repository] ?? [:] }
  }

  /// What the label of a manifest, or of all manifests of an index, gives the tag (quay `data/model/oci/manifest.py`).
  static func expiry(of bytes: [UInt8], in repository: String, _ state: State) -> String? {
    guard let document = try? JSONDecoder().decode(LabelledDocument.self, from: Data(bytes)) else { return nil }
    if let entries = document.manifests {
      let labels = entries.map { entry in
        state.manifests[repository]?[entry.digest].flatMap { expiry(of: $0.bytes, in: repository, state) }
      }
      return Set(labels).count == 1 ? labels[0] : nil
    }
    if let label = document.annotations?[LabelledDocument.label] { return label }
    guard let config = document.config.flatMap({ state.blobs[repository]?[$0.digest] }) else { return nil }
    return (try? JSONDecoder().decode(LabelledConfig.self, from: Data(config)))?.config?.labels?[LabelledDocument.label]
  }
}

private struct LabelledDocument: Decodable {
  static let label = "quay.expires-after"

  struct Entry: Decodable {
    let digest: String
  }

  let manifests: [Entry]?
  let config: Entry?
  let annotations: [String: String]?
}

private struct LabelledConfig: Decodable {
  struct Execution: Decodable {
    enum CodingKeys: String, CodingKey {
      case labels = "Labels"
    }

    let labels: [String: String]?
  }

  let config: Execution?
}
