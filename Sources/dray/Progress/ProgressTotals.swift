import BlobTransfer
import ImageCopy

/// All blobs of a pull together.
struct ProgressTotals: Sendable, Hashable {
  let received: Int64
  let size: Int64
  let finishedBlobs: Int
  let blobs: Int

  init(_ progress: TransferProgress) {
    received = Self.sum(progress.blobs, \.received)
    size = Self.sum(progress.blobs, \.size)
    finishedBlobs = progress.blobs.count(where: \.isFinished)
    blobs = progress.blobs.count
  }

  var percent: Int { Self.percent(received, of: size) }

  /// 100 only for all of it.
  static func percent(_ part: Int64, of whole: Int64) -> Int {
    guard part < whole else { return 100 }
    return min(99, max(0, Int(Double(part) / Double(whole) * 100)))
  }

  private static func sum(_ blobs: [BlobProgress], _ number: KeyPath<BlobProgress, Int64>) -> Int64 {
    blobs.reduce(0) { sum, blob in
      let (total, overflow) = sum.addingReportingOverflow(blob[keyPath: number])
      return overflow ? .max : total
    }
  }
}

extension BlobProgress {
  var isFinished: Bool { received >= size }
}
