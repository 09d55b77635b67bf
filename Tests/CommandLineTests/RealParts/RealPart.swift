import SystemPackage
import Testing
import WatchedPrograms

/// A program of Tests/RealParts, which starts and stops real registries and engines.
enum RealPart: String {
  case authority, engine, image, kubernetes, proxy, push, registry, slurm, ssh

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  private static var folder: FilePath {
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
      .appending("RealParts")
  }

  /// Runs the program to its end and returns what it printed, without the last line break.
  ///
  /// `scripts/install tests` installs what the programs need; without it the test is skipped.
  @discardableResult
  func run(_ arguments: [String]) async throws -> String {
    try checkNeeds(arguments)
    return try await Self.run(Self.folder.appending(rawValue).string, arguments)
  }

  /// Runs the program also where the test is cancelled, because it took too long or is skipped: what was started is ended.
  func runEvenIfCancelled(_ arguments: [String]) async throws {
    try await Task { _ = try await run(arguments) }.value
  }

  /// Skips the test where an engine is not here.
  func needs(_ kind: ContainerEngine.Kind) throws { try checkNeeds([kind.rawValue]) }

  private func checkNeeds(_ arguments: [String]) throws {
    switch self {
    case .authority: try TestNeeds.programs(["openssl"])
    case .engine:
      try TestNeeds.root()
      switch arguments.first {
      case "docker": try TestNeeds.programs(["docker", "dockerd", "containerd", "runc"])
      case "docker-containerd": try TestNeeds.programs(["apt-get", "ctr", "runc"])
      case "podman": try TestNeeds.programs(["curl", "podman"])
      default: try TestNeeds.programs(["containerd", "ctr", "runc"])
      }
    case .image:
      try TestNeeds.programs(["busybox", "python3"])
      if arguments.first == "debian" { try TestNeeds.programs(["debootstrap"]) }
      // Owners and devices.
      if ["debian", "files"].contains(arguments.first) { try TestNeeds.root() }
    case .kubernetes: try TestNeeds.programs(["kubernetes-validate"])
    case .proxy: try TestNeeds.programs(["squid"])
    case .push: try TestNeeds.programs(["skopeo"])
    case .registry: try TestNeeds.programs(["curl", "docker-registry", "htpasswd", "nginx", "openssl", "python3"])
    case .slurm:
      try TestNeeds.root()
      try TestNeeds.programs(["munged", "python3", "sbatch", "slurmctld", "slurmd"])
    case .ssh: try TestNeeds.programs(["ssh", "ssh-keygen", "sshd"])
    }
  }

  /// Runs any other program the same way.
  @discardableResult
  static func run(_ program: String, _ arguments: [String]) async throws -> String {
    let ended = try await WatchedProgram.run(program, arguments)
    guard ended.isSuccess else {
      throw Failed(description: "\(program) \(arguments): \(ended.code)\n\(ended.errors)")
    }
    var output = ended.output
    while output.hasSuffix("\n") { output.removeLast() }
    return output
  }
}
