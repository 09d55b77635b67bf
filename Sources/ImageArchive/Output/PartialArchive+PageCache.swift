import FileAccess

/// What is advice to the system changes no byte, and so cannot fail.
extension PartialArchive {
  /// Begins to write out what has been written, so that the end need not wait for all of it at once. May wait for the
  /// device: not for a connection's thread.
  public func beginWriteback() {
    for file in unfinished { file.beginWriteback() }
  }

  /// Lets the system forget bytes that are not read again, as far as they are on disk.
  public func releaseCache(_ range: Range<Int64>) {
    var position = range.lowerBound
    while position < range.upperBound, let place = place(of: position) {
      let count = min(range.upperBound - position, place.room)
      place.file.releaseCache(at: place.offset, count: count)
      position += count
    }
  }
}
