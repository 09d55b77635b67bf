extension SourceBoard {
  /// From when on a source counts as failing, slow or useless.
  package struct Policy: Sendable {
    /// Failures in a row after which a mirror is dropped; the origin gets as many as it gets alone.
    package var mirrorTries = 3
    package var originTries = 5
    package var firstPause: Duration = .milliseconds(500)
    /// Bytes that make a source count as moving forward.
    package var progressThatCounts: Int64 = 1 << 20
    /// Wrong answers to range requests, for one blob, before the source is not asked for it again.
    package var wrongRangesPerBlob = 2
    /// Wrong answers in all, after which it is asked for whole blobs only.
    package var wrongRanges = 4
    /// Blobs that a source lacks, before it is dropped where it has sent nothing at all.
    package var lackedBlobs = 8
    /// A source this many times slower than the best gets no more work, as long as another has room.
    package var neglected = 16.0
    /// A mirror this many times slower than the best is dropped …
    package var hopeless = 32.0
    /// … once it has been so for this long.
    package var hopelessTime: Duration = .seconds(2)

    package init() {}
  }
}
