import Synchronization

/// What files say, read when it is first asked for and then kept: copies of a value that holds it share it.
final class ReadOnce<Value: Sendable>: Sendable {
  private let content = Mutex<Result<Value, ConfigurationError>?>(nil)

  /// - Throws: ``ConfigurationError``: each time what the one reading threw.
  func value(_ read: () throws(ConfigurationError) -> Value) throws(ConfigurationError) -> Value {
    try content.withLock { content throws(ConfigurationError) in
      let result = content ?? Result(catching: read)
      content = result
      return try result.get()
    }
  }
}
