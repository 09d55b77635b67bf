import Dispatch

/// A thread that may wait, outside of the tasks' own.
enum DispatchThread {
  static func run(_ work: @escaping @Sendable () -> Void) {
    DispatchQueue(label: "dray-test").async(execute: work)
  }
}
