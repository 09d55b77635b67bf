import SystemPackage

extension Errno {
  /// Calls the system, again where a signal came between.
  @discardableResult
  package static func check(_ call: () -> CInt) throws(Errno) -> Int32 {
    while true {
      let result = call()
      if result >= 0 { return result }
      guard errno == Errno.interrupted.rawValue else { throw Errno(rawValue: errno) }
    }
  }

  /// Makes calls that return a negative error number, again where a signal came between.
  @discardableResult
  package static func checkNumber(_ call: () -> Int32) throws(Errno) -> Int32 {
    while true {
      let result = call()
      if result >= 0 { return result }
      guard result == -Errno.interrupted.rawValue else { throw Errno(rawValue: -result) }
    }
  }
}
