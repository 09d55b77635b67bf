import DrayMessages

/// What one line of the progress display says, before it is known how much room there is.
struct ProgressRow: Sendable {
  let label: String
  let received: Int64
  let size: Int64
  let rate: ByteRate?

  var timeLeft: ClockTime? { ClockTime(for: max(0, size - received), at: rate) }
}

/// Which parts of a row fit into a width. All rows of a frame have one layout, so that their columns stand in line.
struct ProgressLayout: Sendable, Hashable {
  let columns: Int
  private let labelColumns: Int
  private let barColumns: Int
  private let parts: Set<Part>

  private enum Part { case received, size, percent, rate, time }

  private static let fullLabel = 12
  private static let shortestBar = 10
  private static let longestBar = 40
  /// `123.4 MB`, `123.4 MB / 123.4 MB`, `100%`, `123.4 MB/s`, `99:59:59`
  private static let widths: [Part: Int] = [.received: 8, .size: 11, .percent: 4, .rate: 10, .time: 8]

  /// - Parameter columns: how much a line may take.
  init(columns: Int) {
    self.columns = max(0, columns)
    let candidates: [(label: Int, hasBar: Bool, parts: Set<Part>)] = [
      (Self.fullLabel, true, [.received, .size, .rate, .time]),
      (Self.fullLabel, true, [.received, .rate, .time]),
      (Self.fullLabel, true, [.percent, .rate]),
      (Self.fullLabel, true, [.percent]),
      (Self.fullLabel, false, [.percent]),
      (4, false, [.percent]),
    ]
    for candidate in candidates {
      let fixed =
        candidate.label
        + candidate.parts.reduce(0) { $0 + (Self.widths[$1] ?? 0) + ($1 == .size ? 0 : Self.gap) }
      let bar = candidate.hasBar ? self.columns - fixed - Self.gap - 2 : 0
      guard candidate.hasBar ? bar >= Self.shortestBar : fixed <= self.columns else { continue }
      (labelColumns, barColumns, parts) = (candidate.label, min(bar, Self.longestBar), candidate.parts)
      return
    }
    (labelColumns, barColumns, parts) = (0, 0, [.percent])
  }

  private static let gap = 1

  /// The row as text that takes no more columns than there are.
  func line(_ row: ProgressRow) -> String {
    var pieces: [String] = []
    if labelColumns > 0 {
      pieces.append(DisplayWidth.padded(DisplayWidth.prefix(row.label, columns: labelColumns), to: labelColumns))
    }
    if barColumns > 0 { pieces.append(bar(row)) }
    if parts.contains(.received) { pieces.append(bytes(row)) }
    if parts.contains(.percent) {
      let percent = "\(ProgressTotals.percent(row.received, of: row.size))%"
      pieces.append(labelColumns > 0 ? right(percent, .percent) : percent)
    }
    if parts.contains(.rate) { pieces.append(right(row.rate.map(\.description) ?? "", .rate)) }
    if parts.contains(.time) { pieces.append(right(row.timeLeft.map(\.description) ?? "", .time)) }
    // Blanks at the end would count when the terminal becomes narrower and breaks the line.
    while let last = pieces.last, last.allSatisfy({ $0 == " " }) { pieces.removeLast() }
    return DisplayWidth.prefix(pieces.joined(separator: " "), columns: columns)
  }

  private func bytes(_ row: ProgressRow) -> String {
    let received = right("\(ByteCount(row.received))", .received)
    guard parts.contains(.size) else { return received }
    let text = "\(received) / \(ByteCount(row.size))"
    return row.rate == nil ? text : DisplayWidth.padded(text, to: (Self.widths[.size] ?? 0) + 8)
  }

  private func right(_ text: String, _ part: Part) -> String {
    DisplayWidth.rightAligned(text, to: Self.widths[part] ?? 0)
  }

  private func bar(_ row: ProgressRow) -> String {
    let share = row.size > 0 ? Double(max(0, row.received)) / Double(row.size) : 1
    let filled = min(barColumns, Int(min(share, 1) * Double(barColumns)))
    let head = filled < barColumns && filled > 0 ? ">" : ""
    let body = String(repeating: "=", count: filled - head.utf8.count) + head
    return "[" + DisplayWidth.padded(body, to: barColumns) + "]"
  }
}
