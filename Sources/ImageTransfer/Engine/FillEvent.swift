/// What happens while an archive is filled. Blobs are named by their index.
package enum FillEvent: Sendable {
  /// `fetched`: bytes over the network so far, wrong ones included.
  case progress(fetched: Int64, isLast: Bool)
  case verified(Int)
  case wrongBytes(Int, source: String)
  /// What was copied from this file is not the blob.
  case wrongCopy(Int, path: String)
  case sources(SourceBoard.News)
}
