import CLibrary
import HTTPAccess
import ImageArchive
import ImageCopy
import ImageModel
import RegistryAuth
import RegistryClient
import SystemPackage

@testable import DrayMessages
@testable import dray

/// One of each message.
struct MessageSample: Sendable {
  let name: String
  let text: @Sendable (Language) -> String
  /// Of an error: its entry in docs/troubleshooting.md, and what is told about it.
  let failure: (anchor: String, report: FailureReport)?
  /// Of a warning: its name in `--json` where it has one, and its words.
  let warning: (name: String?, words: Phrase)?

  init(_ name: String, _ phrase: any Phrased & Sendable) {
    self.name = name
    text = { phrase.text($0) }
    (failure, warning) = (nil, nil)
  }

  init(_ warning: PullWarning) {
    self.init("warning \(warning.name)", warning: warning.phrase, json: warning.name)
  }

  init(_ name: String, warning words: Phrase, json: String? = nil) {
    self.name = name
    text = { PullPhrase.warning(words).text($0) }
    (failure, warning) = (nil, (json, words))
  }

  /// An error as it stands on standard error.
  init(_ name: String, error: any Error, of image: ImageReference? = nil) {
    self.name = name
    let report = FailureReport(error, of: image)
    text = { report.lines($0).joined(separator: "\n") }
    failure = (ErrorAnchor.anchor(of: error), FailureReport(error))
    warning = nil
  }
}

enum MessageSamples {
  /// The words of an error are made with its sample: the zone is UTC from then on, see `UTCTrait`.
  static let all: [MessageSample] = LocalTime.$zone.withValue(.utc) {
    progress + pull + previews + prompts + logins + warnings + usage + references + manifests + resolving + registry
      + answerFaults + tls + proxies + configuration + defects + config
      + realms + redirects + credentials + archive + others
      + inquiries + FormatSamples.all + deltas + selection + ContentsSamples.all + RootSamples.all + PushSamples.all
      + ServeSamples.all + SyncSamples.all + UpstreamSamples.all
  }

  private static let size = ByteCount(56_800_000)

  static let progress: [MessageSample] = [
    .init("progress total", ProgressPhrase.total),
    .init("progress config", ProgressPhrase.config),
    .init("progress folded", ProgressPhrase.folded(more: 5, finished: 2, blobs: 9)),
    .init("progress done", ProgressPhrase.folded(more: 0, finished: 2, blobs: 9)),
    .init(
      "progress line",
      ProgressPhrase.line(
        received: ByteCount(12_300_000), size: size, percent: 21, rate: ByteRate(8_300_000),
        timeLeft: ClockTime(seconds: 6), finished: 2, blobs: 9)),
    .init(
      "progress line without rate",
      ProgressPhrase.line(
        received: ByteCount(0), size: size, percent: 0, rate: nil, timeLeft: nil, finished: 0, blobs: 9)),
  ]

  static let pull: [MessageSample] = [
    .init(
      "pulling",
      PullPhrase.pulling(image: "\(Samples.reference)", platform: "linux/amd64", size: size, blobs: 9)),
    .init("manifest", PullPhrase.manifest(digest: "\(Samples.digest)")),
    .init("rate limit without window", RateLimitPhrase(pulls: 100, left: 76, hours: nil)),
    .init("blob fetched", PullPhrase.blob("\(Samples.digest)", size: size, .registry)),
    .init("blob resumed", PullPhrase.blob("\(Samples.digest)", size: size, .resumed)),
    .init("blob reused", PullPhrase.blob("\(Samples.digest)", size: size, .reused)),
    .init("done", PullPhrase.done(size: size, time: ElapsedTime(.seconds(7)), rate: ByteRate(8_100_000))),
    .init("done without rate", PullPhrase.done(size: size, time: ElapsedTime(.zero), rate: nil)),
    .init(
      "done with less",
      PullPhrase.doneWithLess(size: size, fetched: ByteCount(1_200_000), time: ElapsedTime(.milliseconds(400)))),
    .init("done without", PullPhrase.doneWithout(size: size)),
    .init("saved as", PullPhrase.savedAs(path: "/home/a b/nginx_1.21.4.tar")),
    .init("load", PullPhrase.load(path: "/home/a b/nginx_1.21.4.tar")),
    .init("run", PullPhrase.run(image: "harbor.example.com/llsydn/nginx:1.21.4")),
    .init("interrupted", PullPhrase.interrupted),
    .init("resumable", PullPhrase.resumable),
  ]

  static let previews: [MessageSample] =
    [
      .init("preview", PreviewPhrase.archive(image: "nginx", platform: "linux/amd64", path: "a.tar", size: 56_800_123)),
      .init(
        "preview to standard output",
        PreviewPhrase.archive(image: "nginx", platform: "linux/amd64", path: nil, size: 56_800_123)),
      .init("preview total", PreviewPhrase.total(toFetch: 1_234_567, size: 56_800_000)),
      .init("preview nothing", PreviewPhrase.total(toFetch: 0, size: 56_800_000)),
    ]
    + Samples.preview.blobs.enumerated().map { .init("preview blob \($0.offset)", PreviewPhrase.blob($0.element)) }

  static let prompts: [MessageSample] = [
    .init("prompt image", PromptPhrase.image),
    .init("prompt page", PromptPhrase.page),
    .init("prompt username", PromptPhrase.username(host: "harbor.example.com")),
    .init("prompt login name", PromptPhrase.loginName(host: "harbor.example.com")),
    .init("prompt password", PromptPhrase.password(user: "robot$ci", host: "harbor.example.com")),
    .init("prompt password without host", PromptPhrase.password(user: "robot$ci", host: nil)),
    .init("prompt enter", PromptPhrase.enterToClose),
  ]

  private static let entry = CredentialOrigin.file(path: "/home/a b/.docker/config.json", key: "harbor.example.com")

  static let logins: [MessageSample] =
    [
      LoginPhrase.loggedIn("harbor.example.com/team", user: "robot$ci"), .notProven(registry: "harbor.example.com"),
      .kept(entry), .kept(.helper(name: "pass", key: "harbor.example.com")), .endsWithSession,
      .removed("harbor.example.com", entry),
      .removed("harbor.example.com", .helper(name: "pass", key: "harbor.example.com")),
      .notLoggedIn("harbor.example.com"), .remaining(entry),
    ].enumerated().map { .init("login \($0.offset)", $0.element) }

  static let warnings: [MessageSample] =
    [
      PullWarning.digestWins(sampleReference("nginx:1.21.4@\(Samples.digest)")),
      .platformDiffers(wanted: Samples.platform, found: Samples.otherPlatform),
      .configDoesNotMatchLayers(layers: 9, diffIDs: 0),
      .fromRegistry(host: "harbor.example.com", text: "read-only from Monday on"),
      .plainHTTP(host: "harbor.example.com"),
      .wrongBytes(host: "mirror.example.com", digest: Samples.digest),
      .wrongCopy(path: "old/nginx_1.21.3.tar", digest: Samples.digest),
      .unusableArchive(.unreadable("old/nginx_1.21.3.tar", .truncated)),
      .anonymousInstead(
        host: "harbor.example.com", origin: .file(path: "/home/me/.docker/config.json", key: "harbor.example.com")),
      .mirrorDropped(host: "mirror.example.com", .registry(.network(.webPage(host: "https://mirror.example.com")))),
      .mirrorDropped(
        host: "mirror.example.com",
        .registry(
          .auth(.loginRequired(host: "https://mirror.example.com")),
          answer: ServerAnswer(status: 403, words: ["DENIED: this image is not in the allowlist"], requestID: nil))),
      .mirrorDropped(host: "mirror.example.com", .manifest(.schema1)),
      .mirrorDropped(host: "mirror.example.com", .slow), .mirrorIncomplete(host: "mirror.example.com"),
      .unusableJournal(path: "nginx_1.21.4.tar.part"), .plainArchive(path: "nginx.tar.gz"),
      .addressInName(sampleReference("[::1]:5000/app:1")),
    ].map { .init($0) }

  static let usage: [MessageSample] =
    [
      UsageError.unknownOption("--quite", similar: "--quiet"), .unknownOption("--frobnicate", similar: nil),
      .missingValue(option: "--as"), .unwantedValue(option: "--quiet"), .unexpectedArgument("nginx", similar: nil),
      .unexpectedArgument("pul", similar: "pull"),
      .missingArgument("<reference>"), .severalFormsOfInspection, .onlyForArchives(option: "--image"),
      .repositoryWithTag("nginx:1"),
      .malformed("Command 'x' is not a parent"), .noReference, .oneNameForSeveral, .quietAndJSON, .reuseAndNoReuse,
      .emptyReuse, .archiveToTerminal,
      .archiveToPull("nginx_1.21.4.tar"), .fileOfThatName("nginx", image: "docker.io/library/nginx"), .emptyOutput,
      .platform("linux"),
      .imageName(imageError("Nginx")), .imageNameWithDigest("nginx@\(Samples.digest)"),
      .number(option: "--connections", "many", 1...256), .resolve("harbor"), .host(option: "--trust-realm", "a/b"),
      .tokenRealm("harbor"), .mirror("a b"), .rate("10 MB"), .proxy, .passwordOnCommandLine, .noRegistry,
      .loginWithoutName,
      .passwordWithoutName, .nameWithoutPassword,
      .username("a:b"),
      .emptyPassword, .passwordTooLong(limit: 65_536), .passwordNotText,
      .nameAndNaming("nginx:1.21.4"),
    ].enumerated().map { .init("usage \($0.offset)", error: $0.element) }

  static let references: [MessageSample] =
    [
      "", "https://harbor.example.com/team/app:1", "hub.docker.com/library/nginx:1.21.4", "hub.docker.com/",
      String(repeating: "a", count: 64), "har_bor.example.com:80/app",
      "harbor.example.com:99999/app", "harbor.example.com/Team/app", "harbor.example.com/team/-app",
      "harbor.example.com/" + String(repeating: "a/", count: 150) + "b", "nginx:..", "nginx@sha256:12",
      "nginx@md5:d41d8cd98f00b204e9800998ecf8427e", "https://harbor.example.com/harbor/projects/3/repositories/app",
      "bücher.example/app", "nginx\u{200B}:1", "<none>:<none>",
    ].enumerated().map { .init("reference \($0.offset)", error: imageError($0.element)) }

  static let manifests: [MessageSample] =
    [
      ManifestError.tooLarge(limit: 8 << 20), .notJSON(looksLikeHTML: true), .notJSON(looksLikeHTML: false),
      .ambiguous(fields: ["manifests", "layers"]),
      .mediaTypeMismatch(contentType: .dockerManifest, mediaType: .ociManifest), .schema1,
      .unsupportedSchemaVersion(3), .unsupportedMediaType(MediaType(rawValue: "application/x-thing")),
      .notAManifest, .missingField("config"), .invalidField("layers[2].size"),
      .invalidDigest(field: "layers[2].digest", .malformed("sha256:../x")),
      .invalidDigest(field: "config.digest", .unsupportedAlgorithm("md5:00")),
      .inlineDataSize(field: "layers[0].data", expected: 5, actual: 4), .tooManyLayers(count: 10_001, limit: 10_000),
      .tooManyIndexEntries(count: 10_001, limit: 10_000), .conflictingSizes(Samples.digest), .totalSizeOverflow,
    ].enumerated().map { .init("manifest \($0.offset)", error: $0.element) }
    + [
      JSONFault.syntax(offset: 7), .trailingBytes(offset: 7), .byteOrderMark, .invalidUTF8, .loneSurrogate(offset: 7),
      .tooDeep(limit: 64), .duplicateKey("size"), .keyTooLong(limit: 1024), .number(offset: 7),
    ].enumerated().map { .init("manifest json \($0.offset)", error: ManifestError.unsafeJSON($0.element)) }

  static let resolving: [MessageSample] =
    [
      ResolveError.manifest(Samples.reference, .schema1), .config(Samples.reference, .tooLarge(limit: 8 << 20)),
      .config(Samples.reference, .notJSON), .config(Samples.reference, .unsafeJSON(.tooDeep(limit: 64))),
      .config(Samples.reference, .invalidField("rootfs")),
      .config(Samples.reference, .invalidDigest(field: "rootfs.diff_ids[0]", .malformed("x"))),
      .noSuchPlatform(
        Samples.reference, wanted: Samples.platform,
        available: [Samples.otherPlatform, Platform(os: "windows", architecture: "amd64")]),
      .noSuchPlatform(Samples.reference, wanted: Samples.platform, available: []),
      .indexTooDeep(Samples.reference, limit: 3), .wrongInlineData(Samples.reference, Samples.digest),
      .configTooLarge(Samples.reference, size: 9_000_000, limit: 8 << 20),
      .layersDoNotMatchConfig(Samples.reference, layers: 9, diffIDs: 8),
      .foreignLayer(Samples.reference, Samples.digest), .tooManyReferrers(Samples.reference, limit: 1_000),
      .foundNowhere(name: "app:1", registries: ["quay.io", "docker.io"]),
    ].enumerated().map { .init("resolve \($0.offset)", error: $0.element) }
    + [
      ArtifactKind.helmChart, .signature, .attestation, .sbom, .wasmModule, .model, .cnabBundle, .dockerPlugin,
      .unknown(MediaType(rawValue: "application/x-thing")),
    ].enumerated().map { .init("artifact \($0.offset)", error: ResolveError.notAnImage(Samples.reference, $0.element)) }

  static let archive: [MessageSample] =
    [
      ArchiveError.archiveTooLarge, .conflictingSizes(Samples.digest),
      .documentSizeDiffers(Samples.digest, expected: 5, actual: 4), .file(.outputIsDirectory("images")),
      .file(.outputIsNotRegular("/dev/null")), .file(.folderMissing("no such")),
      .file(.notAFolder("app.tar")),
      .file(.folderNotWritable("/usr", .permissionDenied)),
      .file(.untrustedFile("a.tar.part")), .file(.fileReplaced("a.tar.part")), .file(.lockedByOther("a.tar")),
      .file(.noSpace("a.tar", needed: 56_800_000, free: 1_000_000)),
      .file(.fileSizeLimit("a.tar", needed: 2000, limit: 1000)),
      .file(.system(.open, "a.tar", .tooManyOpenFiles)), .file(.system(.lock, "a.tar", .ioError)),
      .file(.system(.reserve, "a.tar", .noSpace)), .file(.system(.read, "a.tar", .ioError)),
      .file(.system(.write, "a.tar", .ioError)),
      .file(.system(.synchronize, "a.tar", .ioError)), .file(.system(.rename, "a.tar", .ioError)),
      .file(.system(.remove, "a.tar", .ioError)), .file(.system(.inspect, "a.tar", .ioError)),
      .unreadable("a.tar.gz", .notAnArchive), .unreadable("a.tar", .truncated), .unreadable("a.tar", .bytesBehindEnd),
      .unreadable("a.tar", .malformedHeader(offset: 512)), .unreadable("a.tar", .conflictingSizes(offset: 512)),
      .unreadable("a.tar", .sparseMember(offset: 512)), .unreadable("a.tar", .tooLarge(limit: 1 << 20)),
      .unreadable("a.tar", .tooManyMembers(limit: 100_000)), .unreadable("a.tar", .notAFile(name: "index.json")),
      .unreadable("a.tar", .duplicate(name: "index.json")), .unreadable("a.tar", .unreadableIndex),
      .unreadable("a.tar", .unreadableDockerManifest), .unreadable("a.tar", .missing(name: "blobs/sha256/5f")),
      .unreadable("a.tar", .unreadableManifest(name: "blobs/sha256/5f", .notAManifest)),
      .unreadable("a.tar", .indexTooDeep(name: "blobs/sha256/5f", limit: 3)),
      .unreadable("a.tar", .wrongContent(name: "blobs/sha256/5f")),
      .unreadable("a.tar", .wrongSize(name: "blobs/sha256/5f")),
      .unreadable("a.tar", .malformedHeader(offset: 512, name: "PaxHeaders/x\u{1B}[2J")),
      .unreadable("a.tar", .conflictingSizes(offset: 512, name: "a/layer.tar")),
      .unreadable("a.tar", .sparseMember(offset: 512, name: "a/layer.tar")),
      .unreadable("a.tar", .tooLarge(limit: 8 << 20, name: "index.json")),
      .unreadable("a.tar", .documentsTooLarge(limit: 64 << 20, name: "blobs/sha256/5f")),
      .unreadable("a.tar", .otherKind(.rootFileSystem)), .unreadable("a.tar", .otherKind(.imageV1)),
      .unreadable("a.tar", .otherKind(.insideFolder("my image"))), .file(.folderMissing("~/images")),
      .unreadable("a.tar", .byteOrderMark(name: "index.json")),
      .unreadable("a.tar", .unknownDigest("blake3:5f\u{1B}[2J")),
    ].enumerated().map { .init("archive \($0.offset)", error: $0.element) }

  static let others: [MessageSample] = [
    .init("stream closed", error: StreamError.closed), .init("stream failed", error: StreamError.failed(ENOSPC)),
    .init("errno", error: Errno.noSpace), .init("unforeseen", error: UnforeseenError()),
  ]

  private struct UnforeseenError: Error, CustomStringConvertible {
    let description = "a surprise"
  }

  private static func imageError(_ text: String) -> ImageReferenceError {
    do { _ = try ImageReference(parsing: text) } catch { return error }
    preconditionFailure("'\(text)' is a reference")
  }
}
