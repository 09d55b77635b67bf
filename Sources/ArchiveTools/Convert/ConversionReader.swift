import ImageArchive
import ImageModel
import Waiting

/// Takes the images of an archive for another one, with all that belongs to them.
struct ConversionReader: Sendable {
  struct Found: Sendable {
    var images: [ConversionImage] = []
    /// Where the blobs of the images stand.
    var contents: [Digest: ContentOnDisk] = [:]
    var leftOut: [LeftOutContent] = []
  }

  /// One whose images all have manifests.
  let archive: StoredArchive

  /// - Throws: ``ConversionError``; `ArchiveError`; `CancellationError`.
  func read(unless cancelled: CancellationFlag) throws -> Found {
    var found = Found()
    var configs = ConversionConfigs(archive)
    for stored in archive.storedParts {
      var diffIDs: [[Digest]] = []
      for platform in stored.images {
        try cancelled.check()
        diffIDs.append(try configs.config(of: platform).content.diffIDs)
        try take(platform, into: &found)
      }
      var parts = stored.parts
      complete(&parts, in: &found)
      found.images.append(ConversionImage(parts: parts, diffIDs: diffIDs))
    }
    let taken = found.images.flatMap { $0.parts.attachments.map(\.document.descriptor.digest) }
    let known = Set(taken + found.leftOut.map(\.digest))
    found.leftOut += archive.artifacts.filter { !known.contains($0.descriptor.digest) }
      .map { LeftOutContent($0.descriptor, .noImage) }
    return found
  }

  /// Notes where config and layers of an image stand.
  private func take(_ image: StoredImage, into found: inout Found) throws(ArchiveError) {
    guard let content = image.config, let config = image.manifest?.config else {
      throw archive.missing(image.configName)
    }
    take(content, config, "\(config.digest)", into: &found)
    for layer in image.layers {
      guard let content = layer.content, let descriptor = layer.descriptor else {
        throw archive.missing(layer.memberName)
      }
      take(content, descriptor, layer.memberName, into: &found)
    }
  }

  private func take(_ content: StoredContent, _ descriptor: Descriptor, _ name: String, into found: inout Found) {
    guard found.contents[descriptor.digest] == nil else { return }
    found.contents[descriptor.digest] = ContentOnDisk(
      descriptor: descriptor, source: .stored(content), path: archive.path, name: name)
  }

  /// Notes where what came along with an image stands, and leaves out what is not all there.
  private func complete(_ parts: inout ImageParts, in found: inout Found) {
    parts.attachments.removeAll { attachment in
      guard !take(attachment.blobs, into: &found) else { return false }
      found.leftOut.append(LeftOutContent(attachment.document.descriptor, .incomplete))
      return true
    }
    parts.referrers.removeAll { referrer in
      guard !take(referrer.blobs, into: &found) else { return false }
      found.leftOut.append(LeftOutContent(referrer.referrer, .incomplete))
      return true
    }
  }

  /// - Returns: whether all of them are there.
  private func take(_ blobs: [Descriptor], into found: inout Found) -> Bool {
    let contents = blobs.compactMap { archive.blob($0.digest, size: $0.size)?.content }
    guard contents.count == blobs.count else { return false }
    for (content, blob) in zip(contents, blobs) { take(content, blob, "\(blob.digest)", into: &found) }
    return true
  }
}
