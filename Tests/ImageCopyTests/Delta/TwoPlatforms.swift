import ImageArchive
import ImageModel
import ScriptedServer

@testable import ImageCopy

/// An image for two platforms as it stands in archives, and a signature of it.
struct TwoPlatforms {
  let amd = ImageFixture(layers: [50_000, 700], seed: 701)
  let arm = ImageFixture(layers: [40_000, 900], seed: 702, architecture: "arm64")
  static let reference = "team/app:2"

  var index: ImageFixture.Blob {
    .index(
      [amd, arm].map { image in
        image.manifest.entry(
          #","platform":{"os":"linux","architecture":"\#(image.manifest.digest == amd.manifest.digest ? "amd64" : "arm64")"}"#
        )
      })
  }

  /// Both platforms under their index.
  ///
  /// - Parameters:
  ///   - shown: the one that `manifest.json` describes.
  ///   - absent: what the archive leaves out.
  func archive(
    shown: ImageFixture? = nil, absent: Set<Digest> = [], form: ArchiveFormat = .ociAndDocker, isSigned: Bool = false,
    signs subject: Digest? = nil
  ) throws -> [UInt8] {
    let shown = shown ?? amd
    let other = shown.manifest.digest == amd.manifest.digest ? arm : amd
    let manifest = try manifest(other)
    let image = ArchivedImage(
      names: [try ImageReference(parsing: Self.reference)], manifest: try self.manifest(shown),
      document: try document(shown.manifest), index: try document(index),
      relatedDocuments: [try document(other.manifest)], relatedBlobs: [manifest.config] + manifest.layers,
      referrers: isSigned ? [try signature(of: subject)] : [])
    return bytes(try ArchivePlan(images: [image], form: form, delta: delta(absent)))
  }

  /// One image without its first layer, and something that came along.
  func referrerDelta() throws -> [UInt8] {
    let image = ArchivedImage(
      names: [try ImageReference(parsing: Self.reference)], manifest: try manifest(amd),
      document: try document(amd.manifest), referrers: [try signature()])
    return bytes(try ArchivePlan(images: [image], delta: delta([try digest(amd.layers[0])])))
  }

  /// Both platforms without their first layers.
  func indexDelta() throws -> [UInt8] {
    try archive(absent: [digest(amd.layers[0]), digest(arm.layers[0])])
  }

  /// As `docker image inspect` has an image of the first layers.
  func inspected(_ image: ImageFixture, layers: Int) -> String {
    let diffIDs = image.layers.prefix(layers).map { "\"\($0.digest)\"" }.joined(separator: ",")
    return #"{"Id":"\#(image.config.digest)","RepoTags":["app:1"],"RootFS":{"Type":"layers","Layers":[\#(diffIDs)]}}"#
  }

  func digest(_ blob: ImageFixture.Blob) throws -> Digest { try Digest(parsing: blob.digest) }

  /// - Parameter subject: nil for the first platform's manifest.
  private func signature(of subject: Digest? = nil) throws -> ArchivedReferrer {
    let signature = ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array("{}".utf8)),
      layers: [.init(mediaType: "application/vnd.dev.cosign.simplesigning.v1+json", bytes: Array("{}".utf8))])
    return ArchivedReferrer(
      document: try document(signature.manifest), subject: try subject ?? digest(amd.manifest), tag: nil)
  }

  private func delta(_ absent: Set<Digest>) -> ArchiveDelta? {
    absent.isEmpty ? nil : ArchiveDelta(absent: absent, bases: ["app:1"])
  }

  private func document(_ blob: ImageFixture.Blob) throws -> ImageDocument {
    .init(
      descriptor: Descriptor(
        mediaType: MediaType(rawValue: blob.mediaType), digest: try Digest(parsing: blob.digest), size: blob.size),
      bytes: blob.bytes)
  }

  private func manifest(_ image: ImageFixture) throws -> Manifest {
    guard case .manifest(let manifest) = try ManifestDocument(parsing: image.manifest.bytes, contentType: nil) else {
      throw LoadError.noImage(path: "")
    }
    return manifest
  }

  private func bytes(_ plan: ArchivePlan) -> [UInt8] {
    let contents = Dictionary((amd.blobs + arm.blobs).map { ($0.digest, $0.bytes) }) { first, _ in first }
    return plan.extents.flatMap { extent -> [UInt8] in
      switch extent {
      case .literal(_, let bytes): bytes
      case .blob(_, let descriptor): contents["\(descriptor.digest)"] ?? []
      }
    }
  }
}
