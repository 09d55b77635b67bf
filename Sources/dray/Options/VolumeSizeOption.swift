import DrayMessages
import ImageArchive

/// What `--split` takes.
enum VolumeSizeOption {
  /// - Returns: bytes; nil where the option is not given.
  static func read(_ text: String?) throws(FormatOptionError) -> Int64? {
    guard let text else { return nil }
    guard let size = VolumeSize.read(text) else { throw .volumeSize(text) }
    return size
  }
}
