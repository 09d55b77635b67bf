import BlobTransfer
import DrayMessages
import ImageCopy

/// Says how far a pull is in lines one after another, for logs and for terminals without a cursor to move.
///
/// The first line comes after a second, so a short pull says nothing. Then one comes with each further tenth of the
/// bytes, at most one a second; and without such progress after five seconds, or a tenth of the time that the pull
/// already takes, whichever is longer. A pull of an hour leaves about sixty lines.
struct PlainProgress: Sendable {
  private let language: Language
  private var rate = RateWindow()
  private var start: Duration?
  private var last: (time: Duration, percent: Int)?

  init(language: Language) {
    self.language = language
  }

  private static let shortestPause = Duration.seconds(1)
  private static let longestPause = Duration.seconds(5)

  /// The line to write now; nil where it is not time for one.
  mutating func line(_ progress: TransferProgress, now: Duration) -> String? {
    rate.add(progress.bytesFetched, at: now)
    let totals = ProgressTotals(progress)
    guard isTime(now: now, percent: totals.percent) else { return nil }
    return ProgressPhrase.line(
      received: ByteCount(totals.received), size: ByteCount(totals.size), percent: totals.percent, rate: rate.rate,
      timeLeft: ClockTime(for: totals.size - totals.received, at: rate.rate), finished: totals.finishedBlobs,
      blobs: totals.blobs
    ).text(language)
  }

  /// The line to write now about layers that are read; nil where it is not time for one.
  mutating func line(read count: Int64, of size: Int64, now: Duration) -> String? {
    let percent = ProgressTotals.percent(count, of: size)
    guard isTime(now: now, percent: percent) else { return nil }
    return ContentsPhrase.read(ByteCount(count), of: ByteCount(size), percent: percent).text(language)
  }

  /// Whether a line is due, which counts as written then.
  private mutating func isTime(now: Duration, percent: Int) -> Bool {
    let start = start ?? now
    self.start = start
    let isDue =
      if let last {
        now - last.time >= max(Self.longestPause, (now - start) / 10)
          || now - last.time >= Self.shortestPause && percent >= last.percent + 10
      } else { now - start >= Self.shortestPause }
    if isDue { last = (now, percent) }
    return isDue
  }
}
