import BlobTransfer
import ImageCopy
import ImageModel

/// Values that many tests use.
enum Samples {
  static let digest = sampleDigest(1)
  static let otherDigest = sampleDigest(2)
  static let reference = sampleReference("harbor.example.com/llsydn/nginx:1.21.4")
  static let platform = Platform(os: "linux", architecture: "amd64")
  static let otherPlatform = Platform(os: "linux", architecture: "arm64")

  static func layer(_ number: Int, size: Int64, received: Int64 = 0) -> BlobProgress {
    BlobProgress(digest: sampleDigest(number), kind: .layer, size: size, received: received)
  }

  static func config(size: Int64, received: Int64 = 0) -> BlobProgress {
    BlobProgress(digest: sampleDigest(99), kind: .config, size: size, received: received)
  }

  static func started(_ blobs: [BlobProgress]) -> PullEvent {
    .started(
      PullStarted([image()], archiveSize: blobs.reduce(10_240) { $0 + $1.size }, blobs: blobs))
  }

  static func progress(_ blobs: [BlobProgress], seconds: Double = 0) -> TransferProgress {
    TransferProgress(
      elapsed: .seconds(seconds), blobs: blobs, bytesFetched: blobs.reduce(0) { $0 + $1.received })
  }

  static func image(name: ImageReference? = reference) -> PulledImage {
    PulledImage(
      reference: reference, digest: digest, manifestDigest: digest, platforms: [platform], selection: .one(platform),
      name: name)
  }

  static func result(
    path: String? = "nginx_1.21.4.tar", size: Int64 = 56_800_000, fetched: Int64 = 56_790_000,
    name: ImageReference? = reference
  ) -> PullResult {
    PullResult([image(name: name)], path: path, archiveSize: size, bytesFetched: fetched, elapsed: .seconds(7))
  }

  static let preview = preview(path: "nginx_1.21.4.tar")

  static func preview(path: String?) -> PullPreview {
    let sources: [PreviewedBlob.Source] = [
      .registry, .resumed(400_000), .resumed(3_000_000), .reused(path: "nginx_1.21.3.tar"), .inline,
    ]
    return PullPreview(
      [image()], path: path, archiveSize: 12_010_240,
      blobs: [PreviewedBlob(digest: sampleDigest(99), kind: .config, size: 10_000, source: .registry)]
        + sources.enumerated().map {
          PreviewedBlob(digest: sampleDigest($0.offset), kind: .layer, size: 3_000_000, source: $0.element)
        })
  }
}

/// A digest whose first twelve digits differ from number to number.
func sampleDigest(_ number: Int) -> Digest {
  Digest.hash(Array("sample \(number)".utf8))
}

func sampleReference(_ text: String) -> ImageReference {
  do { return try ImageReference(parsing: text) } catch { preconditionFailure("\(text): \(error)") }
}
