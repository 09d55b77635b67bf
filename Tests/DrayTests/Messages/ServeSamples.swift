import ArchiveTools
import ImageArchive
import RegistryServer
import SystemPackage

@testable import DrayMessages
@testable import dray

enum ServeSamples {
  static let all: [MessageSample] = phrases + warnings + errors

  private static let phrases: [MessageSample] =
    [
      .init("serving", ServePhrase.started("http://127.0.0.1:5000", images: 12)),
      .init("serve page", ServePhrase.page("http://127.0.0.1:5000")),
      .init("serving to everyone", ServePhrase.open),
      .init("serving with a password", ServePhrase.openWithLogin),
      .init("serving pushes", ServePhrase.right(.push)),
      .init("serving pushes and deletions", ServePhrase.right(.pushAndDelete)),
      .init("serving pushes to a registry", ServePhrase.right(.pushTo("harbor.local/team"))),
      .init("serving logins", ServePhrase.right(.useLogins)),
      .init(
        "serve trust",
        TrustPhrase(
          file: "/root/.local/state/dray/tls/authority.pem", fingerprint: "0A:1B:2C", authority: "registry.local:5000")),
      .init("serve new authority", ServePhrase.newAuthority(name: "registry.local")),
      .init("serve verified", ServePhrase.notice(.verified("disk/app.tar"))),
      .init("serve warning", ServePhrase.warning(.passwordInTheClear)),
      .init("serve notice", ServePhrase.notice(.unreadable("disk/app.tar", .unreadable("disk/app.tar", .truncated)))),
    ] + PageWords.rows.map { .init("page \($0.key)", $0) }

  private static let warnings: [MessageSample] = [
    .init("serve-password-in-the-clear", warning: ServeWarning.passwordInTheClear.phrase),
    .init("serve-damaged", warning: ContentsNotice.damaged("disk/app.tar").phrase),
    .init("serve-faulty", warning: ContentsNotice.faulty("disk/app.tar").phrase),
    .init("serve-rewritten", warning: ContentsNotice.rewritten("disk/app.tar").phrase),
    .init(
      "serve-unreadable",
      warning: ContentsNotice.unreadable("disk/app.tar", .unreadable("disk/app.tar", .truncated)).phrase),
    .init(
      "serve-unsuitable",
      warning: ContentsNotice.unsuitable(
        "disk/old.tar", .layersDoNotMatchConfig("disk/old.tar", layers: 1, diffIDs: 2)
      ).phrase),
    .init(
      "serve-made-manifest", warning: ContentsNotice.madeManifest("disk/old.tar", Samples.digest).phrase),
    .init("serve-nameless", warning: ContentsNotice.nameless("disk/app.tar", Samples.digest).phrase),
    .init(
      "serve-incomplete",
      warning: ContentsNotice.incomplete(
        "disk/app-delta.tar", name: "app:2.0", missing: 3, bases: ["docker.io/library/app:1.9"]
      ).phrase),
    .init(
      "serve-tag-taken",
      warning: ContentsNotice.tagTaken("disk/b.tar", name: "app:2.0", by: "disk/a.tar").phrase),
    .init("serve-inner-folder", warning: ContentsNotice.leftOut("disk/2026", .folder).phrase),
    .init("serve-link", warning: ContentsNotice.leftOut("disk/app.tar", .link).phrase),
    .init("serve-compressed", warning: ContentsNotice.leftOut("disk/app.tar.gz", .compressed(.gzip)).phrase),
    .init("serve-volume", warning: ContentsNotice.leftOut("disk/app.tar.002", .volume(first: "app.tar.001")).phrase),
    .init("serve-more-left-out", warning: ContentsNotice.moreLeftOut("disk", 30).phrase),
    .init("serve-crowded", warning: ContentsNotice.crowded("disk", limit: 10_000).phrase),
  ]

  private static let errors: [MessageSample] =
    [
      ServeOptionError.emptyPath, .nothingToServe, .listen("here"), .serverName("a b"), .noToken, .tokenFile("token"),
      .anonymousWithToken, .halfCertificate, .selfSignedWithCertificate, .folderWithoutSelfSigned,
      .noFolderForAuthority, .connections, .drain, .client("cri-o"),
      .openPush(option: "--accept-push", "0.0.0.0"), .withoutPush(option: "--allow-delete"),
      .emptyTokenFile("token"),
    ].enumerated().map {
      .init("serve option \($0.offset)", error: $0.element)
    }
    + [
      ServerError.listen(host: "registry.local", port: 5_000, nil),
      .listen(host: "127.0.0.1", port: 5_000, .addressInUse),
      .listen(host: "10.0.0.9", port: 5_000, .addressNotAvailable),
      .listen(host: "127.0.0.1", port: 80, .permissionDenied), .folderInUse("cache"),
    ].enumerated().map { .init("serve \($0.offset)", error: $0.element) }
    + [
      CertificateError.chain("server.pem"), .key("server.key"), .mismatch("server.pem", "server.key"),
      .authority("tls/authority.key"),
    ].enumerated().map { .init("serve certificate \($0.offset)", error: $0.element) }
}
