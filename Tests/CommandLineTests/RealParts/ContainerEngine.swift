import SystemPackage

/// A real engine with a state of its own.
struct ContainerEngine: Sendable {
  enum Kind: String, CaseIterable {
    case docker, podman, containerd
    /// A newer Docker that keeps its images in containerd's store.
    case dockerOnContainerd = "docker-containerd"

    /// As `dray load --to` has it.
    var engine: String { self == .dockerOnContainerd ? "docker" : rawValue }
  }

  let kind: Kind
  let folder: FilePath

  /// Runs `body` with the engine, which is stopped afterwards and leaves nothing.
  static func run(_ kind: Kind, in dray: Dray, _ body: (ContainerEngine) async throws -> Void) async throws {
    let engine = ContainerEngine(kind: kind, folder: dray.folder.appending(kind.rawValue))
    try await engine.verb("start")
    do {
      try await body(engine)
    } catch {
      try await engine.stop()
      throw error
    }
    try await engine.stop()
  }

  /// Loads an archive and returns what the engine says.
  func load(_ archive: String) async throws -> String {
    try await verb("load", archive)
  }

  /// Pulls an image from a registry on this machine.
  func pull(_ image: String) async throws {
    try await verb("pull", image)
  }

  /// Writes an archive of an image as the engine does.
  func save(_ image: String, to file: String) async throws {
    try await verb("save", file, image)
  }

  /// Runs an image with its own command and returns what it prints.
  func run(_ image: String) async throws -> String {
    try await verb("run", image)
  }

  /// The names of the images.
  func images() async throws -> [String] {
    try await verb("images").split(separator: "\n").map(String.init)
  }

  /// The digests of the blobs in containerd's store.
  func blobs() async throws -> [String] {
    try await verb("blobs").split(separator: "\n").map(String.init)
  }

  /// Whether it keeps what refers to images: Docker on containerd's store, from 29.1 on.
  func keepsReferrers() async throws -> Bool {
    guard kind == .dockerOnContainerd else { return false }
    let numbers = try await verb("version").split(separator: ".").prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (29, 1)
  }

  /// Takes a name from an image, whose blobs stay until they are collected.
  func unname(_ image: String) async throws {
    try await verb("unname", image)
  }

  /// What `image inspect` says of all images.
  func inspect() async throws -> String {
    try await verb("inspect")
  }

  /// What the engine's own command needs to find it.
  func variables() async throws -> [String: String] {
    let lines = try await verb("variables").split(separator: "\n")
    return Dictionary(
      lines.compactMap { line in
        line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
      }
    ) { first, _ in first }
  }

  /// Starts the API on a socket and returns its address.
  func serve() async throws -> String {
    try await verb("serve")
  }

  /// The digest of an image's manifest, as containerd knows it.
  func digest(_ image: String) async throws -> String {
    try await verb("digest", image)
  }

  private func stop() async throws {
    try await RealPart.engine.runEvenIfCancelled([kind.rawValue, "stop", folder.string])
    try await RealPart.run("rm", ["-rf", folder.string])
  }

  @discardableResult
  private func verb(_ verb: String, _ arguments: String...) async throws -> String {
    try await RealPart.engine.run([kind.rawValue, verb, folder.string] + arguments)
  }
}
