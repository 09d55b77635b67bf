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
    case .docker: return try await docker()
    case .podman: return podman()
    case .containerd: return command(.containerd, namespace: namespace)
    case nil: break
    }
    // What a variable says is meant, also where it leads to nothing. A context that docker's file has is one place of several.
    let address = DockerAddress(variables: variables)
    if case .variable? = address.origin { return try await docker() }
    var failure = EngineError.noEngine(place: nil)
    switch try await Self.answering({ try await docker() }) {
    case .success(let engine): return engine
    // A socket that is there, and a context that is set, are worth more words than that there is nothing.
    case .failure(let error) where address.origin != nil || Self.isSocket(DockerAddress.standardSocket): failure = error
    case .failure: break
    }
    if variables["CONTAINER_HOST"].map({ !$0.isEmpty }) ?? false { return podman() }
    for engine in [podman(), command(.containerd, namespace: namespace)] {
      if case .success(let engine) = try await Self.answering({ engine }) { return engine }
    }
    throw failure
  }

  /// An engine that answers now, or why it does not.
  private static func answering(
    _ engine: () async throws -> any Engine
  ) async throws -> Result<any Engine, EngineError> {
    do {
      let engine = try await engine()
      switch engine {
      case let engine as APIEngine: return .success(try await engine.identified())
      case let engine as CommandEngine: try await engine.checkAnswers()
      default: break
      }
      return .success(engine)
    } catch let error as EngineError { return .failure(error) }
  }

  // MARK: This machine

  private var here: Shell { Shell(destination: nil, variables: variables) }

  private func docker() async throws -> any Engine {
    let address = DockerAddress(variables: variables)
    switch address.host {
    case .host(.unix(let path)): return try await docker(at: path, address.origin)
    case .host(.ssh(let destination)): return command(.docker, at: destination, origin: address.origin)
    // TLS and the like: its own command knows how.
    case .other(let text): return command(.docker, address: text, origin: address.origin)
    case .noContext(let name, let file):
      throw EngineError.noContext(name: name, file: file, origin: address.origin ?? .variable("DOCKER_CONTEXT"))
    case .standard:
      guard Self.isSocket(DockerAddress.standardSocket) else { return command(.docker) }
      return try await docker(at: DockerAddress.standardSocket, nil)
    }
  }

  /// podman's socket is often where Docker's is expected. What does not answer says why when it is asked for more.
  private func docker(at socket: String, _ origin: AddressOrigin?) async throws -> APIEngine {
    let engine = APIEngine(kind: .docker, socket: socket, shell: here, origin: origin)
    do { return try await engine.identified() } catch is EngineError { return engine }
  }

  private func podman() -> any Engine {
    let name = "CONTAINER_HOST"
    if let text = variables[name], !text.isEmpty {
      let origin = AddressOrigin.variable(name)
      return switch EngineHost(parsing: text) {
      case .unix(let path): APIEngine(kind: .podman, socket: path, origin: origin)
      case .ssh(let destination): command(.podman, at: destination, origin: origin)
      // Its own command knows more.
      case nil: command(.podman, address: text, origin: origin)
      }
    }
    let folder = variables["XDG_RUNTIME_DIR"].map { "\($0)/podman" } ?? "/run/user/\(userID)/podman"
    let socket = userID == 0 ? "/run/podman/podman.sock" : "\(folder)/podman.sock"
    return Self.isSocket(socket) ? APIEngine(kind: .podman, socket: socket) : command(.podman)
  }

  private func command(
    _ kind: EngineKind, at destination: SSHDestination? = nil, socket: String? = nil, namespace: String? = nil,
    address: String? = nil, origin: AddressOrigin? = nil
  ) -> CommandEngine {
    CommandEngine(
      kind: kind, shell: Shell(destination: destination, variables: variables), socket: socket, namespace: namespace,
      address: address, origin: origin)
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
    if kind == .podman { return APIEngine(kind: .podman, socket: socket) }
    if kind == .docker { return try await docker(at: socket, nil) }
    do { return try await APIEngine(kind: .docker, socket: socket, shell: here).identified() } catch is EngineError {
      throw EngineError.noEngine(place: "unix://\(socket)")
    }
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
