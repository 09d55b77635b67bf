import FoundationEssentials
import ImageModel

/// What Docker and podman say of themselves and of their machine (Docker Engine API, `/info`; `docker info`).
struct DockerInformation: Sendable {
  /// Where containerd is, and in which of its namespaces Docker keeps images. Docker tells since version 27.
  struct Containerd: Sendable, Hashable {
    let address: String
    let namespace: String
  }

  let platform: Platform?
  /// Whether Docker keeps its images in containerd's store.
  let isOnContainerd: Bool
  /// Nil where it does not say.
  let containerd: Containerd?
  /// Whether it keeps signatures and the like that `index.json` names as such (moby, pull request 51012).
  let keepsReferrers: Bool

  /// How Docker calls containerd's store among the facts about its own.
  private static let driver = "io.containerd.snapshotter"

  init(_ bytes: [UInt8]) {
    let fields = try? JSONDecoder().decode(Fields.self, from: Data(bytes))
    platform = fields.flatMap { fields in
      guard let system = fields.system, let architecture = fields.architecture else { return nil }
      return try? Platform(parsing: "\(system)/\(architecture)")
    }
    isOnContainerd = fields?.status?.contains { $0.contains { $0?.hasPrefix(Self.driver) ?? false } } ?? false
    keepsReferrers = isOnContainerd && fields?.version.map { Self.isAtLeast($0, 29, 1) } ?? false
    containerd = fields?.containerd.flatMap { place in
      guard let address = place.address, let namespace = place.namespaces?.containers, address.hasPrefix("/") else {
        return nil
      }
      return Containerd(address: address, namespace: namespace)
    }
  }

  /// - Parameter version: `28.5.2+dfsg4`, `29.1.0-rc.1`. What is none is taken for an old one.
  private static func isAtLeast(_ version: String, _ major: Int, _ minor: Int) -> Bool {
    let numbers = version.split(separator: ".").prefix(2).map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let second = numbers[1] else { return false }
    return (first, second) >= (major, minor)
  }

  private struct Fields: Decodable {
    let version: String?
    let system: String?
    let architecture: String?
    let status: [[String?]]?
    let containerd: Place?

    struct Place: Decodable {
      let address: String?
      let namespaces: Namespaces?

      private enum CodingKeys: String, CodingKey {
        case address = "Address"
        case namespaces = "Namespaces"
      }
    }

    struct Namespaces: Decodable {
      let containers: String?

      private enum CodingKeys: String, CodingKey {
        case containers = "Containers"
      }
    }

    private enum CodingKeys: String, CodingKey {
      case version = "ServerVersion"
      case system = "OSType"
      case architecture = "Architecture"
      case status = "DriverStatus"
      case containerd = "Containerd"
    }
  }
}
