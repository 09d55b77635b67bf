import DrayMessages
import ImageModel

/// Which of several machines this is, all of which have the same list: each takes the repositories whose names fall to it. All
/// tags of a repository fall to one.
struct Shard: Sendable, Hashable {
  /// From 0.
  let index: Int
  let count: Int

  private static let most = 100_000

  /// Reads `2/8` (the second of eight), `auto`, or `auto/8` where the environment says which one this is, and not of how many.
  ///
  /// - Throws: ``SyncOptionError``.
  init(parsing text: String, environment: @escaping (String) -> String?) throws(SyncOptionError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let count = parts.count > 1 ? Self.number(parts[1], 1...Self.most) : nil
    guard parts.count == 1 || count != nil else { throw .shard(text) }
    guard parts[0] == "auto" else {
      guard let count, let number = Self.number(parts[0], 1...count) else { throw .shard(text) }
      (index, self.count) = (number - 1, count)
      return
    }
    guard let found = Self.found(environment) else { throw .noShard }
    guard let all = count ?? found.count else { throw .shardsUnknown }
    guard (0..<all).contains(found.index) else { throw .shardOutside(index: found.index + 1, count: all) }
    (index, self.count) = (found.index, all)
  }

  /// Which one this is by the variables of the system that started it.
  private static func found(_ environment: @escaping (String) -> String?) -> (index: Int, count: Int?)? {
    let value = { (name: String) in environment(name).flatMap { number($0, 0...Int(Int32.max)) } }
    // An array need not begin at 0 or 1.
    if let task = value("SLURM_ARRAY_TASK_ID") {
      return (task - (value("SLURM_ARRAY_TASK_MIN") ?? 0), value("SLURM_ARRAY_TASK_COUNT"))
    }
    if let index = value("JOB_COMPLETION_INDEX") { return (index, nil) }
    if let index = value("AWS_BATCH_JOB_ARRAY_INDEX") { return (index, value("AWS_BATCH_JOB_ARRAY_SIZE")) }
    // GitLab counts from 1.
    if let index = value("CI_NODE_INDEX"), index > 0 { return (index - 1, value("CI_NODE_TOTAL")) }
    return nil
  }

  private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
    guard text.utf8.count <= 10, text.utf8.allSatisfy(\.isDigit), let number = Int(text),
      range.contains(number)
    else { return nil }
    return number
  }

  /// Whether the repository of a target falls to this one: by the first eight bytes of the name's SHA-256, so that every
  /// machine comes to the same.
  func takes(_ target: ImageReference) -> Bool {
    let hex = Digest.hash(Array(target.qualifiedRepository.utf8)).hexadecimal.prefix(16)
    return (UInt64(hex, radix: 16) ?? 0) % UInt64(count) == UInt64(index)
  }
}
