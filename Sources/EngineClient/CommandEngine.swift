import ImageModel
import SystemPackage

/// An engine by its own command: `docker`, `podman` or `ctr`, here or on another machine.
struct CommandEngine: Engine {
  let kind: EngineKind
  let shell: Shell
  /// containerd's socket; nil for the one that its command knows.
  var socket: String?
  /// containerd's namespace; nil for the one that its command knows.
  var namespace: String?
  /// The address that is set for its command, where it is neither a socket nor a machine that `ssh` reaches.
  var address: String?
  /// Where the address is set.
  var origin: AddressOrigin?

  var place: String {
    if let destination = shell.destination { return "ssh://\(destination)" }
    return socket.map { "unix://\($0)" } ?? address ?? program
  }

  private var program: String { kind == .containerd ? "ctr" : kind.rawValue }

  private var command: String {
    guard kind == .containerd else { return program }
    return "ctr" + (socket.map { " --address \(Shell.quoted($0))" } ?? "")
      + (namespace.map { " --namespace \(Shell.quoted($0))" } ?? "")
  }

  func inventory() async throws -> EngineInventory {
    // An image may be removed between the two commands, and xargs then ends with 123: it is none that the engine has.
    let images = """
      ids=$(\(command) image ls --quiet --no-trunc) &&
      { printf '%s\\n' "$ids" | sort -u | xargs -r \(command) image inspect --format '{{json .}}' || [ $? -eq 123 ]; }
      """
    switch kind {
    case .docker:
      let (first, rest) = Self.firstLine(try await ask("\(command) info --format '{{json .}}' && \(images)"))
      let information = DockerInformation(Array(first.utf8))
      guard let list = DockerImageList(rest) else { throw EngineError.unreadableAnswer(kind, place: place) }
      return EngineInventory(
        store: try await .docker(information, list, shell), images: rest, platform: information.platform,
        keepsAllPlatforms: information.isOnContainerd, keepsReferrers: information.keepsReferrers)
    case .podman:
      let (first, rest) = Self.firstLine(
        try await ask("\(command) info --format '{{.Host.OS}}/{{.Host.Arch}}' && \(images)"))
      return EngineInventory(store: .chainsAndBlobs, images: rest, platform: Self.platform(first))
    case .containerd:
      let (first, rest) = Self.firstLine(try await ask("uname -m && \(ContentTable.script(command))"))
      return EngineInventory(
        store: .blobs(ContentTable(rest)?.kept ?? []), images: [], platform: Self.platform("linux/\(first)"))
    }
  }

  private static func firstLine(_ answer: [UInt8]) -> (first: String, rest: [UInt8]) {
    let lines = answer.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    return (String(decoding: lines.first ?? [], as: UTF8.self), lines.count > 1 ? Array(lines[1]) : [])
  }

  /// The platform at the end of a line.
  private static func platform(_ line: String) -> Platform? {
    line.split(separator: " ").last.flatMap { try? Platform(parsing: String($0)) }
  }

  func load(size: Int64, _ write: @escaping @Sendable (FileDescriptor) async throws -> Void) async throws -> String {
    let ended = try await shell.run(
      // The command itself gets the signal that ends it.
      "exec \(command) " + (kind == .containerd ? "images import -" : "load"), write)
    guard ended.status.isSuccess else {
      try checkReached(ended)
      throw EngineError.refused(kind, words: words(of: ended))
    }
    let said = String(decoding: ended.output, as: UTF8.self)
    try LoadAnswer.checkUnpacked(said, of: kind)
    return said
  }

  /// - Throws: ``EngineError`` where the engine does not answer; `CancellationError`.
  func checkAnswers() async throws { _ = try await ask("\(command) version") }

  private func ask(_ script: String) async throws -> [UInt8] {
    let ended = try await shell.run(script)
    guard ended.status.isSuccess else {
      try checkReached(ended)
      throw EngineError.unreachable(kind, place: place, words: words(of: ended), origin: origin)
    }
    return ended.output
  }

  private func checkReached(_ ended: Shell.Ended) throws(EngineError) {
    switch ended.status.number {
    case Shell.sshFailure where shell.destination != nil:
      throw .unreachable(kind, place: place, words: words(of: ended), origin: origin)
    case Shell.notFound where shell.destination == nil: throw .noProgram(name: program)
    case Shell.notFound: throw .unreachable(kind, place: place, words: words(of: ended), origin: origin)
    default: return
    }
  }

  /// What it said last on standard error, or else on standard output: programs end with why.
  private func words(of ended: Shell.Ended) -> String {
    let said = ended.errors.isEmpty ? String(decoding: ended.output.suffix(1 << 10), as: UTF8.self) : ended.errors
    return said.split(separator: "\n").suffix(3).joined(separator: "; ")
  }
}
