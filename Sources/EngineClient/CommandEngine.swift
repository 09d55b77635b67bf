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

  var place: String {
    if let destination = shell.destination { return "ssh://\(destination)" }
    return socket.map { "unix://\($0)" } ?? program
  }

  private var program: String { kind == .containerd ? "ctr" : kind.rawValue }

  private var command: String {
    guard kind == .containerd else { return program }
    return "ctr" + (socket.map { " --address \(Shell.quoted($0))" } ?? "")
      + (namespace.map { " --namespace \(Shell.quoted($0))" } ?? "")
  }

  func inventory() async throws -> EngineInventory {
    let images =
      "\(command) image ls --quiet --no-trunc | sort -u | xargs -r \(command) image inspect --format '{{json .}}'"
    switch kind {
    case .docker:
      // The first line says which store it is.
      let answer = try await ask("\(command) info --format '{{json .DriverStatus}}' && \(images)")
      let lines = answer.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
      let isContainerd = String(decoding: lines.first ?? [], as: UTF8.self).contains(APIEngine.containerdDriver)
      return EngineInventory(
        store: isContainerd ? .hiddenBlobs : .chains, images: lines.count > 1 ? Array(lines[1]) : [])
    case .podman: return EngineInventory(store: .chainsAndBlobs, images: try await ask(images))
    case .containerd:
      let answer = try await ask("\(command) content ls --quiet")
      let blobs = answer.split(separator: UInt8(ascii: "\n"))
        .compactMap { try? Digest(parsing: String(decoding: $0, as: UTF8.self)) }
      return EngineInventory(store: .blobs(Set(blobs)), images: [])
    }
  }

  func load(size: Int64, _ write: @escaping @Sendable (FileDescriptor) async throws -> Void) async throws -> String {
    let ended = try await shell.run(
      // The command itself gets the signal that ends it.
      "exec \(command) " + (kind == .containerd ? "images import -" : "load"), write)
    guard ended.status.isSuccess else {
      try checkReached(ended)
      throw EngineError.refused(kind, words: words(of: ended))
    }
    return String(decoding: ended.output, as: UTF8.self)
  }

  /// Whether the engine answers.
  func answers() async throws -> Bool { try await shell.run("\(command) version").status.isSuccess }

  private func ask(_ script: String) async throws -> [UInt8] {
    let ended = try await shell.run(script)
    guard ended.status.isSuccess else {
      try checkReached(ended)
      throw EngineError.unreachable(kind, place: place, words: words(of: ended))
    }
    return ended.output
  }

  private func checkReached(_ ended: Shell.Ended) throws(EngineError) {
    switch ended.status.number {
    case Shell.sshFailure where shell.destination != nil:
      throw .unreachable(kind, place: place, words: words(of: ended))
    case Shell.notFound where shell.destination == nil: throw .noProgram(name: program)
    case Shell.notFound: throw .unreachable(kind, place: place, words: words(of: ended))
    default: return
    }
  }

  /// What it said last on standard error, or else on standard output: programs end with why.
  private func words(of ended: Shell.Ended) -> String {
    let said = ended.errors.isEmpty ? String(decoding: ended.output.suffix(1 << 10), as: UTF8.self) : ended.errors
    return said.split(separator: "\n").suffix(3).joined(separator: "; ")
  }
}
