import ArchiveTools
import ImageArchive
import ImageCopy
import ImageModel
import ScriptedServer

/// An image for three platforms, with an attestation in its index, and with signatures and a list of contents about it.
/// Each version has the layers of the one before, and one more.
package struct SignedImage {
  package let amd: ImageFixture
  package let arm: ImageFixture
  package let riscv: ImageFixture
  /// About the image for amd64, in the index.
  package let statement: ImageFixture
  package let index: ImageFixture.Blob
  /// About the index.
  package let signature: ImageFixture
  /// About the image for arm64.
  package let sbom: ImageFixture
  /// About the image for amd64, by cosign's tag.
  package let cosign: ImageFixture

  /// - Parameter armIsPacked: whether the layers for arm64 are in gzip; else all are plain.
  package init(version: Int, seed: UInt64 = 900, armIsPacked: Bool = false) {
    amd = Self.image("amd64", version, seed: seed)
    arm = Self.image("arm64", version, seed: seed + 20, isPacked: armIsPacked)
    riscv = Self.image("riscv64", version, seed: seed + 40)
    statement = ImageFixture(
      config: .init(
        mediaType: ImageFixture.configType, bytes: Array(#"{"architecture":"unknown","os":"unknown"}"#.utf8)),
      layers: [.init(mediaType: "application/vnd.in-toto+json", bytes: Array(#"{"version":\#(version)}"#.utf8))])
    index = .index(
      [amd, arm, riscv].enumerated().map { place, image in
        image.manifest.entry(#","platform":{"os":"linux","architecture":"\#(["amd64", "arm64", "riscv64"][place])"}"#)
      } + [
        statement.manifest.entry(
          #","platform":{"os":"unknown","architecture":"unknown"},"annotations":{"vnd.docker.reference.type":"#
            + #""attestation-manifest","vnd.docker.reference.digest":"\#(amd.manifest.digest)"}"#)
      ])
    signature = .artifact("signed \(version)", type: "application/vnd.cncf.notary.signature", about: index)
    sbom = .artifact("packages \(version)", about: arm.manifest)
    cosign = ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array(#"{"rootfs":{"diff_ids":[]}}"#.utf8)),
      layers: [
        .init(mediaType: "application/vnd.dev.cosign.simplesigning.v1+json", bytes: Array("{\"v\":\(version)}".utf8))
      ])
  }

  /// An image whose config says what is inside of its layers.
  package static func image(
    _ architecture: String, _ version: Int, seed: UInt64, isPacked: Bool = false
  ) -> ImageFixture {
    let plain = (0...version).map { ImageFixture.noise([40_000, 9_000, 700, 12_345][$0 % 4], seed: seed + UInt64($0)) }
    let diffIDs = plain.map { "\"\(ImageFixture.digest($0))\"" }.joined(separator: ",")
    let config =
      #"{"architecture":"\#(architecture)","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}}"#
    return ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array(config.utf8)),
      layers: plain.map { bytes in
        isPacked
          ? .init(mediaType: ImageFixture.layerType + "+gzip", bytes: storedGzip(bytes))
          : .init(mediaType: ImageFixture.layerType, bytes: bytes)
      })
  }

  package func serve(_ server: ScriptedServer, repository: String = "team/app", tag: String) {
    server.serveManifest(index, repository: repository, tag: tag)
    let all = [amd, arm, riscv, statement, signature, sbom, cosign]
    // It does not list its tags: each of cosign's is asked for.
    server.on("/v2/\(repository)/tags/list", reply: Reply(404))
    for image in all {
      server.serveManifest(image.manifest, repository: repository, tag: image.manifest.digest)
      server.serveBlobs(image, repository: repository)
    }
    for digest in [index.digest] + all.map(\.manifest.digest) {
      let found = digest == index.digest ? [signature] : digest == arm.manifest.digest ? [sbom] : []
      let page = ImageFixture.Blob.index(
        found.map { artifact in
          artifact.manifest.entry(#","artifactType":"\#(artifact.layers[0].mediaType)""#)
        })
      server.on(
        "/v2/\(repository)/referrers/\(digest)",
        reply: Reply(headers: [("Content-Type", ImageFixture.indexType)], body: page.body))
      for suffix in [".sig", ".att", ".sbom"] {
        let path = "/v2/\(repository)/manifests/\(digest.replacing(":", with: "-"))\(suffix)"
        let isCosign = digest == amd.manifest.digest && suffix == ".sig"
        server.on(path, reply: isCosign ? .manifest(cosign.manifest) : Reply(404))
      }
    }
  }
}

/// A gzip stream that compresses nothing (RFC 1951, "Non-compressed blocks").
package func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
  precondition(bytes.count <= 0xFFFF)
  func little(_ value: UInt32, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
  var sum = ~UInt32(0)
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
  }
  let count = UInt32(bytes.count)
  return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(count, 2) + little(~count, 2) + bytes + little(~sum, 4)
    + little(count, 4)
}

extension PullScene {
  /// Pulls images into a file.
  package func pull(
    _ images: [RequestedImage], to name: String, form: ArchiveFormat = .ociAndDocker, base: String? = nil,
    observed: @escaping @Sendable (PullEvent) -> Void = { _ in }, change: (inout PullRequest) throws -> Void
  ) async throws -> PullResult {
    let outcome = try await pull("unused", observe: observed) { request in
      request.images = images
      request.output = .file(folder.appending(name).string)
      request.form = form
      request.reusesSiblings = false
      request.bases = base.map { [.path(folder.appending($0).string)] } ?? []
      try change(&request)
    }
    if let error = outcome.error { throw error }
    guard case .finished(let result) = outcome else { throw NotAnImage() }
    return result
  }

  package func pull(
    _ images: [RequestedImage], to name: String, form: ArchiveFormat = .ociAndDocker, base: String? = nil
  ) async throws -> PullResult {
    try await pull(images, to: name, form: form, base: base, observed: { _ in }, change: { _ in })
  }

  package func convert(
    _ source: String, to output: ImageConversion.Output, change: (inout ImageConversion) -> Void = { _ in }
  ) async throws -> ConversionResult {
    var conversion = ImageConversion(folder.appending(source).string, to: output)
    change(&conversion)
    return try await conversion.run { _ in }
  }

  package func archive(_ name: String) throws -> StoredArchive { try StoredArchive(opening: folder.appending(name)) }

  package func isEqual(_ one: String, _ other: String) throws -> Bool { try bytes(one) == bytes(other) }
}

extension RequestedImage {
  /// - Parameter referrers: whether what refers to it comes along.
  package init(_ text: String, _ platforms: PlatformSelection, referrers: Bool = true) throws {
    self.init(reference: try ImageReference(parsing: text))
    self.platforms = platforms
    bringsReferrers = referrers
  }
}

extension StoredArchive {
  /// Of the images, in their order.
  package var manifestDigests: [Digest] { images.compactMap { $0.document?.descriptor.digest } }
}
