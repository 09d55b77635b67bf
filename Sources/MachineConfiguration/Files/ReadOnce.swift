import Synchronization

/// What files say, read when it is first asked for and then kept: copies of a value that holds it share it.
final class ReadOnce<Value: Sendable>: Sendable {
  private let read: @Sendable () throws(ConfigurationError) -> Value
  private let content = Mutex<Result<Value, ConfigurationError>?>(nil)

  init(_ read: @escaping @Sendable () throws(ConfigurationError) -> Value) {
    self.read = read
  }

  /// Throws ``ConfigurationError``: each time what the one reading threw.
  var value: Value {
    get throws(ConfigurationError) {
      try content.withLock { content throws(ConfigurationError) in
        let result = content ?? Result(catching: read)
        content = result
        return try result.get()
      }
    }
  }
}
