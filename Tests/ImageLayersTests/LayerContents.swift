import ImageLayers

/// A source that gives bytes in pieces.
func source(_ bytes: [UInt8], piece: Int = 1 << 16) -> ByteSource {
  var position = 0
  return { buffer in
    let count = min(piece, buffer.count, bytes.count - position)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + count)]))
    }
    position += count
    return count
  }
}

/// Everything that a stream gives, read with a buffer of this size.
func plain(_ stream: Decompressor, buffer size: Int = 1 << 16) throws -> [UInt8] {
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: size)
  while case let count = try buffer.withUnsafeMutableBytes({ try stream.read(into: $0) }), count > 0 {
    result += buffer[..<count]
  }
  return result
}

/// All entries of a layer, with their contents.
func entries(
  _ bytes: [UInt8], limits: LayerLimits = .standard, piece: Int = 1 << 16, buffer size: Int = 1 << 16
) throws -> [(entry: LayerEntry, content: [UInt8])] {
  let reader = LayerReader(Decompressor(source(bytes, piece: piece), limits: limits), limits: limits)
  var result: [(LayerEntry, [UInt8])] = []
  var buffer = [UInt8](repeating: 0, count: size)
  while let entry = try reader.next() {
    var content: [UInt8] = []
    while case let count = try buffer.withUnsafeMutableBytes({ try reader.read(into: $0) }), count > 0 {
      content += buffer[..<count]
    }
    result.append((entry, content))
  }
  return result
}
