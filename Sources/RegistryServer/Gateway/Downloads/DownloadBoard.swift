import HTTPAccess
import ImageModel
import Synchronization
import Waiting

/// The downloads that somebody watches, by the names that their pages gave them. Those that are over are kept for a while.
final class DownloadBoard: Sendable {
  private static let limit = 256
  private static let lifetime = Duration.seconds(3_600)

  private let downloads = Mutex(BoundedTable<String, WatchedDownload>(limit: limit, lifetime: lifetime))
  private let time: Stopwatch

  init(clock: any Clock<Duration>) {
    time = Stopwatch(clock)
  }

  /// The download of a name; where the browser went on with it, the one that began.
  func begin(_ id: String, _ plan: DownloadPlan, at position: Int64) -> WatchedDownload {
    downloads.withLock { downloads in
      let known = downloads[id, at: time.elapsed].flatMap { $0.plan == plan ? $0 : nil }
      let download = known ?? WatchedDownload(plan, time: time)
      downloads[id, at: time.elapsed] = download
      download.begin(at: position)
      return download
    }
  }

  subscript(id: String) -> WatchedDownload? {
    downloads.withLock { $0[id, at: time.elapsed] }
  }

  static func isName(_ id: String) -> Bool {
    (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

/// What is downloaded: names, size and the places of the layers.
struct DownloadPlan: Sendable, Hashable {
  struct Layer: Sendable, Hashable {
    let digest: Digest
    /// In the file.
    let range: Range<Int64>
  }

  let images: [String]
  let size: Int64
  let layers: [Layer]
}

/// One download that somebody watches.
final class WatchedDownload: Sendable {
  enum Phase: String, Sendable, Encodable {
    case running, complete, cut
  }

  private struct State {
    var streams = 0
    /// The byte behind the last one that was sent.
    var position: Int64 = 0
    var end: Duration?
    /// Bytes that went out, all streams together, at times of the last seconds.
    var moved: Int64 = 0
    var marks: [(time: Duration, moved: Int64)] = []
  }

  private static let window = Duration.seconds(5)
  private static let step = Duration.milliseconds(250)

  let plan: DownloadPlan
  private let time: Stopwatch
  private let start: Duration
  private let state = Mutex(State())

  init(_ plan: DownloadPlan, time: Stopwatch) {
    self.plan = plan
    self.time = time
    start = time.elapsed
  }

  func begin(at position: Int64) {
    let now = time.elapsed
    state.withLock { state in
      state.streams += 1
      state.position = position
      state.end = nil
      state.marks = [(now, state.moved)]
    }
  }

  func sent(_ count: Int, upTo position: Int64) {
    let now = time.elapsed
    state.withLock { state in
      state.position = position
      state.moved += Int64(count)
      guard state.marks.last.map({ now - $0.time >= Self.step }) ?? true else { return }
      state.marks.append((now, state.moved))
      while state.marks.count > 2, now - state.marks[0].time > Self.window { state.marks.removeFirst() }
    }
  }

  func ended() {
    let now = time.elapsed
    state.withLock { state in
      state.streams -= 1
      if state.streams == 0 { state.end = now }
    }
  }

  struct Report: Sendable, Encodable {
    struct Layer: Sendable, Encodable {
      let digest: String
      let size: Int64
      let sent: Int64
    }

    let id: String
    let images: [String]
    let state: Phase
    let size: Int64
    let sent: Int64
    let bytesPerSecond: Int64
    let secondsLeft: Int64?
    let elapsed: Double
    let layers: [Layer]
  }

  func report(_ id: String) -> Report {
    let now = time.elapsed
    let state = state.withLock(\.self)
    let phase: Phase = state.position >= plan.size ? .complete : state.streams > 0 ? .running : .cut
    let rate = phase == .running ? Self.rate(state, at: now) : 0
    let rest = plan.size - state.position
    return Report(
      id: id, images: plan.images, state: phase, size: plan.size, sent: state.position, bytesPerSecond: rate,
      secondsLeft: rate > 0 ? (rest + rate - 1) / rate : nil,
      elapsed: Double(((state.end ?? now) - start).milliseconds) / 1_000,
      layers: plan.layers.map { layer in
        .init(
          digest: "\(layer.digest)", size: layer.range.upperBound - layer.range.lowerBound,
          sent: min(max(state.position, layer.range.lowerBound), layer.range.upperBound) - layer.range.lowerBound)
      })
  }

  private static func rate(_ state: State, at now: Duration) -> Int64 {
    guard let first = state.marks.first, case let elapsed = (now - first.time).milliseconds, elapsed > 0 else {
      return 0
    }
    return (state.moved - first.moved) * 1_000 / elapsed
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
