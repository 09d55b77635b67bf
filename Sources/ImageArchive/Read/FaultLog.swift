/// What becomes of the faults that are found while an archive is read: the first one ends it, or all are noted and what
/// is whole is read on.
struct FaultLog: Sendable {
  /// The most faults that are noted. Behind them a damaged archive says nothing new.
  static let limit = 1_000

  /// Whether reading goes on behind a fault.
  var isSalvaging: Bool
  private(set) var faults: [ArchiveFault] = []

  init(isSalvaging: Bool) {
    self.isSalvaging = isSalvaging
  }

  /// - Throws: the fault itself, unless reading goes on.
  mutating func report(_ fault: ArchiveFault) throws(ArchiveFault) {
    guard isSalvaging else { throw fault }
    if faults.count < Self.limit, !faults.contains(fault) { faults.append(fault) }
  }

  /// Does a part of the reading; nil where it has a fault and reading goes on.
  ///
  /// - Throws: the fault, unless reading goes on; other errors than faults of the archive.
  mutating func noting<Value>(_ body: () throws -> Value?) throws -> Value? {
    do { return try body() } catch let fault as ArchiveFault {
      try report(fault)
    } catch ArchiveError.unreadable(_, let fault) {
      try report(fault)
    }
    return nil
  }
}
