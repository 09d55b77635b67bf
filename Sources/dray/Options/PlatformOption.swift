import DrayMessages
import ImageCopy
import ImageModel

/// What `--platform` takes.
enum PlatformOption {
  /// - Returns: nil where the option is not given.
  static func read(_ text: String?) throws(UsageError) -> Platform? {
    guard let text else { return nil }
    do { return try Platform(parsing: text) } catch { throw .platform(text) }
  }

  /// What repeated options and `--all-platforms` mean together.
  static func read(_ texts: [String], all: Bool) throws -> PlatformSelection {
    var platforms: [Platform] = []
    for text in texts {
      guard let platform = try read(text) else { continue }
      if !platforms.contains(platform) { platforms.append(platform) }
    }
    guard !all else {
      guard platforms.isEmpty else { throw SelectionError.onePlatformOrAll }
      return .all
    }
    return platforms.count > 1 ? .several(platforms) : .one(platforms.first)
  }
}
