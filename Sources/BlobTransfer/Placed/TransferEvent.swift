/// What happens while blobs are brought to their places. Blobs are named by their index.
package enum TransferEvent: Sendable {
  /// `received`: how many bytes of each blob are in place; `fetched`: bytes over the network so far, wrong ones included.
  case progress(received: [Int64], fetched: Int64, isLast: Bool)
  /// `isCopied`: it was not fetched; `isKept`: it was there from before.
  case verified(Int, isCopied: Bool, isKept: Bool)
  case wrongBytes(Int, source: String)
  /// What was copied from there is not the blob.
  case wrongCopy(Int, place: String)
}
