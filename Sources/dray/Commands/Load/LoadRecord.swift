import ImageCopy

/// What `dray load --json` answers with.
struct LoadRecord: Encodable {
  let event = "loaded"
  let engine: String
  let place: String
  let images: [String]
  let bytesSent: Int64
  let bytesWhole: Int64
  let layersPresent: Int
  /// What the engine said.
  let words: String
  let elapsedMilliseconds: Int64

  init(_ result: LoadResult) {
    engine = result.engine.rawValue
    place = result.place
    images = result.images.flatMap(Self.labels)
    bytesSent = result.size
    bytesWhole = result.wholeSize
    layersPresent = result.absent
    words = result.words
    elapsedMilliseconds = result.elapsed.wholeMilliseconds
  }

  /// By what it is found: its names, or else its digest.
  private static func labels(_ image: LoadedImage) -> [String] {
    let names = image.names.map { $0.tag == nil ? "\($0)" : $0.familiarName }
    return names.isEmpty ? image.digest.map { ["\($0)"] } ?? image.otherNames : names
  }
}
