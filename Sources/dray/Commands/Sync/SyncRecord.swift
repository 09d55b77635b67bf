import DrayMessages
import ImageCopy

/// What `dray sync --json` says of each image.
struct SyncImageRecord: Encodable {
  let event = "image"
  let source: String
  let reference: String
  let outcome: String
  // Left out where there is nothing to say.
  var digest: String?
  var existing: String?
  var bytesToSend: Int64?
  var blobsToSend: Int?
  var blobsToMount: Int?
  var `class`: String?
  var message: String?
  var hint: String?

  init(_ image: SyncedImage, _ language: Language) {
    source = image.entry.source.jsonName
    reference = image.entry.target.qualifiedName
    digest = image.digest?.description
    switch image.outcome {
    case .copied: outcome = "copied"
    case .unchanged: outcome = "unchanged"
    case .notTried: outcome = "notTried"
    case .kept(let other):
      outcome = "kept"
      existing = other.description
    case .planned(let cost):
      outcome = "planned"
      bytesToSend = cost.bytesToSend
      blobsToSend = cost.blobsToSend
      blobsToMount = cost.blobsToMount
    case .failed(let error):
      outcome = "failed"
      let report = FailureReport(error)
      `class` = report.failureClass.name
      message = report.summary.text(language)
      hint = report.hint?.text(language)
    }
  }
}

/// What it says at the end.
struct SyncRecord: Encodable {
  let event = "synced"
  let copied: Int
  let unchanged: Int
  let kept: Int
  let planned: Int
  let failed: Int
  let notTried: Int
  let blobsSent: Int
  let blobsMounted: Int
  let bytesSent: Int64
  let elapsedMilliseconds: Int64

  /// - Parameter failedPatterns: names of the list that stand for no image.
  init(_ result: SyncResult, failedPatterns: Int) {
    let counts = result.counts
    (copied, unchanged, kept, planned) = (counts.copied, counts.unchanged, counts.kept, counts.planned)
    failed = counts.failed + failedPatterns
    notTried = counts.notTried
    (blobsSent, blobsMounted, bytesSent) = (result.blobsSent, result.blobsMounted, result.bytesSent)
    elapsedMilliseconds = result.elapsed.wholeMilliseconds
  }
}
