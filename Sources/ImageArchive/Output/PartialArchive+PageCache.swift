import CFileAllocation

/// What is advice to the system changes no byte, and so cannot fail.
extension PartialArchive {
  /// Begins to write out what has been written, so that the end need not wait for all of it at once. May wait for the
  /// device: not for a connection's thread.
  public func beginWriteback() {
    for file in unfinished { dray_begin_writeback(file.rawValue) }
  }

  /// Lets the system forget bytes that are not read again, as far as they are on disk.
  public func releaseCache(_ range: Range<Int64>) {
    var position = range.lowerBound
    while position < range.upperBound, let place = place(of: position) {
      let count = min(range.upperBound - position, place.room)
      dray_release_cache(place.file.rawValue, off_t(place.offset), off_t(count))
      position += count
    }
  }
}
