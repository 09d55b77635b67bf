import ImageModel

/// What `--platform` takes.
enum PlatformOption {
  /// - Returns: nil where the option is not given.
  static func read(_ text: String?) throws(UsageError) -> Platform? {
    guard let text else { return nil }
    do { return try Platform(parsing: text) } catch { throw .platform(text) }
  }
}
