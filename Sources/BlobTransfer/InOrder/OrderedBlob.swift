import ImageModel

/// A blob, or a range of one, that is passed on in order.
package struct OrderedBlob: Sendable {
  let descriptor: Descriptor
  /// The blob's number in the pool of its sources.
  let number: Int
  let range: Range<Int64>
  private let isChecked: Bool

  /// - Parameter range: of the blob, of which nothing is checked; nil for all of it, whose digest is checked.
  package init(_ descriptor: Descriptor, number: Int, range: Range<Int64>? = nil) {
    self.descriptor = descriptor
    self.number = number
    self.range = range ?? 0..<descriptor.size
    isChecked = range == nil
  }

  /// Whether it takes one short request.
  var isSmall: Bool { descriptor.size < 1 << 20 }

  /// Nil where nothing is checked.
  var hasher: DigestHasher? { isChecked ? DigestHasher(descriptor.digest.algorithm) : nil }
}

extension Descriptor {
  /// - Throws: ``WrongBlob`` where the digest is another.
  func check(_ hasher: DigestHasher) throws(WrongBlob) {
    let found = hasher.finalize()
    guard found == digest else { throw WrongBlob(expected: digest, found: found) }
  }
}
