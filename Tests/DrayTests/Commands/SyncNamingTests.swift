import CLibrary
import DrayMessages
import FileAccess
import ImageCopy
import ImageModel
import RegistryAuth
import SystemPackage
import Testing

@testable import dray

@Suite("Names that a synchronization gives")
struct SyncNamingTests {
  private static let skopeo = """
    ghcr.io:
      images:
        team/app: ["1"]
    docker.io:
      images:
        library/nginx: ["1.21.4"]
    """
  private static let regsync = """
    version: 1
    sync:
      - source: ghcr.io/team/app:1
        target: h.example/own/app:1
        type: image
    """

  /// The names at h.example/mirror.
  private func names(
    _ list: String, to target: String? = "h.example/mirror", _ options: [String] = []
  ) async throws -> [String] {
    let path = "/tmp/dray-list-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try FilePlace(FilePath(path)).write(Array(list.utf8))
    defer { unlink(path) }
    let context = try TestWorld().context()
    let naming = try NamingOptions.parse(options).naming()
    let settings = PullSettings(try await ConnectionSettings(try ConnectionOptions.parse([]), in: context))
    let selection = try await SyncSelection(
      path, to: try target.map { try SyncSelection.Place($0) }, naming: naming, settings, in: context)
    let puller = try context.makePuller(RegistryAccess(credentials: NoCredentials()), [])
    return try await selection.entries(puller, tags: [], observe: { _ in }, failed: { _, _ in })
      .map(\.target.qualifiedName)
  }

  @Test(
    "T223: images of a list keep their names, or get those of the template; a line's own name counts more",
    arguments: [
      ([], ["mirror/team/app:1", "mirror/nginx:1.21.4", "mirror/own:2"]),
      (
        ["--as", "{registry}/{path}:{tag}"],
        ["mirror/ghcr.io/team/app:1", "mirror/docker.io/library/nginx:1.21.4", "mirror/own:2"]
      ),
      (["--strip-prefix", "team"], ["mirror/app:1", "mirror/nginx:1.21.4", "mirror/own:2"]),
      (["--flatten"], ["mirror/app:1", "mirror/nginx:1.21.4", "mirror/own:2"]),
    ])
  func list(_ options: [String], _ expected: [String]) async throws {
    let list = "ghcr.io/team/app:1\nnginx:1.21.4\nghcr.io/a/b:2 --as=own:2\n"
    #expect(try await names(list, options) == expected.map { "h.example/\($0)" })
  }

  @Test("T223: a file of skopeo keeps the last part of repositories, as with skopeo; a template makes it --scoped")
  func skopeo() async throws {
    #expect(try await names(Self.skopeo) == ["h.example/mirror/app:1", "h.example/mirror/nginx:1.21.4"])
    #expect(
      try await names(Self.skopeo, ["--as", "{registry}/{path}:{tag}"])
        == ["h.example/mirror/ghcr.io/team/app:1", "h.example/mirror/docker.io/library/nginx:1.21.4"])
  }

  @Test("T223: a file that names its targets takes no options for names")
  func namesInFile() async throws {
    #expect(try await names(Self.regsync, to: nil) == ["h.example/own/app:1"])
    await #expect(throws: SyncOptionError.self) { try await names(Self.regsync, to: nil, ["--flatten"]) }
  }

  @Test("T223: the map tells what each name became, of those that are at the target")
  func map() throws {
    let result = SyncResult(
      images: SyncedImages([
        try image("ghcr.io/team/app:1", .copied), try image("nginx", .unchanged),
        try image("busybox", .kept(Samples.otherDigest)), try image("alpine", .notTried),
      ]), counts: SyncCounts(), blobsSent: 0, blobsMounted: 0, bytesSent: 0, elapsed: .zero)
    let images = result.images.compactMap { RenamedImage($0) }
    #expect(images.map(\.former) == ["ghcr.io/team/app:1", "docker.io/library/nginx:latest"])
    #expect(images.map(\.reference.qualifiedName) == ["h.example/app:1", "h.example/app:1"])
    #expect(images.allSatisfy { $0.digest == Samples.digest })
  }

  private func image(_ source: String, _ outcome: SyncedImage.Outcome) throws -> SyncedImage {
    let entry = SyncRequest.Entry(
      source: try ImageReference(parsing: source), target: try ImageReference(parsing: "h.example/app:1"))
    return SyncedImage(entry: entry, digest: Samples.digest, outcome: outcome)
  }
}
