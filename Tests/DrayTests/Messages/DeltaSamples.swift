import ImageArchive
import ImageModel
import ImageTransfer

@testable import dray

extension MessageSamples {
  static let deltas: [MessageSample] = [
    .init(
      "delta",
      DeltaPhrase(ArchiveDelta(absent: [Samples.digest], bases: ["docker.io/library/app:1.9@\(Samples.digest)"]))),
    .init("delta of many", DeltaPhrase.delta(absent: 12, bases: ["a:1", "b:1", "c:1", "d:1", "e:1"])),
    .init(.nothingInBase),
    .init(.deltaByDiffID),
    .init("base list", error: BaseError.notAList(name: "images.txt")),
    .init("base list too large", error: BaseError.listTooLarge(name: "-", limit: 64 << 20)),
    .init("base without image", error: BaseError.noImage(name: "base.json")),
    .init("base without config", error: BaseError.noConfig(name: "app-1.9.tar")),
    .init("base with config", error: BaseError.config(name: "app-1.9.tar", .notJSON)),
    .init("base empty", error: BaseOptionError.empty),
    .init("base missing", error: BaseOptionError.noSuchFile("app-1.9.tar")),
    .init("base is output", error: BaseOptionError.isOutput("app.tar")),
    .init("merge without need", error: MergeError.nothingToMerge),
    .init("merge without manifest", error: MergeError.noManifest(path: "old.tar")),
    .init(
      "merge without a blob",
      error: MergeError.missing([Samples.digest], bases: ["docker.io/library/app:1.9@\(Samples.digest)"])),
    .init("merge of wrong bytes", error: MergeError.wrongBlob(Samples.digest, path: "app-1.9.tar")),
    .init("merge into itself", error: MergeError.outputIsInput(path: "app-1.9.tar")),
    .init("merge of one", error: MergeOptionError.oneArchive),
    .init("merge to nowhere", error: MergeOptionError.noOutput),
    .init("base of a docker-archive", error: BaseOptionError.dockerForm),
    .init("base input twice", error: BaseOptionError.inputTwice),
  ]
}
