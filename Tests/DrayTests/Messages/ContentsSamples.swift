import ImageContents
import ImageCopy
import ImageLayers
import ImageModel

@testable import DrayMessages
@testable import dray

enum ContentsSamples {
  private static let layer = "sha256:" + String(repeating: "5f", count: 32)
  private static let archive = "nginx.tar"
  private static let registry = ImageContentError.Place.registry(reference: "docker.io/library/nginx:1.21.4")

  static let all = words + differences + usage + documents + files + layers

  private static let words: [MessageSample] = [
    .init("contents reading", ContentsPhrase.reading),
    .init("contents read", ContentsPhrase.read(ByteCount(1_000_000), of: ByteCount(4_000_000), percent: 25)),
    .init("diff same", DiffPhrase.same), .init("diff settings", DiffPhrase.settings),
    .init("diff layers", DiffPhrase.layers(shared: 3, old: 1, new: 2)),
    .init(
      "diff files",
      DiffPhrase.files(
        added: 12, addedSize: ByteCount(3_400_000), changed: 3, removed: 1, removedSize: ByteCount(1_000))),
    .init("diff unknown", DiffPhrase.unknown(4)),
  ]

  private static let differences: [MessageSample] =
    FileDifference.Aspect.allCases.map { .init("diff aspect \($0.rawValue)", DiffPhrase.aspect($0)) }
    + ConfigDifference.Field.allCases.map { .init("diff field \($0.rawValue)", DiffPhrase.field($0)) }

  private static let usage: [MessageSample] = [
    .init("contents no path", error: ContentsUsageError.noPath("nginx.tar")),
    .init(
      "contents only for images",
      error: ContentsUsageError.onlyForImages(option: "--recursive", place: "harbor.example.com")),
  ]

  private static func sample(_ name: String, _ error: ImageContentError) -> MessageSample {
    .init("contents \(name)", error: error)
  }

  private static let documents = [
    sample("no config", .noConfig(archive: archive)),
    sample("layers do not match config", .layersDoNotMatchConfig(image: archive, layers: 3, diffIDs: 2)),
  ]

  private static let files = [
    sample("no such path", .noSuchPath(image: archive, path: "/etc/nginx.conf")),
    sample("not a file", .notAFile(image: archive, path: "/etc")),
    sample("merged root", .mergedRoot(image: archive, .tooManyLinks(member: "a/b"))),
  ]

  private static let layers =
    [
      sample("missing layer", .missingLayer(image: archive, layer: layer)),
      sample("layer cut off", .layerCutOff(image: archive, layer: layer)),
      sample("layer changed", .layerChanged(image: .archive(archive), layer: layer)),
      sample("layer changed in a registry", .layerChanged(image: registry, layer: layer)),
      sample(
        "wrong diff id",
        .wrongDiffID(image: .archive(archive), layer: layer, expected: Digest.hash([1]), found: Digest.hash([2]))),
      sample(
        "wrong diff id in a registry",
        .wrongDiffID(image: registry, layer: layer, expected: Digest.hash([1]), found: Digest.hash([2]))),
      sample("layer made so", .layerMadeSo(image: .archive(archive), layer: layer, .bytesBehindEnd(.gzip))),
      sample("encrypted layer", .unreadLayer(image: .archive(archive), layer: layer, .encrypted)),
      sample("erofs layer", .unreadLayer(image: .archive(archive), layer: layer, .erofs)),
      sample("layer in a registry", .layer(image: registry, layer: layer, .damaged(.zstd))),
    ]
    + faults.enumerated().map {
      sample("layer \($0.offset)", .layer(image: .archive(archive), layer: layer, $0.element))
    }

  private static let faults: [LayerError] = [
    .unsupportedCompression(.xz), .truncated(.gzip), .damaged(.zstd), .wrongChecksum(.gzip), .bytesBehindEnd(.gzip),
    .windowTooLarge(log: 27), .tooLarge(limit: 1 << 40), .tooManyEmptyMembers(limit: 1_024),
    .notATar, .truncatedTar(offset: 512), .malformedHeader(offset: 512), .conflictingHeaders(offset: 512),
    .extensionTooLarge(offset: 512, limit: 1 << 20), .malformedSparseMap(member: "var/log/lastlog"),
    .tooManyEntries(limit: 2_000_000), .unsupportedKind(member: "a", type: 86), .repeatedPath(member: "etc/a"),
    .unsafePath(member: "../etc/passwd"),
    .pathTooLong(member: "a/a/a", limit: 4_096), .unsafeWhiteout(member: "etc/.wh."),
    .holesTooLarge(member: "var/log/lastlog", limit: 64 << 30),
    .missingLinkTarget(member: "bin/sh", target: "bin/busybox"), .namesTooLarge(limit: 1 << 30),
    .tooManyLinks(member: "a/b"),
  ]
}
