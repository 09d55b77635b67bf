import FileAccess

/// Whether the terminal's window closes as soon as the program ends.
///
/// That is so where a double click made the window for this program alone. A terminal makes what it starts the leader
/// of a session; a program that a shell starts is never one. So a session leader has no shell to return to. Of those,
/// the ones are left out whose parent keeps the text on the screen or would wait in vain: a login from afar, a
/// container's first process, a recorder.
enum OwnTerminal {
  /// - Parameter parent: the name of the parent process; nil where there is none in sight, as in a container.
  static func closes(isSessionLeader: Bool, parent: String?) -> Bool {
    guard isSessionLeader, let parent else { return false }
    return !keepers.contains(parent)
  }

  /// What holds for this process. Only Linux shows the parent's name, and only there windows close by themselves.
  static var closesWithThisProcess: Bool {
    closes(isSessionLeader: getsid(0) == getpid(), parent: parentName)
  }

  private static let keepers: Set<String> = [
    "sshd", "sshd-session", "dropbear", "mosh-server", "login", "su", "sudo", "script", "expect", "init", "docker-init",
    "tini", "conmon", "containerd-shim", "dumb-init",
  ]

  private static var parentName: String? {
    let parent = getppid()
    guard parent > 0 else { return nil }
    let descriptor = open("/proc/\(parent)/comm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
