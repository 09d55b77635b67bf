import BlobTransfer
import DrayMessages
import ImageCopy

/// Draws the progress of a pull on a terminal, in place.
///
/// A value: given what is drawn, the terminal's size and the time, it says which text to write next. So it is tested
/// without a terminal.
struct ProgressRenderer: Sendable {
  private let language: Language
  private var region = TerminalRegion()
  private var rates: [Int: RateWindow] = [:]
  private var totalRate = RateWindow()

  init(language: Language) {
    self.language = language
  }

  /// The text that replaces the last frame with the next one. It is to be written at once.
  mutating func frame(_ progress: TransferProgress, size: TerminalSize, now: Duration) -> String {
    watch(progress, now: now)
    // The last column stays empty: a terminal would otherwise wait there, and erase what it has just shown.
    let layout = ProgressLayout(columns: size.columns - 1)
    return region.replace(with: lines(progress, layout: layout, rows: max(1, size.rows - 1)), size: size)
  }

  /// The next frame of layers that are read: one row.
  mutating func frame(read count: Int64, of whole: Int64, size: TerminalSize, now: Duration) -> String {
    totalRate.add(count, at: now)
    let row = ProgressRow(
      label: ContentsPhrase.reading.text(language), received: count, size: whole, rate: totalRate.rate)
    return region.replace(with: [ProgressLayout(columns: size.columns - 1).line(row)], size: size)
  }

  /// The text that takes the last frame off the screen.
  mutating func erase(size: TerminalSize) -> String {
    region.erase(size: size)
  }

  private mutating func watch(_ progress: TransferProgress, now: Duration) {
    totalRate.add(progress.bytesFetched, at: now)
    for (index, blob) in progress.blobs.enumerated() {
      if blob.isFinished {
        rates[index] = nil
      } else if blob.received > 0 {
        rates[index, default: RateWindow()].add(blob.received, at: now)
      }
    }
  }

  /// One line a blob, the summary of those that have no line, and the total, which is never left out.
  private func lines(_ progress: TransferProgress, layout: ProgressLayout, rows: Int) -> [String] {
    let totals = ProgressTotals(progress)
    let unfinished = progress.blobs.indices.filter { !progress.blobs[$0].isFinished }
    let room = max(0, rows - (totals.finishedBlobs > 0 ? 2 : 1))
    let shown = unfinished.count <= room ? unfinished : mostActive(unfinished, progress, count: max(0, rows - 2))
    var lines = shown.map { layout.line(row(of: $0, progress)) }
    let hidden = unfinished.count - shown.count
    if rows > 1, hidden > 0 || totals.finishedBlobs > 0 {
      let summary = ProgressPhrase.folded(
        more: hidden, finished: totals.finishedBlobs, blobs: totals.blobs)
      lines.append(DisplayWidth.prefix(summary.text(language), columns: layout.columns))
    }
    let total = ProgressRow(
      label: ProgressPhrase.total.text(language), received: totals.received, size: totals.size, rate: totalRate.rate)
    return lines + [layout.line(total)]
  }

  /// Those that move, then those that have begun, then the others; in the order of the image.
  private func mostActive(_ blobs: [Int], _ progress: TransferProgress, count: Int) -> [Int] {
    let activity = { (index: Int) in
      (rates[index]?.isMoving ?? false) ? 2 : progress.blobs[index].received > 0 ? 1 : 0
    }
    return blobs.map { (index: $0, activity: activity($0)) }
      .sorted { ($1.activity, $0.index) < ($0.activity, $1.index) }
      .prefix(count).map(\.index).sorted()
  }

  private func row(of index: Int, _ progress: TransferProgress) -> ProgressRow {
    let blob = progress.blobs[index]
    let label =
      switch blob.kind {
      case .layer: String(blob.digest.hexadecimal.prefix(12))
      case .config: ProgressPhrase.config.text(language)
      }
    return ProgressRow(label: label, received: blob.received, size: blob.size, rate: rates[index]?.rate)
  }
}
