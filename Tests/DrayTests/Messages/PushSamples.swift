import ImageCopy
import ImageModel
import RegistryClient

@testable import DrayMessages
@testable import dray

enum PushSamples {
  private static let image = PushedImage(reference: Samples.reference, digest: Samples.digest, wasThere: false)
  private static let known = PushedImage(reference: Samples.reference, digest: Samples.digest, wasThere: true)
  private static let blob = Samples.layer(3, size: 56_800_000)
  private static let host = "https://harbor.example.com"

  private static func plan(_ images: [PushedImage]) -> PushPlan {
    PushPlan(
      images: images, blobs: [blob], bytesToSend: 56_800_000, blobsPresent: 4, bytesPresent: 1_200_000,
      blobsMounted: 1)
  }

  static let all: [MessageSample] = phrases + warnings + errors + uploads

  private static let phrases: [MessageSample] = [
    .init("pushing", PushPhrase.pushing(plan([image]))),
    .init("pushing several", PushPhrase.pushing(plan([image, known]))),
    .init("copying", PushPhrase.copying(plan([image]))),
    .init("copying several", PushPhrase.copying(plan([image, known]))),
    .init("copied", PushPhrase.copied(image)),
    .init("tagged", PushPhrase.tagged(image)),
    .init("push waits", PushPhrase.awaitsRegistry(blobs: 1)),
    .init("push mounts", PushPhrase.mounted(Samples.digest, from: "team/base")),
    .init("pushed", PushPhrase.pushed(image)),
    .init("push finds it there", PushPhrase.pushed(known)),
    .init(
      "push done",
      PushPhrase.done(
        PushResult(
          images: [image], blobsSent: 1, blobsPresent: 4, blobsMounted: 1, bytesSent: 56_800_000, elapsed: .seconds(7)))
    ),
    .init("push would", PushPhrase.wouldPush(image)),
    .init("push would find it there", PushPhrase.wouldPush(known)),
    .init("push would send", PushPhrase.wouldSend(blob)),
    .init("push total", PushPhrase.total(plan([image]))),
    .init("push standard input", PushPhrase.standardInput),
    .init("copying onto the disk", PushPhrase.exporting(plan([image]), to: "./app.tar")),
    .init("copied onto the disk", PushPhrase.exported(image, to: "./layout/")),
    .init("copied to standard output", PushPhrase.exported(image, to: "-")),
    .init("copy finds it on the disk", PushPhrase.exported(known, to: "./app.tar")),
    .init(
      "copy onto the disk done",
      PushPhrase.written(
        PushResult(
          images: [image], blobsSent: 1, blobsPresent: 4, blobsMounted: 0, bytesSent: 56_800_000, elapsed: .seconds(7)))
    ),
    .init("copy would find it on the disk", PushPhrase.wouldExport(known, to: "./layout/")),
    .init("copy to standard output", PushPhrase.exporting(plan([image]), to: "-")),
    .init("copy would write an image", PushPhrase.wouldExport(image, to: "./app.tar")),
    .init("copy would write", PushPhrase.wouldWrite(blob)),
    .init("copy total", PushPhrase.totalWritten(plan([image]))),
  ]

  private static let warnings: [MessageSample] = [
    .init("push-unlisted-referrer", warning: PushWarning.unlistedReferrer(Samples.digest).words),
    .init("push-referrer-tag-left-out", warning: PushWarning.referrerTagLeftOut(Samples.digest).words),
    .init("push-referrers-left-out", warning: PushWarning.referrersLeftOut(count: 2).words),
    .init("push-made-manifest", warning: PushWarning.madeManifest(Samples.digest, path: "saved.tar").words),
    .init(
      "push-converted",
      warning: PushWarning.converted(Samples.reference, from: Samples.digest, to: Samples.otherDigest).words),
    .init("push-expires", warning: PushWarning.expires(Samples.reference, after: "2w").words),
    .init("push-large-manifest", warning: PushWarning.largeManifest(Samples.digest, bytes: 5_242_880).words),
    .init(
      "push-misnamed",
      warning: PushWarning.misnamed(place: "\(host)/team/app", as: "http://harbor.example.com").words),
    .init("push-from-registry", warning: PushWarning.registry("read-only from Monday on").words),
  ]

  private static let errors: [MessageSample] =
    [
      ImageNamingError.template("{name"), .field("host"), .missing(.tag, of: "quay.io/team/app"),
      .missing(.platform, of: "quay.io/team/app:1"), .missing(.digest, of: "quay.io/team/app:1"),
      .nothingLeft(prefix: "team", of: "quay.io/team:1"),
      .notAName(
        "TEAM/app", of: "quay.io/team/app:1",
        ImageReferenceError(text: "TEAM/app", reason: .upperCase("TEAM/app"), suggestion: nil)),
      .sameName("harbor.example.com/mirror/app:1", images: ["quay.io/team/app:1", "ghcr.io/team/app:1"]),
    ].enumerated().map { .init("naming \($0.offset)", error: $0.element) }
    + [
      PushError.noImage(path: "app.tar"),
      .severalImages(path: "bundle.tar", names: ["nginx:1.21.4", "harbor.example.com/team/app:1.0"]),
      .nameless(Samples.digest, path: "layout"),
      .ambiguousTarget("app:1", ["quay.io/app:1", "docker.io/app:1"]),
      .otherDigest(wanted: Samples.digest, found: Samples.otherDigest), .unknownBeforeCompression,
      .otherContent(path: "app.tar", names: ["docker.io/library/redis:7"]), .otherContent(path: "app.tar", names: []),
    ].enumerated().map { .init("push \($0.offset)", error: $0.element) }
    + [
      CopyError.incompleteIndex(Samples.digest, absent: [Samples.otherDigest], place: "app.tar"),
      .documentMissing(Samples.digest, place: "app.tar"), .document(Samples.digest, .notAManifest),
      .blobsMissing(
        [Samples.digest], bases: ["docker.io/library/app:1.9@\(Samples.otherDigest)"], place: "app.tar", target: host),
      .blobsMissing([Samples.digest], bases: [], place: "app.tar", target: host),
      .wrongBytes(Samples.digest, place: "app.tar"), .noSuchFormat(Samples.digest, layer: .ociLayerZstd),
      .noSuchPlatform(Samples.otherPlatform, available: [Samples.platform]), .emptyIndex(Samples.digest),
      .manifestTooLarge(Samples.digest, bytes: 5_242_880, limit: 4_194_304, target: "\(host)/team/app"),
    ].enumerated().map { .init("copy \($0.offset)", error: $0.element) }
    + [
      PushOptionError.noArchive, .noTarget, .place("a b/"), .noSource,
      .severalSources("harbor.example.com/team/app:1.0"),
      .severalSourceRegistries, .twoPasswords, .noTag, .namingAndName("harbor.example.com/team/app:1.0"),
      .emptyOption("--strip-prefix"), .standardInputTwice, .rewriteAndJSON, .severalPlatforms,
      .value(option: "--index", "new", known: ["rewrite"]),
      .transport("oci-archive", of: "app.tar"), .transport("docker-daemon", of: "app:1.0"),
      .transport("docker-archive", of: "/srv/app.tar:app:1.0"), .transport("oci", of: "layout"), .noCopyTarget,
      .optionOfRegistries("--create-project", "./app.tar"), .archiveAndOutput("--rewrite"),
    ].enumerated().map {
      .init("push option \($0.offset)", error: $0.element)
    }

  private static let uploads: [MessageSample] =
    [
      UploadFailure.nameMissing(host: host, repository: "team/app"), .denied(host: host, repository: "team/app"),
      .projectNotMade(host: host, project: "mirror"), .quotaExceeded(host: host),
      .readOnly(host: host, repository: "cache/app"), .tagImmutable("1.0"),
      .tooLarge(host: host, bytes: 983_040), .sessionLost(host: host),
      .locationRefused(from: "\(host)/v2/team/app/blobs/uploads/", .missing),
      .locationRefused(from: "\(host)/v2/team/app/blobs/uploads/", .malformed),
      .locationRefused(
        from: "\(host)/v2/team/app/blobs/uploads/", .unencrypted("http://storage.example.com/upload")),
      .locationRefused(from: "\(host)/v2/team/app/blobs/uploads/", .privateAddress("https://10.0.0.5/upload")),
      .digestDiffers(expected: Samples.digest, found: Samples.otherDigest), .notStored(Samples.digest),
      .manifestRefused(status: 415), .contentMissing,
      .attestationsRefused(host: host), .wantsDockerFormat(host: host), .wantsOCIFormat(host: host),
      .beingCollected(Samples.digest, host: host), .pushNotOffered(host: host),
      .manifestTooLarge(Samples.digest, bytes: 5_242_880, host: host, status: 413),
      .zstdRefused(host: host, status: 400),
      .denied(host: "https://team.tencentcloudcr.com", repository: "team/app"),
      .denied(host: "https://registry.cn-hangzhou.aliyuncs.com", repository: "team/app"),
      .denied(host: "https://swr.cn-north-4.myhuaweicloud.com", repository: "team/app"),
      .denied(host: "https://quay.io", repository: "team/app"),
      .artifactRefused(MediaType(rawValue: "application/spdx+json"), host: host, status: 400),
      .nameMissing(host: "https://1.dkr.ecr.eu-west-1.amazonaws.com", repository: "team/app"),
    ].enumerated().map {
      .init("upload \($0.offset)", error: RegistryError(.upload($0.element)), of: Samples.reference)
    }
}
