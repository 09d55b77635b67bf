import ImageModel
import RegistryClient
import RegistryServer

@testable import DrayMessages
@testable import dray

/// What is said of the registries behind a server, to its operator and to those who ask it.
enum UpstreamSamples {
  static let all: [MessageSample] = answers + warnings + errors

  private static let hub = RegistryName.dockerHub

  /// Answers of HTTP, not ends of a command.
  private static let answers: [MessageSample] =
    [
      GatewayError.noImage, .parameter(name: "form", value: "zip"), .tooManyImages(limit: 64),
      .upstreamNotAllowed(hub, allowed: []), .upstreamNotAllowed(hub, allowed: [hub]),
      .tagNotPinned(Samples.reference), .tagMoved(Samples.reference), .gone(Samples.reference),
      .range("bytes=0-1,5-6"), .noSuchVolume(4, count: 3), .wrongBytes(Samples.digest),
      .tooManyDownloads(limit: 6, perClient: true), .tooManyDownloads(limit: 32, perClient: false),
      .tooManyLookups(limit: 60, perClient: true), .tooManyLookups(limit: 600, perClient: false),
      .unknownDownload("d-1"), .methodNotAllowed("POST"), .unknownParameter("platfrom"), .upstreamSilent(seconds: 30),
      .severalMeant("team/app:1", ["ghcr.io/team/app:1", "quay.io/team/app:1"]), .fileGone,
    ].enumerated().flatMap { index, error in
      [MessageSample("gateway \(index)", error)]
        + (error.hint.map { [MessageSample("gateway \(index) hint", FailurePhrase.hint($0))] } ?? [])
    }

  private static let warnings: [MessageSample] = [
    .init(
      "upstream pins",
      UpstreamPhrase.event(.pinsNotWritten(path: "/home/me/.local/state/dray/pins", detail: "Read-only file system"))),
    .init(
      "upstream cut",
      UpstreamPhrase.event(.archiveCut(images: ["nginx:1.21.4"], RegistryError(.blobNotFound(Samples.digest))))),
    .init("upstream cache", UpstreamPhrase.event(.cache(RegistryError(.manifestNotFound)))),
  ]

  private static let errors: [MessageSample] =
    [
      UpstreamOptionError.registry("a b"), .cacheWithoutUpstream, .cacheSize("much"), .emptyPath(option: "--cache"),
      .loginLent, .cacheSizeWithoutCache,
    ].enumerated().map { .init("upstream option \($0.offset)", error: $0.element) }
    + [
      UpstreamError.openThroughProxy, .pinFile(path: "/home/me/.local/state/dray/pins", detail: "Permission denied"),
    ].enumerated().map { .init("upstream \($0.offset)", error: $0.element) }
    + [.init("address refused", error: RegistryError(.network(.addressRefused(host: "minio.internal"))))]
}
