import ArchiveTools
import ImageArchive
import ImageCopy
import ImageLayers
import ImageModel

@testable import DrayMessages
@testable import dray

extension MessageSamples {
  static let verification: [MessageSample] =
    findings.enumerated().map { .init("finding \($0.offset)", VerifyPhrase.line($0.element, path: "a.tar")) }
    + structure.enumerated().map {
      .init("structure \($0.offset)", VerifyPhrase.line(.structure($0.element), path: "a.tar"))
    } + [
      .init("verified", VerifyPhrase.summary(verification(faults: []), path: "a.tar")),
      .init("verified with faults", VerifyPhrase.summary(verification(faults: findings), path: "a.tar")),
      .init("finding alone", VerifyPhrase.finding(findings[0], path: "a.tar")),
    ]

  private static let blob = "blobs/sha256/4f53"
  private static let image = "nginx:1.21.4"

  private static func verification(faults: [ArchiveFinding]) -> ArchiveVerification {
    ArchiveVerification(findings: faults, images: 1, contents: 9, bytes: 56_800_000, elapsed: .milliseconds(400))
  }

  private static let findings: [ArchiveFinding] = [
    .wrongDigest(name: blob, expected: Samples.digest, found: Samples.otherDigest),
    .wrongDiffID(name: blob, expected: Samples.digest, found: Samples.otherDigest),
    .damagedLayer(name: blob, .truncated(.gzip)), .changed(name: blob),
    .unusableLayer(name: blob, .unsupportedKind(member: "etc/x", type: 83)), .unreadLayer(name: blob, .encrypted),
    .unreadLayer(name: blob, .erofs),
    .otherCompression(name: blob, says: .ociLayerGzip, is: .zstd), .zstd(name: blob),
  ]

  private static func config(_ reason: ConfigFault.Reason, _ loaders: [ConfigFault.Loader]) -> StructureFinding {
    .config(image: image, name: blob, ConfigFault(reason, refusedBy: loaders))
  }

  private static let configs: [StructureFinding] = [
    config(.noRootFileSystem, [.docker]), config(.noDiffIDs, [.docker]),
    config(.otherLayerCount(layers: 9, diffIDs: 8), [.docker]), config(.historyTooLong(steps: 9, layers: 8), [.docker]),
    config(.tooManyLayers(count: 130, limit: 125), [.docker]),
    config(.notATime(field: "created"), [.docker, .podman]), config(.otherType(field: "config.Entrypoint"), [.podman]),
  ]

  private static let structure: [StructureFinding] =
    configs + [
      .fault(.truncated), .fault(.overlapping(name: "index.json/x")), .noLayoutMarker, .unreadableLayoutMarker,
      .oddName("../x\u{1B}[2J"), .misnamedBlob(name: "blobs/sha256/x"), .repeated(name: "a/layer.tar"),
      .unnamedBlob(name: blob, size: 5), .missingConfig(image: image, name: blob),
      .missingLayer(image: image, name: blob), .foreignLayer(image: image, name: blob),
      .delta(
        image: image, missing: Array(repeating: Samples.digest, count: 8), bases: ["nginx:1.21.3@\(Samples.digest)"]),
      .delta(image: image, missing: Array(repeating: Samples.digest, count: 8), bases: []),
      .sharedName(image, images: 2), .platformsApart(name: image, images: 2), .fault(.link(name: blob)),
      .notInIndex(config: blob), .notInDockerManifest(image: image),
      .layersDiffer(image: image), .namesDiffer(image: image), .unusableTag("nginx"), .unusableTag("h.io/Team/app:1"),
      .unusableTag("nginx:1@\(Samples.digest)"), .unusableTag("<none>"),
    ]
}
