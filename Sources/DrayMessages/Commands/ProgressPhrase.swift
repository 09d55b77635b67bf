/// The words of the progress display.
package enum ProgressPhrase: Phrased {
  case total
  case config
  /// Blobs that have no line of their own.
  case folded(more: Int, finished: Int, blobs: Int)
  /// Everything in one line, where lines stay.
  case line(
    received: ByteCount, size: ByteCount, percent: Int, rate: ByteRate?, timeLeft: ClockTime?, finished: Int,
    blobs: Int)

  package var phrase: Phrase {
    switch self {
    case .total: Phrase("total", chinese: "合计")
    case .config: Phrase("config", chinese: "配置")
    case .folded(more: 0, let finished, let blobs):
      Phrase("\(finished) of \(blobs) done", chinese: "已完成 \(finished)/\(blobs)")
    case .folded(let more, let finished, let blobs):
      Phrase(
        "… \(more) more, \(finished) of \(blobs) done", chinese: "… 另有 \(more) 个，已完成 \(finished)/\(blobs)")
    case .line(let received, let size, let percent, let rate?, let timeLeft?, let finished, let blobs):
      Phrase(
        "\(received) of \(size) (\(percent)%), \(rate), \(timeLeft) left, \(finished) of \(blobs, "blob") done",
        chinese: "已下载 \(received) / \(size)（\(percent)%），\(rate)，剩余 \(timeLeft)，已完成 \(finished)/\(blobs)")
    case .line(let received, let size, let percent, _, _, let finished, let blobs):
      Phrase(
        "\(received) of \(size) (\(percent)%), \(finished) of \(blobs, "blob") done",
        chinese: "已下载 \(received) / \(size)（\(percent)%），已完成 \(finished)/\(blobs)")
    }
  }
}
