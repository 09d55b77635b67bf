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

  /// How Docker calls containerd's store among the facts about its own.
  private static let driver = "io.containerd.snapshotter"

  init(_ bytes: [UInt8]) {
    let fields = try? JSONDecoder().decode(Fields.self, from: Data(bytes))
    platform = fields.flatMap { fields in
      guard let system = fields.system, let architecture = fields.architecture else { return nil }
      return try? Platform(parsing: "\(system)/\(architecture)")
    }
    isOnContainerd = fields?.status?.contains { $0.contains { $0?.hasPrefix(Self.driver) ?? false } } ?? false
    containerd = fields?.containerd.flatMap { place in
      guard let address = place.address, let namespace = place.namespaces?.containers, address.hasPrefix("/") else {
        return nil
      }
      return Containerd(address: address, namespace: namespace)
    }
  }

  private struct Fields: Decodable {
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
      case system = "OSType"
      case architecture = "Architecture"
      case status = "DriverStatus"
      case containerd = "Containerd"
    }
  }
}
