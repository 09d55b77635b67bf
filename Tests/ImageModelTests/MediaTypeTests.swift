import ImageModel
import Testing

@Suite("MediaType")
struct MediaTypeTests {
  @Test(
    "A Content-Type is read without its parameters",
    arguments: [
      ("application/json", "application/json"),
      ("application/vnd.oci.image.index.v1+json; charset=utf-8", "application/vnd.oci.image.index.v1+json"),
      ("  Text/HTML ;charset=x", "text/html"),
      ("a/b\t;", "a/b"),
    ])
  func contentType(_ text: String, _ expected: String) {
    #expect(MediaType(contentType: text)?.rawValue == expected)
  }

  @Test("An empty Content-Type is none", arguments: ["", " ", ";", " ; charset=utf-8", "é/x"])
  func noContentType(_ text: String) {
    #expect(MediaType(contentType: text) == nil)
  }

  @Test("Types are told apart")
  func questions() {
    let indexes: [MediaType] = [.ociIndex, .dockerManifestList]
    let manifests: [MediaType] = [.ociManifest, .dockerManifest]
    let configs: [MediaType] = [.ociImageConfig, .dockerImageConfig]
    let plain: [MediaType] = [
      .dockerLayer, .dockerLayerGzip, .dockerLayerZstd, .ociLayer, .ociLayerGzip, .ociLayerZstd,
    ]
    let foreign: [MediaType] = [
      .dockerForeignLayerGzip, .ociNondistributableLayer, .ociNondistributableLayerGzip, .ociNondistributableLayerZstd,
    ]
    let old: [MediaType] = [.dockerManifestV1, .dockerManifestV1Signed]
    for type in indexes + manifests + configs + plain + foreign + old + [.ociEmpty] {
      #expect(type.isIndex == indexes.contains(type))
      #expect(type.isImageManifest == manifests.contains(type))
      #expect(type.isImageConfig == configs.contains(type))
      #expect(type.isImageLayer == (plain + foreign).contains(type))
      #expect(type.isForeignLayer == foreign.contains(type))
      #expect(type.isSchema1 == old.contains(type))
    }
    #expect(Set(MediaType.acceptedManifests) == Set(indexes + manifests + old))
  }
}
