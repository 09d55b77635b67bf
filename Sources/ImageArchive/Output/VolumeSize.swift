import ImageModel

/// How large the volumes of an archive are to be, as it is typed: a number of bytes, or of K, M or G (1,024 of one another), or
/// `fat32`.
package enum VolumeSize {
  /// The largest file of a FAT32 file system, in bytes.
  private static let fat32: Int64 = (4 << 30) - 1
  /// Smaller volumes are a mistake.
  private static let least: Int64 = 64 << 10
  /// The most volumes of one archive.
  package static let countLimit = ArchiveVolumes.limit

  /// Nil for what is no such size.
  package static func read(_ text: String) -> Int64? {
    if text.lowercased() == "fat32" { return fat32 }
    return ByteSize.read(text).flatMap { $0 >= least ? $0 : nil }
  }

  /// The ending of a volume's name: `.001`. Volumes are counted from 1.
  package static func ending(_ number: Int) -> String { ArchiveVolumes.ending(number) }
}
