import CLibrary
import Testing

/// What a test needs of the machine beside the toolchain and what `scripts/install build` installs. Without it the test is
/// skipped, not failed: a plain `swift test` is green on any machine, and `scripts/test` runs all.
///
/// Each skipped test prints a line that names it. `scripts/test` counts these lines, and sets `DRAY_TESTS=all`, with which
/// nothing is skipped: there a program that is missing is a mistake of `scripts/install`, and fails its test.
package enum TestNeeds {
  /// Programs that `scripts/install tests` installs, and that scripts of tests call by name.
  private static let optional: Set<Substring> = [
    "bsdtar", "bzip2", "curl", "docker", "faketime", "getfattr", "nginx", "openssl", "podman", "python3", "setcap",
    "setfattr", "skopeo", "squid", "strace", "time", "tmux", "umoci", "wget", "xz", "zstd",
  ]
  /// What works for root alone.
  private static let privileged: Set<Substring> = ["chown", "chroot", "mknod", "mount", "setcap", "setpriv", "unshare"]

  private static let skipsNothing = variable("DRAY_TESTS") == "all"

  /// Ends the current test where a program is not installed.
  package static func programs(_ names: [String]) throws {
    if skipsNothing { return }
    let missing = names.filter { !isInstalled($0) }
    guard missing.isEmpty else { try skip(missing.joined(separator: ", ")) }
  }

  /// Ends the current test where it does not run as root.
  package static func root() throws {
    guard getuid() == 0 else { try skip("root") }
  }

  /// Ends the current test where a script calls what is not installed, or what only root may do.
  package static func script(_ text: String) throws {
    let commands = commands(in: text)
    try programs(commands.intersection(optional).sorted().map(String.init))
    if !commands.isDisjoint(with: privileged) { try root() }
  }

  /// The first word of each command of a shell script, as far as a plain scan sees.
  package static func commands(in script: String) -> Set<Substring> {
    let before: Set<Substring> = ["command", "do", "then", "else", "if", "while", "until", "exec", "env"]
    return Set(
      script.split { "\n;&|(){}`!".contains($0) }.compactMap { command in
        command.split(separator: " ").first { !before.contains($0) && !$0.contains("=") }
      })
  }

  package static func isInstalled(_ name: String) -> Bool {
    let path = variable("PATH") ?? ""
    // Servers are where the PATH of a user does not say.
    let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
    return folders.contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func skip(_ need: String) throws -> Never {
    // The runner tells nothing of one case of several that is cancelled.
    print("➜ Test \"\(Test.current.map { $0.displayName ?? $0.name } ?? "")\" skipped: \"needs \(need)\"")
    #if compiler(>=6.3)
      try Test.cancel("needs \(need)")
    #else
      throw Missing(need: need)
    #endif
  }

  struct Missing: Error {
    let need: String
  }
}
