import CFileCopy
import SystemPackage

extension FileDescriptor {
  /// Copies bytes of a file to a place in another one by the system itself (copy_file_range(2)).
  ///
  /// - Returns: how many were copied; 0 at the source's end.
  /// - Throws: `Errno`; `noFunction` where the system has no such call.
  package func copy(_ count: Int, at offset: Int64, to target: FileDescriptor, at end: Int64) throws(Errno) -> Int {
    while true {
      let copied = dray_copy_range(rawValue, off_t(offset), target.rawValue, off_t(end), count)
      if copied >= 0 { return copied }
      let error = Errno(rawValue: Int32(-copied))
      guard error == .interrupted else { throw error }
    }
  }
}
