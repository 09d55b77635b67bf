import FileAccess
import FoundationEssentials
import ImageModel
import SystemPackage

/// Where Docker's own command would look for its engine: `DOCKER_HOST`, or else the context that is in use.
struct DockerAddress: Sendable {
  static let standardSocket = "/var/run/docker.sock"
  /// The longest file of Docker's configuration that is read, in bytes.
  private static let fileLimit = 1 << 20

  enum Host: Sendable, Hashable {
    case host(EngineHost)
    /// An address that Docker's command understands, and that needs more than is done here.
    case other(String)
    case standard
    /// A context that is not there.
    case noContext(name: String, file: String)
  }

  let host: Host
  /// Nil for the standard socket.
  let origin: AddressOrigin?

  init(variables: [String: String]) {
    if let text = Self.value("DOCKER_HOST", variables) {
      host = Self.host(text)
      origin = .variable("DOCKER_HOST")
      return
    }
    let folder = Self.value("DOCKER_CONFIG", variables) ?? Self.value("HOME", variables).map { "\($0)/.docker" }
    let configuration = folder.map { "\($0)/config.json" }
    let named = Self.value("DOCKER_CONTEXT", variables)
    guard let folder, let configuration,
      let name = named ?? Self.read(Configuration.self, configuration)?.currentContext, name != "default", !name.isEmpty
    else {
      host = .standard
      origin = nil
      return
    }
    origin = named == nil ? .file(path: configuration) : .variable("DOCKER_CONTEXT")
    let digest = Digest.hash(Array(name.utf8)).hexadecimal
    let file = "\(folder)/contexts/meta/\(digest)/meta.json"
    guard (try? FilePath(file).stat()) != nil else {
      host = .noContext(name: name, file: file)
      return
    }
    // What the context says else, its certificates for one, Docker's command knows.
    host = Self.read(Context.self, file)?.endpoints["docker"]?.host.map { Self.host($0) } ?? .other(name)
  }

  /// Docker's command takes an address without a scheme for one of TCP.
  private static func host(_ text: String) -> Host {
    let isBare = !text.contains("://") && !text.hasPrefix("/")
    return EngineHost(parsing: text).map { .host($0) } ?? .other(isBare ? "tcp://\(text)" : text)
  }

  private static func value(_ name: String, _ variables: [String: String]) -> String? {
    variables[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private struct Configuration: Decodable {
    let currentContext: String?
  }

  private struct Context: Decodable {
    struct Endpoint: Decodable {
      let host: String?

      private enum CodingKeys: String, CodingKey {
        case host = "Host"
      }
    }

    let endpoints: [String: Endpoint]

    private enum CodingKeys: String, CodingKey {
      case endpoints = "Endpoints"
    }
  }

  /// Nil where there is no such file, or it says nothing of this.
  private static func read<Value: Decodable>(_ type: Value.Type, _ path: String) -> Value? {
    guard let bytes = try? FileDescriptor.bytes(of: FilePath(path), limit: fileLimit),
      (try? JSONScanner.check(bytes, numbers: .finite)) != nil
    else { return nil }
    return try? JSONDecoder().decode(type, from: Data(bytes))
  }
}
