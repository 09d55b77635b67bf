import CLibrary
import FoundationEssentials
import Testing

/// Where groups of processes with a limit of memory are made (kernel, cgroup-v1/memory.rst and cgroup-v2.rst).
struct MemoryGroups: Equatable {
  let folder: String
  /// The file of a group that holds its limit.
  let limit: String
  /// The file of a group that counts processes that were killed for it.
  let events: String

  /// Those of version 1, or else those of version 2, which may be mounted in the place of all or beside the others; nil
  /// where neither has memory.
  init?(mountedAt root: String = "/sys/fs/cgroup") {
    if access("\(root)/memory/memory.limit_in_bytes", F_OK) == 0 {
      self.init(folder: "\(root)/memory", limit: "memory.limit_in_bytes", events: "memory.oom_control")
      return
    }
    let second = [root, "\(root)/unified"].first { folder in
      // What groups in this one have, not what it has itself.
      let file = try? Data(contentsOf: URL(filePath: "\(folder)/cgroup.subtree_control"))
      return file.map { String(decoding: $0, as: UTF8.self).split { " \n".contains($0) }.contains("memory") } ?? false
    }
    guard let second else { return nil }
    self.init(folder: second, limit: "memory.max", events: "memory.events")
  }

  private init(folder: String, limit: String, events: String) {
    (self.folder, self.limit, self.events) = (folder, limit, events)
  }

  /// Where this process may make groups; nil where it may not.
  static let usable: MemoryGroups? = {
    guard let groups = MemoryGroups() else { return nil }
    let path = "\(groups.folder)/dray-test-\(getpid())"
    guard mkdir(path, 0o755) == 0 else { return nil }
    let isLimited = access("\(path)/\(groups.limit)", W_OK) == 0
    return rmdir(path) == 0 && isLimited ? groups : nil
  }()
}

@Suite("Where groups with little memory are made")
struct MemoryGroupsTests {
  @Test(
    "Both versions are found, and the second also beside the first",
    arguments: [
      (["memory/memory.limit_in_bytes": ""], "memory"), (["cgroup.subtree_control": "cpu memory pids\n"], ""),
      (["unified/cgroup.subtree_control": "memory\n"], "unified"),
      (["memory/memory.limit_in_bytes": "", "unified/cgroup.subtree_control": "\n"], "memory"),
      (["cgroup.subtree_control": "cpu pids\n"], nil), (["cpu/cpu.shares": ""], nil),
    ] as [([String: String], String?)])
  func found(files: [String: String], folder: String?) throws {
    let root = FileManager.default.temporaryDirectory.path + "/dray-test-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    for (name, text) in files {
      let path = "\(root)/\(name)"
      let parent = path.split(separator: "/").dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: "/\(parent)", withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: path))
    }
    let groups = MemoryGroups(mountedAt: root)
    #expect(groups?.folder == folder.map { $0.isEmpty ? root : "\(root)/\($0)" })
    #expect(groups.map { $0.limit == "memory.limit_in_bytes" } == folder.map { $0 == "memory" })
  }
}
