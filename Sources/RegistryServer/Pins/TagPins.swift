import FileAccess
import ImageModel
import Synchronization
import SystemPackage
import Waiting

/// Which image a tag stands for, for as long as somebody may have a part of its archive: clients such as `curl -C -` ask for the
/// rest without saying of what.
///
/// They outlive the server in a small file, which is replaced as a whole.
final class TagPins: Sendable {
  /// For those who may come back for the rest of an archive, in seconds.
  static let day: Int64 = 24 * 3_600
  /// How long it is remembered that a tag stood for another image before.
  static let memory: Int64 = 7 * 24 * 3_600
  static let limit = 4_096
  private static let sizeLimit = 4 << 20

  private struct Pin: Sendable {
    let digest: Digest
    /// Seconds since 1970.
    let since: Int64
    /// When it took the place of another one.
    let moved: Int64?

    func isFresh(at now: Int64, for lifetime: Int64) -> Bool { abs(now - since) < lifetime }
  }

  private struct State {
    var pins: [String: Pin] = [:]
    /// Counts changes, so that an older state never replaces a newer one on disk.
    var version = 0
  }

  private let file: FilePath?
  private let lifetime: Int64
  private let now: @Sendable () -> Int64
  private let state = Mutex(State())
  private let written = Mutex(0)

  /// Reads the file, where there is one; what is no pin in it is passed over.
  ///
  /// - Parameters:
  ///   - file: nil to keep them in memory alone.
  ///   - lifetime: how long a tag is not looked up again, in seconds.
  ///   - now: seconds since 1970.
  /// - Throws: `Errno` where there is a file that cannot be read.
  init(in file: FilePath?, lifetime: Int64 = TagPins.day, now: @escaping @Sendable () -> Int64) throws {
    self.file = file
    self.lifetime = lifetime
    self.now = now
    guard let file else { return }
    try? PrivateFile(resolving: file.string).removeDrafts()
    let bytes: [UInt8]
    do { bytes = try FileDescriptor.bytes(of: file, limit: Self.sizeLimit) } catch Errno.noSuchFileOrDirectory {
      return
    }
    let pins = String(decoding: bytes, as: UTF8.self).split(separator: "\n").prefix(Self.limit).compactMap(Self.pin)
    state.withLock { $0.pins = Dictionary(pins) { $1 } }
  }

  /// What a tag stands for; nil where that is to be looked up.
  ///
  /// - Parameter name: in full, with the tag.
  func digest(of name: String) -> Digest? {
    let now = now()
    return state.withLock { $0.pins[name].flatMap { $0.isFresh(at: now, for: lifetime) ? $0.digest : nil } }
  }

  /// What a tag stood for when it was last looked up, however long ago.
  func lastDigest(of name: String) -> Digest? { state.withLock { $0.pins[name]?.digest } }

  /// The tags of a repository that were looked up, however long ago, and what they stood for then.
  ///
  /// - Parameter repository: in full.
  func lastTags(of repository: String) -> [String: Digest] {
    let prefix = repository + ":"
    return state.withLock { state in
      Dictionary(
        state.pins.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value.digest) }
      ) { first, _ in first }
    }
  }

  /// Whether a tag stood for another image of late, of which somebody may have a part.
  func hasMoved(_ name: String) -> Bool {
    let now = now()
    return state.withLock { $0.pins[name]?.moved.map { now - $0 < Self.memory } ?? false }
  }

  /// Keeps what a tag stands for from now on.
  ///
  /// - Parameters:
  ///   - name: in full, with the tag.
  ///   - replaces: whether it counts also where the tag stood for another image a moment ago.
  /// - Returns: what it is taken for: another request may have been quicker.
  /// - Throws: `Errno` where the file cannot be written: it is kept in memory all the same.
  func keep(_ digest: Digest, for name: String, replaces: Bool = false) async throws -> Digest {
    let now = now()
    let (kept, version) = state.withLock { state -> (Digest, Int?) in
      let former = state.pins[name]
      if let former, former.isFresh(at: now, for: lifetime), former.digest == digest || !replaces {
        return (former.digest, nil)
      }
      let moved = former.flatMap { $0.digest == digest ? $0.moved : now }
      state.pins[name] = Pin(digest: digest, since: now, moved: moved)
      if state.pins.count > Self.limit, let oldest = state.pins.min(by: { $0.value.since < $1.value.since }) {
        state.pins[oldest.key] = nil
      }
      // Times that change every minute are not worth a file each.
      guard former?.digest != digest || lifetime >= Self.day else { return (digest, nil) }
      state.version += 1
      return (digest, state.version)
    }
    if let version, let file { try await Workers.current.run { try self.write(version, to: file) } }
    return kept
  }

  /// Writes what there is by now, unless that has been done.
  private func write(_ version: Int, to file: FilePath) throws {
    try written.withLock { written in
      guard written < version else { return }
      let (pins, now) = state.withLock { ($0.pins, $0.version) }
      let lines = pins.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }.map { name, pin in
        "\(pin.since) \(pin.moved.map { "\($0)" } ?? "-") \(pin.digest) \(name)\n"
      }
      let place = try PrivateFile(resolving: file.string)
      try place.makeFolder()
      try place.replace(with: Array(lines.joined().utf8))
      written = now
    }
  }

  private static func pin(_ line: Substring) -> (String, Pin)? {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 4, let since = Int64(words[0]), let digest = try? Digest(parsing: String(words[2])) else {
      return nil
    }
    return (String(words[3]), Pin(digest: digest, since: since, moved: Int64(words[1])))
  }
}
