import FoundationEssentials
import ImageArchive
import ImageModel
import Testing

/// podman takes a name of `manifest.json` without a registry for one of `localhost/`.
@Suite("Names of Docker Hub in manifest.json")
struct HubNameTests {
  private struct Entry: Decodable {
    let tags: [String]

    private enum CodingKeys: String, CodingKey {
      case tags = "RepoTags"
    }
  }

  private func tags(_ images: [ArchivedImage], _ form: ArchiveFormat = .ociAndDocker) throws -> [[String]] {
    let plan = try ArchivePlan(images: images, form: form)
    for case .literal(_, let bytes) in plan.extents {
      guard let start = bytes.firstRange(of: Array(#"[{"Config""#.utf8)) else { continue }
      let content = bytes[start.lowerBound...].prefix { $0 != 0 }
      return try JSONDecoder().decode([Entry].self, from: Data(content)).map(\.tags)
    }
    return []
  }

  private func image(
    _ names: [String], seed: UInt64 = 1, isIndex: Bool = false, algorithm: Digest.Algorithm = .sha256
  ) throws -> ArchivedImage {
    let image = try SampleImage(names: names, seed: seed, algorithm: algorithm).archived
    guard isIndex else { return image }
    let bytes = Array(#"{"schemaVersion":2,"manifests":[]}"#.utf8)
    let index = Descriptor(mediaType: .ociIndex, digest: .hash(bytes), size: Int64(bytes.count))
    return ArchivedImage(
      names: image.names, manifest: image.manifest, document: image.document,
      index: .init(descriptor: index, bytes: bytes))
  }

  @Test("T154: one image by one name stands as people type it: podman goes by index.json")
  func one() throws {
    #expect(try tags([image(["app:1"])]) == [["app:1"]])
    #expect(try tags([image(["harbor.example/app:1"])]) == [["harbor.example/app:1"]])
    #expect(try tags([image([])]) == [[]])
  }

  @Test("T154: where podman may go by manifest.json, they stand in full; other registries' names are full anyway")
  func full() throws {
    let hub = "docker.io/library/app:1"
    #expect(try tags([image(["app:1"])], .docker) == [[hub]])
    #expect(try tags([image(["app:1", "team/app:2"])]) == [[hub, "docker.io/team/app:2"]])
    #expect(try tags([image(["app:1"], isIndex: true)]) == [[hub]])
    // podman does not load these by index.json.
    #expect(try tags([image(["app:1"], algorithm: .sha512)]) == [[hub]], "T291")
    #expect(
      try tags([image(["app:1"]), image(["harbor.example/b:1", "c:1"], seed: 2)])
        == [[hub], ["harbor.example/b:1", "docker.io/library/c:1"]])
  }
}
