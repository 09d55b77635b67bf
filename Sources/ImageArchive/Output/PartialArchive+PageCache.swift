import CFileAllocation

/// What is advice to the system changes no byte, and so cannot fail.
extension PartialArchive {
  /// Begins to write out what has been written, so that the end need not wait for all of it at once. May wait for the
  /// device: not for a connection's thread.
  public func beginWriteback() {
    dray_begin_writeback(unfinished.rawValue)
  }

  /// Lets the system forget bytes that are not read again, as far as they are on disk.
  public func releaseCache(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    dray_release_cache(unfinished.rawValue, off_t(range.lowerBound), off_t(range.upperBound - range.lowerBound))
  }
}
