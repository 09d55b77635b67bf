import ArchiveTools
import EngineClient
import ImageArchive
import ImageCopy
import ImageModel

@testable import DrayMessages
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
    .init("merge into an unfinished pull", error: ArchiveError.unfinishedPull("app.tar.part")),
    .init(
      "pull into another image's unfinished one",
      error: ArchiveError.unfinishedPull("app_1.tar.part", of: ["harbor.example/team/app:1"])),
    .init(
      "merge without a blob",
      error: MergeError.missing([Samples.digest], bases: ["docker.io/library/app:1.9@\(Samples.digest)"])),
    .init("merge of wrong bytes", error: MergeError.wrongBlob(Samples.digest, path: "app-1.9.tar")),
    .init("merge into itself", error: MergeError.outputIsInput(path: "app-1.9.tar")),
    .init("merge of one", error: MergeOptionError.oneArchive),
    .init("merge to nowhere", error: MergeOptionError.noOutput),
    .init("base of a docker-archive", error: BaseOptionError.dockerForm),
    .init(
      "loading",
      LoadPhrase.loading(
        LoadStarted(
          engine: .docker, place: "unix:///var/run/docker.sock", size: 56_800_000, wholeSize: 56_800_000, absent: 0))),
    .init(
      "loading a delta",
      LoadPhrase.loading(
        LoadStarted(engine: .podman, place: "ssh://admin@server", size: 1_200_000, wholeSize: 56_800_000, absent: 4))),
    .init("load sends all", LoadPhrase.sendsAll(words: "no such layer")),
    .init(
      "load done",
      LoadPhrase.loaded(
        LoadResult(
          engine: .docker, place: "podman", size: 1_200_000, wholeSize: 56_800_000, absent: 4, images: [], words: "",
          elapsed: .seconds(2)))),
    .init(
      "loading less",
      LoadPhrase.loading(
        LoadStarted(engine: .containerd, place: "ctr", size: 1_200_000, wholeSize: 56_800_000, absent: 0))),
    .init("load of one platform", LoadPhrase.onlyPlatform(Platform(os: "linux", architecture: "amd64"))),
    .init("load without signatures", LoadPhrase.leavesOutReferrers),
    .init("load without some signatures", LoadPhrase.leavesOutSomeReferrers),
    .init(
      "load without a name",
      LoadPhrase.nameless(
        LoadedImage(names: [], otherNames: ["latest"], digest: Samples.digest),
        words: "Loaded image ID: \(Samples.digest)\n")),
    .init("load finds nothing", error: EngineError.noEngine(place: nil)),
    .init("load finds nothing there", error: EngineError.noEngine(place: "ssh://admin@server")),
    .init(
      "load unreachable",
      error: EngineError.unreachable(.docker, place: "unix:///var/run/docker.sock", words: "Connection refused")),
    .init(
      "load unreachable by a variable",
      error: EngineError.unreachable(
        .docker, place: "unix:///x.sock", words: "No such file or directory", origin: .variable("DOCKER_HOST"))),
    .init(
      "load without the context",
      error: EngineError.noContext(
        name: "work", file: "/root/.docker/contexts/meta/642fe51e78f5/meta.json",
        origin: .file(path: "/root/.docker/config.json"))),
    .init("load refused", error: EngineError.refused(.docker, words: "archive/tar: invalid tar header")),
    .init("load unreadable", error: EngineError.unreadableAnswer(.docker, place: "unix:///var/run/docker.sock")),
    .init("load without program", error: EngineError.noProgram(name: "ctr")),
    .init(
      "load without base",
      error: LoadError.baseMissing([Samples.digest], bases: ["docker.io/library/app:1.9@\(Samples.digest)"])),
    .init("load without a blob", error: LoadError.blobMissing(Samples.digest, path: "app.tar")),
    .init("load of wrong bytes", error: LoadError.wrongBlob(Samples.digest, path: "app.tar")),
    .init(
      "load of an address",
      error: LoadError.nameNotTaken(sampleReference("[::1]:5000/app:2"), by: .docker, path: "app.tar")),
    .init("load of nothing", error: LoadError.noImage(path: "app.tar")),
    .init("load of a folder of old", error: LoadError.folderWithoutIndex(path: "saved")),
    .init(
      "load by a program that fails",
      error: EngineError.programFailed(name: "ssh", words: "Resource temporarily unavailable")),
    .init("load without archive", error: LoadOptionError.noArchive),
    .init("load into what", error: LoadOptionError.engine("dokcer")),
    .init("load where", error: LoadOptionError.host("server")),
    .init("load namespace", error: LoadOptionError.namespace("a/b")),
    .init("load namespace elsewhere", error: LoadOptionError.namespaceElsewhere),
    .init("base input twice", error: BaseOptionError.inputTwice),
  ]
}
