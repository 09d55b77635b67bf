import ImageArchive
import ImageModel

@testable import DrayMessages
@testable import dray

extension MessageSamples {
  static let archives = verification + archiveChoice + archiveFaults + archiveForms

  private static let names = ["nginx:1.21.4", "redis:7"]

  static let archiveChoice: [MessageSample] =
    [
      ArchiveError.noImages("a.tar"), .noManifest("a.tar"), .severalImages("a.tar", names: names),
      .noSuchImage("a.tar", wanted: "nginx:2", names: names),
      .noSuchPlatform("a.tar", wanted: Samples.platform, available: [Samples.otherPlatform]),
    ].enumerated().map { .init("archive choice \($0.offset)", error: $0.element) }

  static let archiveFaults: [MessageSample] =
    [
      ArchiveError.unreadable("a.tgz", .compressed(.gzip)), .unreadable("a b.tar.zst", .compressed(.zstd)),
      .unreadable("a.tbz", .compressed(.bzip2)), .unreadable("a", .compressed(.xz)),
      .unreadable("a.tar.lz4", .compressed(.lz4)), .unreadable("a.zip", .compressed(.zip)),
      .unreadable("-", .notAFileToRead), .unreadable("a dir", .skopeoFolder),
      .unreadable("bazel-bin/image", .link(name: "blobs/sha256/4f53")),
      .unreadable("a.tar", .documentsTooLarge(limit: 64 << 20)),
      .unreadable("a.tar", .unreadableConfig(name: "c.json", .notJSON)),
    ].enumerated().map { .init("archive fault \($0.offset)", error: $0.element) }

  static let archiveForms: [MessageSample] =
    ArchiveFormat.allCases.flatMap { form in
      [false, true].map { isFolder in
        .init("form \(form.rawValue) \(isFolder)", ArchiveInspectPhrase.form(form, isFolder: isFolder).asPhrased)
      }
    } + [
      .init("name one", ArchiveInspectPhrase.nameOne("redis:7")), .init("missing one", ArchiveInspectPhrase.missing(1)),
      .init("missing several", ArchiveInspectPhrase.missing(3)), .init("missing", ArchiveInspectPhrase.missingLayer),
    ]
}

private struct Words: Phrased, Sendable {
  let phrase: Phrase
}

extension Phrase {
  /// A phrase where something that has one is asked for.
  fileprivate var asPhrased: some Phrased & Sendable { Words(phrase: self) }
}
