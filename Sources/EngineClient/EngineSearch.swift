import SystemPackage

/// Finds the engine that images are to be loaded into, the way the engines' own commands do.
public struct EngineSearch: Sendable {
  private let variables: [String: String]
  private let userID: UInt32

  /// - Parameters:
  ///   - variables: those of the process. The programs that lead to an engine get them too.
  ///   - userID: the number of the user who runs the process.
  public init(variables: [String: String], userID: UInt32) {
    self.variables = variables
    self.userID = userID
  }

  /// - Parameters:
  ///   - kind: nil for the first that answers, in the order docker, podman, containerd.
  ///   - host: nil for what variables and configuration say.
  ///   - namespace: containerd's; nil for the one that its command knows.
  /// - Throws: ``EngineError``; `CancellationError`.
  public func engine(_ kind: EngineKind?, at host: EngineHost?, namespace: String?) async throws -> any Engine {
    switch host {
    case .ssh(let destination): return try await engine(kind, at: destination, namespace)
    case .unix(let path): return try await engine(kind, at: path, namespace)
    case nil: break
    }
    switch kind {
    case .docker: return docker()
    case .podman: return podman()
    case .containerd: return command(.containerd, namespace: namespace)
    case nil: break
    }
    if try await docker().reaches() { return docker() }
    if try await podman().reaches() { return podman() }
    let containerd = command(.containerd, namespace: namespace)
    if try await containerd.answers() { return containerd }
    throw EngineError.noEngine(place: nil)
  }

  // MARK: This machine

  private var here: Shell { Shell(destination: nil, variables: variables) }

  private func docker() -> any Engine {
    switch DockerAddress(variables: variables).host {
    case .host(.unix(let path)): APIEngine(kind: .docker, socket: path, shell: here)
    case .host(.ssh(let destination)): command(.docker, at: destination)
    // TLS and the like: its own command knows how.
    case .other: command(.docker)
    case .standard:
      Self.isSocket(DockerAddress.standardSocket)
        ? APIEngine(kind: .docker, socket: DockerAddress.standardSocket, shell: here) : command(.docker)
    }
  }

  private func podman() -> any Engine {
    switch variables["CONTAINER_HOST"].flatMap({ EngineHost(parsing: $0) }) {
    case .unix(let path): return APIEngine(kind: .podman, socket: path)
    case .ssh(let destination): return command(.podman, at: destination)
    case nil: break
    }
    let folder = variables["XDG_RUNTIME_DIR"].map { "\($0)/podman" } ?? "/run/user/\(userID)/podman"
    let socket = userID == 0 ? "/run/podman/podman.sock" : "\(folder)/podman.sock"
    return Self.isSocket(socket) ? APIEngine(kind: .podman, socket: socket) : command(.podman)
  }

  private func command(
    _ kind: EngineKind, at destination: SSHDestination? = nil, socket: String? = nil, namespace: String? = nil
  ) -> CommandEngine {
    CommandEngine(
      kind: kind, shell: Shell(destination: destination, variables: variables), socket: socket, namespace: namespace)
  }

  private static func isSocket(_ path: String) -> Bool {
    (try? FilePath(path).stat())?.type == .socket
  }

  // MARK: Elsewhere

  private func engine(_ kind: EngineKind?, at socket: String, _ namespace: String?) async throws -> any Engine {
    // containerd speaks another protocol, which its command knows.
    if kind == .containerd || kind == nil && socket.contains("containerd") {
      return command(.containerd, socket: socket, namespace: namespace)
    }
    if let kind { return APIEngine(kind: kind, socket: socket, shell: here) }
    guard let found = try await APIEngine.kind(at: socket) else {
      throw EngineError.noEngine(place: "unix://\(socket)")
    }
    return APIEngine(kind: found, socket: socket, shell: here)
  }

  private func engine(
    _ kind: EngineKind?, at destination: SSHDestination, _ namespace: String?
  ) async throws -> any Engine {
    if let kind { return command(kind, at: destination, namespace: namespace) }
    let script = """
      if docker version >/dev/null 2>&1; then echo docker
      elif podman version >/dev/null 2>&1; then echo podman
      elif ctr version >/dev/null 2>&1; then echo containerd
      fi
      """
    let ended = try await Shell(destination: destination, variables: variables).run(script)
    let name = String(decoding: ended.output, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
    guard let found = EngineKind(rawValue: name) else {
      guard ended.status.isSuccess else {
        throw EngineError.unreachable(
          .docker, place: "ssh://\(destination)",
          words: ended.errors.split(separator: "\n").suffix(3).joined(separator: "; "))
      }
      throw EngineError.noEngine(place: "ssh://\(destination)")
    }
    return command(found, at: destination, namespace: namespace)
  }
}

extension Engine {
  /// Whether the engine answers now.
  fileprivate func reaches() async throws -> Bool {
    switch self {
    case let engine as APIEngine: try await APIEngine.kind(at: engine.socket) != nil
    case let engine as CommandEngine: try await engine.answers()
    default: true
    }
  }
}
