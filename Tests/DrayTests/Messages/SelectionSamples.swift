import ImageCopy
import ImageLists
import ImageModel

@testable import DrayMessages
@testable import dray

extension MessageSamples {
  private static let listReasons: [ImageListError.Reason] = [
    .tooLarge(limit: 16 << 20), .notText, .empty, .unexpectedWord("redis:7"), .unknownOption("--arch=arm"),
    .platform("linux/"), .conflictingPlatforms, .yaml(problem: "mapping values are not allowed in this context"),
    .tooDeep(limit: 128), .tooManyValues(limit: 1_000_000), .noValue(variable: "TAG"),
    .required(variable: "TAG", message: "set it to the release"), .malformedVariable("nginx:${}"),
    .passedOver(.unclear), .moreThanAName("docker pull nginx", suggestion: "nginx"), .tableOfImages,
    .malformedAssignment, .unknownKey("image-by-semver", .skopeo), .unsupportedKey("backup", .regsync),
    .unsupportedKey("credHelper", .regsync), .unsupportedKey("identitytoken", .skopeo), .missingKey("target"),
    .unexpectedValue(key: "tls-verify"), .unexpectedValue(key: nil), .syncType(""), .syncType("repo"),
    .name(listedError), .tag("v 1"), .repositoryWithTag("nginx:1"), .expression("1.(2"), .versionRange("newest"),
    .targetTags("harbor.example.com/team/app:1"), .template(key: "pass"), .noFile("/run/secrets/token"),
    .noLoginValue(key: "password"), .notYAML,
  ]

  static let selection: [MessageSample] =
    [
      SelectionError.unreadableList(path: "images.txt", 2),
      .listedName(path: "images.txt", line: 3, listedError), .standardInputTwice, .onePlatformOrAll, .tags("~1"),
      .pattern("harbor.example.com/Team/*"), .tagAndTags("nginx:1"), .nothingMatches("harbor.example.com/team/x*"),
      .unconfirmed, .declined, .emptyLock, .withoutIndex,
    ].enumerated().map { .init("selection \($0.offset)", error: $0.element) }
    + listReasons.enumerated().map { index, reason in
      let line: Int? = index < 3 ? nil : 3
      return .init("list \(index)", error: SelectionError.list(path: "images.txt", ImageListError(reason, line: line)))
    }
    + [
      SelectionPhrase.total(images: 3, size: ByteCount(56_800_000)),
      .question(images: 3, size: ByteCount(56_800_000)),
      .pulling(images: 3, size: ByteCount(56_800_000), blobs: 9),
      .image("nginx:1.21.4", platforms: "linux/amd64, linux/arm64", digest: "\(Samples.digest)"), .referrers(2),
      .preview(images: 3, path: "bundle.tar", size: 56_800_123), .preview(images: 3, path: nil, size: 56_800_123),
      .leftOut(images: 1),
      .keptName(path: "deploy.yaml", ListedImage(name: "redis:7", line: 8)),
      .passedOver(path: "values.yaml", PassedOverImage(reason: .key("sidecarImage"), line: 8)),
      .passedOver(path: "values.yaml", PassedOverImage(reason: .unclear, line: 8)),
      .passedOver(path: "values.yaml", PassedOverImage(reason: .noTag(repository: "team/app"), line: 8)),
    ].enumerated().map { .init("images \($0.offset)", $0.element) }
    + [
      .init(
        PullWarning.ofImage(Samples.reference, .platformDiffers(wanted: Samples.platform, found: Samples.otherPlatform))
      )
    ]

  private static var listedError: ImageReferenceError {
    do { _ = try ImageReference(parsing: "Nginx") } catch { return error }
    preconditionFailure("'Nginx' is a reference")
  }
}
