/// What a layer may ask of the reader. Nothing is ever allocated from a size that a layer declares.
package struct LayerLimits: Sendable, Hashable {
  /// The most bytes that a layer may have without compression: more than any engine's disk is lent to one layer. How many
  /// of them come of one compressed byte is not limited: a file of zeros makes 1,030 in gzip and more than 30,000 in zstd,
  /// and images have such files.
  package var plainBytes: Int64 = 1 << 40
  /// The most gzip members or zstd frames of a layer that hold nothing. Writers end a layer with one or two.
  package var emptyMembers = 1_024
  /// The largest window of a zstd frame, as a power of two in bytes: what the `zstd` command takes without being asked.
  package var windowLog: CInt = 27
  /// The largest extended header, GNU long name or sparse map, in bytes.
  package var extensionBytes = 1 << 20
  /// The most entries of a layer.
  package var entries = 5_000_000
  /// The longest path of an entry and the longest target of a link, in bytes: Linux has no longer ones (PATH_MAX).
  package var pathBytes = 4_096
  /// How many zeros ``LayerReader/read(into:)`` makes of the holes of a layer's sparse files.
  package var holeBytes: Int64 = 64 << 30

  package init() {}

  package static let standard = LayerLimits()
}
