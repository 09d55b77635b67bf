import ArchiveTools
import FileAccess
import ImageArchive
import ImageCopy
import ImageModel

@testable import DrayMessages
@testable import dray

enum FormatSamples {
  static let all: [MessageSample] =
    [
      FormatOptionError.format("tar"), .annotation("release"), .annotationOfName("io.containerd.image.name"),
      .annotationsWithoutIndex, .emptyLayout, .layers("zstd"), .volumeSize("4 GB"), .layersAndBase,
      .optionOfStream("--split"),
      .noOutput,
      .formatOfConversion("tar"), .layoutAnd("--format"),
    ].enumerated().map { .init("form \($0.offset)", error: $0.element) }
    + [
      .init("form output and layout", error: UsageError.outputAndLayout),
      .init("form no layout", error: ArchiveError.notALayout("images")),
      .init("form volumes", error: ArchiveError.tooManyVolumes("a.tar.001", count: 4_000, limit: 999)),
      .init("form too large", error: FileError.fileTooLarge("/media/stick/a.tar.001.part", size: 4 << 30)),
      .init("form volume missing", error: ArchiveError.unreadable("a.tar.001", .volumeMissing(name: "a.tar.003"))),
      .init(
        "form volume size",
        error: ArchiveError.unreadable(
          "a.tar.001", .volumeSizeDiffers(name: "a.tar.002", expected: 65_536, actual: 65_000))),
      .init(PullWarning.notLocked(path: "/mnt/c/app.tar")),
      .init(PullWarning.movedAside(path: "images/blobs/sha256/642fe51e78f5.moved-aside")),
      .init(
        PullWarning.passedOver(
          .malformedJSON(path: "/etc/docker/daemon.json", place: TextPlace(line: 4, column: 1), found: "}"))),
      .init(PullWarning.zstdLayers), .init(PullWarning.digestChanged(former: Samples.digest, now: Samples.digest)),
      .init(PullWarning.leftOut(leftOut(.layersRewritten, tag: "sha256-4f53.sig"))),
      .init(
        "left out form", PullWarning.leftOut(leftOut(.form, platform: Platform(os: "linux", architecture: "arm64")))),
      .init("left out incomplete", PullWarning.leftOut(leftOut(.incomplete))),
      .init("left out no image", PullWarning.leftOut(leftOut(.noImage))),
      .init("conversion none", error: ConversionError.noImage("a.tar")),
      .init("conversion name", error: ConversionError.oneNameForSeveral("a.tar", images: 2)),
      .init("conversion config", error: ConversionError.config("a.tar", .notJSON)),
      .init("conversion unread layer", error: ConversionError.unreadLayer("a.tar", name: "sha256:5f5f", .encrypted)),
      .init("conversion layers", error: ConversionError.layersDoNotMatchConfig("a.tar", layers: 9, diffIDs: 8)),
      .init(
        "conversion layer",
        error: ConversionError.layerDiffers(
          "a.tar", name: "abc/layer.tar", expected: Samples.digest, found: Samples.digest)),
      .init("conversion unreadable", error: ConversionError.layer("a.tar", name: "abc/layer.tar", .truncated(.gzip))),
      .init(
        "converted digest",
        ConvertPhrase.newDigest(image: "nginx:1.21.4", former: "\(Samples.digest)", digest: "\(Samples.digest)")),
      .init("converted left out", ConvertPhrase.furtherLeftOut(count: 2)),
      .init("converted", ConvertPhrase.done(images: 2, size: ByteCount(56_800_000), time: ElapsedTime(.seconds(2)))),
      .init("form in layout", FormatPhrase.inLayout(path: "/home/a b/images", name: "1.21.4")),
      .init("form layout loaded", FormatPhrase.loadLayout(path: "/home/a b/x.tar")),
      .init("form volumes loaded", FormatPhrase.loadVolumes(path: "/media/a b/x.tar.001")),
      .init("form in layout by digest", FormatPhrase.inLayout(path: "images", name: nil)),
    ]
  private static func leftOut(
    _ reason: LeftOutContent.Reason, tag: String? = nil, platform: Platform? = nil
  ) -> LeftOutContent {
    LeftOutContent(
      digest: Samples.digest, type: MediaType(rawValue: "application/vnd.cncf.notary.signature"), tag: tag,
      platform: platform, reason: reason)
  }
}
