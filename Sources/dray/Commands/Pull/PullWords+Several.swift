import DrayMessages
import ImageCopy

/// The lines around a pull of several images.
extension PullWords {
  func startedSeveral(_ started: PullStarted) -> String {
    let head = SelectionPhrase.pulling(
      images: started.images.count, size: ByteCount(started.archiveSize), blobs: started.blobs.count)
    let referrers = started.images.reduce(0) { $0 + $1.referrers }
    let images = detail == .verbose ? started.images.map(image) : []
    let delta = started.delta.map { "\(DeltaPhrase($0).text(language))\n" } ?? ""
    return delta + lines([head] + images + (referrers > 0 ? [.referrers(referrers)] : []))
  }

  func previewedSeveral(_ preview: PullPreview, _ total: PreviewPhrase) -> Presentation {
    let head = SelectionPhrase.preview(
      images: preview.images.count, path: preview.path, size: preview.archiveSize)
    let blobs = (preview.blobs.map { PreviewPhrase.blob($0) } + [total]).map { "\($0.text(language))\n" }.joined()
    return Presentation(
      output: lines([head] + preview.images.map(image)) + blobs, errors: leftOut(preview.leftOut))
  }

  /// Which images are not in the archive, and why.
  func leftOut(_ images: [FailedImage]) -> String {
    guard !images.isEmpty else { return "" }
    return lines([.leftOut(images: images.count)])
      + images.flatMap { FailureReport($0.error, of: $0.reference).lines(language) }.map { "\($0)\n" }.joined()
  }

  private func image(_ image: PulledImage) -> SelectionPhrase {
    .image(
      "\(image.reference)", platforms: image.platforms.map(\.description).joined(separator: ", "),
      digest: "\(image.digest)")
  }

  private func lines(_ phrases: [SelectionPhrase]) -> String {
    phrases.map { "\($0.text(language))\n" }.joined()
  }
}
