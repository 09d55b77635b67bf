import FileReading
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
  }

  let host: Host

  init(variables: [String: String]) {
    if let text = Self.value("DOCKER_HOST", variables) {
      host = Self.host(text)
      return
    }
    let folder = Self.value("DOCKER_CONFIG", variables) ?? Self.value("HOME", variables).map { "\($0)/.docker" }
    guard let folder,
      let name = Self.value("DOCKER_CONTEXT", variables)
        ?? Self.read(Configuration.self, "\(folder)/config.json")?.currentContext, name != "default", !name.isEmpty
    else {
      host = .standard
      return
    }
    let digest = Digest.hash(Array(name.utf8)).hexadecimal
    let context = Self.read(Context.self, "\(folder)/contexts/meta/\(digest)/meta.json")
    // What the context says else, its certificates for one, Docker's command knows.
    host = context?.endpoints["docker"]?.host.map { Self.host($0) } ?? .other(name)
  }

  private static func host(_ text: String) -> Host {
    EngineHost(parsing: text).map { .host($0) } ?? .other(text)
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
