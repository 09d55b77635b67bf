import ImageModel
import Testing

@Suite("ArtifactKind")
struct ArtifactKindTests {
  private func kind(config: String, layers: [String], artifactType: String? = nil) -> ArtifactKind? {
    func descriptor(_ type: String) -> Descriptor {
      Descriptor(mediaType: MediaType(rawValue: type), digest: .hash([]), size: 0)
    }
    return Manifest(
      mediaType: .ociManifest, config: descriptor(config), layers: layers.map(descriptor),
      artifactType: artifactType.map(MediaType.init(rawValue:))
    ).artifactKind
  }

  @Test(
    "An image is an image",
    arguments: [
      (MediaType.ociImageConfig, [MediaType.ociLayerGzip]), (.dockerImageConfig, [.dockerLayerGzip]),
      (.ociImageConfig, []), (.dockerImageConfig, [.dockerForeignLayerGzip, .dockerLayerGzip]),
      (.ociImageConfig, [.ociLayer, MediaType(rawValue: "application/x.extra")]),
    ])
  func images(_ config: MediaType, _ layers: [MediaType]) {
    #expect(kind(config: config.rawValue, layers: layers.map(\.rawValue)) == nil)
  }

  @Test("T073: a Helm chart, a signature and other artifacts are named")
  func artifacts() {
    let image = MediaType.ociImageConfig.rawValue
    let empty = MediaType.ociEmpty.rawValue
    #expect(
      kind(
        config: "application/vnd.cncf.helm.config.v1+json",
        layers: ["application/vnd.cncf.helm.chart.content.v1.tar+gzip"]) == .helmChart)
    #expect(kind(config: image, layers: ["application/vnd.dev.cosign.simplesigning.v1+json"]) == .signature)
    #expect(kind(config: empty, layers: ["a/b"], artifactType: "application/vnd.cncf.notary.signature") == .signature)
    #expect(kind(config: image, layers: ["application/vnd.in-toto+json"]) == .attestation)
    #expect(kind(config: image, layers: ["application/vnd.dsse.envelope.v1+json"]) == .attestation)
    #expect(kind(config: image, layers: ["text/spdx+json"]) == .sbom)
    #expect(kind(config: empty, layers: ["a/b"], artifactType: "application/vnd.cyclonedx+json") == .sbom)
    #expect(kind(config: "application/vnd.wasm.config.v0+json", layers: ["application/wasm"]) == .wasmModule)
    #expect(kind(config: image, layers: ["application/vnd.wasm.content.layer.v1+wasm"]) == .wasmModule)
    #expect(
      kind(config: MediaType.dockerImageConfig.rawValue, layers: ["application/vnd.ollama.image.model"]) == .model)
    #expect(kind(config: "application/vnd.cnab.config.v1+json", layers: []) == .cnabBundle)
    #expect(
      kind(config: "application/vnd.docker.plugin.v1+json", layers: [MediaType.dockerLayerGzip.rawValue])
        == .dockerPlugin)
  }

  @Test(
    "T141: where the config's type says nothing, its content decides",
    arguments: [
      "application/octet-stream", "application/json", "text/html", "",
      "application/vnd.docker.container.image.v1+json; charset=utf-8", "application/x.whatever",
    ])
  func decidedByConfig(_ type: String) {
    func kind(_ config: String, layers: [MediaType] = [.dockerLayerGzip]) -> ArtifactKind? {
      let descriptors = layers.map { Descriptor(mediaType: $0, digest: .hash([]), size: 0) }
      let manifest = Manifest(
        mediaType: .dockerManifest,
        config: Descriptor(mediaType: MediaType(rawValue: type), digest: .hash([1]), size: 1), layers: descriptors)
      return manifest.artifactKind(config: Array(config.utf8))
    }
    let diffID = Digest.hash([])
    #expect(kind(#"{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["\#(diffID)"]}}"#) == nil)
    #expect(kind(#"{"rootfs":{"diff_ids":["\#(diffID)"]}}"#) == nil)
    #expect(kind(#"{"os":"linux","architecture":"amd64"}"#, layers: []) == nil)
    // A cache of BuildKit's, an artifact of files, a page.
    #expect(kind(#"{"layers":[{"blob":"\#(diffID)"}],"records":[]}"#) != nil)
    #expect(kind("{}") != nil)
    #expect(kind("<html>") != nil)
    #expect(kind(#"{"rootfs":{"diff_ids":["\#(diffID)"]}}"#, layers: [.init(rawValue: "a/layer")]) != nil)
  }

  @Test("T141: types that are known are believed: a plugin's config looks like an image's")
  func knownTypes() {
    let manifest = Manifest(
      mediaType: .dockerManifest,
      config: Descriptor(
        mediaType: MediaType(rawValue: "application/vnd.docker.plugin.v1+json"), digest: .hash([1]), size: 1),
      layers: [Descriptor(mediaType: .dockerLayerGzip, digest: .hash([]), size: 0)])
    let config = #"{"rootfs":{"type":"layers","diff_ids":["\#(Digest.hash([]))"]}}"#
    #expect(manifest.artifactKind(config: Array(config.utf8)) == .dockerPlugin)
  }

  @Test(
    "T142: layers that are encrypted, or in a file system's own format, are an image's",
    arguments: [
      "application/vnd.oci.image.layer.v1.tar+gzip+encrypted", "application/vnd.oci.image.layer.v1.tar+encrypted",
      "application/vnd.docker.image.rootfs.diff.tar.gzip+encrypted", "application/vnd.erofs.layer.v1",
      "application/vnd.oci.image.layer.nydus.blob.v1",
    ])
  func layersOfOtherForms(_ type: String) {
    #expect(kind(config: MediaType.ociImageConfig.rawValue, layers: [type]) == nil)
    #expect(MediaType(rawValue: type).isEncryptedLayer == type.hasSuffix("encrypted"))
  }

  @Test("T073: an artifact of an unknown kind is named by the type that tells most")
  func unknown() {
    func unknown(_ type: String) -> ArtifactKind { .unknown(MediaType(rawValue: type)) }
    let empty = MediaType.ociEmpty.rawValue
    #expect(kind(config: "a/config", layers: ["a/layer"]) == unknown("a/config"))
    #expect(kind(config: empty, layers: ["a/layer"]) == unknown("a/layer"))
    #expect(kind(config: empty, layers: ["a/layer"], artifactType: "a/artifact") == unknown("a/artifact"))
    #expect(kind(config: empty, layers: []) == unknown(empty))
    #expect(kind(config: MediaType.ociImageConfig.rawValue, layers: ["a/layer"]) == unknown("a/layer"))
  }
}
