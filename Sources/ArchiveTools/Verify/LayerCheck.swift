import ImageLayers

/// Reads the entries of a layer as engines do, and finds what they do not unpack. It is used on one thread.
final class LayerCheck {
  /// The most entries that are told of: behind them a layer says nothing new.
  private static let toldEntries = 5

  /// What engines read as a file: NUL and `0`. Others are files to tar alone: `7`, contiguous ones, and `S`, sparse ones of
  /// GNU's old format.
  private static let fileTypes: Set<UInt8> = [0, UInt8(ascii: "0")]

  /// The hashes of the paths that came so far, in 8 bytes each: a layer has millions.
  private var paths: Set<Int> = []
  private var faults: [LayerError] = []
  /// Whether there are hard links to what the layer did not hold by then: a lower one may.
  private(set) var linksToLowerLayers = false

  /// - Throws: `LayerError` for what ends the reading; what the stream's source throws.
  func faults(_ stream: Decompressor) throws -> [LayerError] {
    let reader = LayerReader(stream)
    while let entry = try reader.next() { look(at: entry) }
    return faults
  }

  private func look(at entry: LayerEntry) {
    if !paths.insert(entry.path.hashValue).inserted, !entry.path.isRoot {
      note(.repeatedPath(member: entry.path.text))
    }
    switch entry.kind {
    case .file where !Self.fileTypes.contains(entry.type):
      note(.unsupportedKind(member: entry.path.text, type: entry.type))
    case .hardLink(let target) where entry.whiteout == nil && !paths.contains(target.hashValue):
      linksToLowerLayers = true
    default: break
    }
  }

  private func note(_ fault: LayerError) {
    if faults.count < Self.toldEntries { faults.append(fault) }
  }
}
