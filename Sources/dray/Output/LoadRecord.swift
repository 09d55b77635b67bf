import ImageTransfer

/// What `dray load --json` answers with.
struct LoadRecord: Encodable {
  let event = "loaded"
  let engine: String
  let place: String
  let images: [String]
  let bytesSent: Int64
  /// What the engine said.
  let words: String
  let elapsedMilliseconds: Int64

  init(_ result: LoadResult) {
    engine = result.engine.rawValue
    place = result.place
    images = result.images
    bytesSent = result.size
    words = result.words
    elapsedMilliseconds = result.elapsed.wholeMilliseconds
  }
}
