import ImageArchive
import ImageModel

/// An image on its way from one archive into another.
struct ConversionImage: Sendable {
  var parts: ImageParts
  /// For each platform of ``parts``, what its config says of its layers.
  var diffIDs: [[Digest]]

  /// Leaves out what has no place in an archive that is no layout: other platforms, and what came along.
  ///
  /// - Returns: what is left out.
  mutating func reduceToOnePlatform() -> [LeftOutContent] {
    var leftOut = parts.platforms.dropFirst().map {
      LeftOutContent($0.document.descriptor, platform: $0.document.descriptor.platform, .form)
    }
    leftOut += parts.attachments.filter { !$0.blobs.isEmpty }.map { LeftOutContent($0.document.descriptor, .form) }
    leftOut += parts.referrers.map { LeftOutContent($0.referrer, .form) }
    parts.platforms = Array(parts.platforms.prefix(1))
    diffIDs = Array(diffIDs.prefix(1))
    parts.attachments = []
    parts.referrers = []
    parts.subjects = []
    return leftOut
  }
}
