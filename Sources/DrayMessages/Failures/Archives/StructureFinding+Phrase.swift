import ImageArchive
import ImageModel
import SystemPackage

extension StructureFinding {
  /// The words of the finding in the archive at a path.
  package func phrase(of path: String) -> Phrase {
    switch self {
    case .fault(.link(let name)):
      // As a finding it has no hint of its own.
      Self.joined(
        ArchiveFault.link(name: name).phrase(of: FilePath(path)), ArchiveFault.link(name: name).hint(of: FilePath(path))
      )
    case .fault(let fault): fault.phrase(of: FilePath(path))
    case .noLayoutMarker:
      Phrase(
        "there is an index.json but no oci-layout: loaders do not recognize it as an image layout",
        chinese: "有 index.json 但没有 oci-layout：加载工具不会把它当作 OCI 布局")
    case .unreadableLayoutMarker:
      Phrase("'oci-layout' does not declare version 1.0.0", chinese: "“oci-layout” 中的版本不是 1.0.0")
    case .oddName(let name):
      Phrase(
        "the member '\(name)' has an invalid name, or one that points outside the archive; it is ignored",
        chinese: "成员 “\(name)” 的名称指向别处或无效，已忽略")
    case .misnamedBlob(let name):
      Phrase(
        "'\(name)' is among the blobs, but its name is not a digest", chinese: "“\(name)” 位于数据块之中，但名称不是摘要")
    case .repeated(let name):
      Phrase("'\(name)' occurs more than once, with the same content", chinese: "“\(name)” 出现多次，内容相同")
    case .unnamedBlob(let name, let size):
      Phrase(
        "'\(name)' belongs to no image of the archive (\(ByteCount(size)))",
        chinese: "“\(name)” 不属于归档中的任何镜像（\(ByteCount(size))）")
    case .missingConfig(let image, let name):
      Phrase("\(image): its config '\(name)' is missing", chinese: "\(image)：缺少配置 “\(name)”")
    case .missingLayer(let image, let name):
      Phrase("\(image): its layer '\(name)' is missing", chinese: "\(image)：缺少层 “\(name)”")
    case .foreignLayer(let image, let name):
      Phrase(
        "\(image): its layer '\(name)' is a foreign layer, hosted by its publisher, and not in the archive",
        chinese: "\(image)：层 “\(name)” 由发布者存放在别处，不在归档中")
    case .delta(let image, let missing, let bases):
      Phrase(
        "\(image): a delta without \(missing.count) of its layers; it loads only where \(Self.list(bases, none: "its base")) is present",
        chinese: "\(image)：增量归档，缺 \(missing.count) 层；须在已有 \(Self.list(bases, none: "其基础镜像")) 的地方加载")
    case .config(let image, _, let fault):
      Phrase(
        "\(image): \(fault.phrase.english): \(fault.loaders(.english)) to load it",
        chinese: "\(image)：\(fault.phrase.chinese)：\(fault.loaders(.simplifiedChinese))")
    case .sharedName(let name, let images):
      Phrase(
        "\(images) images share the name '\(name)': in an engine it will refer to the last one",
        chinese: "\(images) 个镜像使用同一名称 “\(name)”：引擎加载后该名称只对应最后一个")
    case .platformsApart(let name, let images):
      Phrase(
        "\(images) images share the name '\(name)', each for a different platform: select one with --platform; engines keep only one",
        chinese: "\(images) 个镜像使用同一名称 “\(name)”，平台各不相同：可用 --platform 选择，引擎只保留其一")
    case .notInIndex(let config):
      Phrase(
        "manifest.json lists an image that index.json does not: '\(config)'",
        chinese: "manifest.json 中的镜像不在 index.json 中：“\(config)”")
    case .notInDockerManifest(let image):
      Phrase(
        "\(image): it is not in manifest.json, so docker load with the classic store does not see it",
        chinese: "\(image)：不在 manifest.json 中，使用传统存储的 docker load 看不到它")
    case .layersDiffer(let image):
      Phrase(
        "\(image): manifest.json and index.json list different layers for it",
        chinese: "\(image)：manifest.json 与 index.json 中的层不同")
    case .namesDiffer(let image):
      Phrase(
        "\(image): manifest.json and index.json list different names for it",
        chinese: "\(image)：manifest.json 与 index.json 中的名称不同")
    case .unusableTag(let tag): Self.unusable(tag)
    }
  }

  private static func unusable(_ tag: String) -> Phrase {
    let (english, chinese): (MessageText, MessageText) =
      switch Result(catching: { () throws(ImageReferenceError) in try ImageReference(parsing: tag) }) {
      case .success(let name) where name.digest != nil: ("has a digest", "带有摘要")
      case .success: ("has no tag", "缺少标签")
      case .failure(let error):
        if case .upperCase = error.reason { ("has upper-case letters", "含有大写字母") } else { ("is invalid", "不是有效的名称") }
      }
    return Phrase(
      "the name '\(tag)' in manifest.json \(english): docker load refuses it",
      chinese: "manifest.json 中的名称 “\(tag)” \(chinese)：docker load 不接受")
  }

  private static func joined(_ phrase: Phrase, _ hint: Phrase?) -> Phrase {
    guard let hint else { return phrase }
    return Phrase("\(phrase.english); \(hint.english)", chinese: "\(phrase.chinese)；\(hint.chinese)")
  }

  private static func list(_ bases: [String], none: String) -> String {
    bases.isEmpty ? none : bases.joined(separator: ", ")
  }

  /// Its name in `--json`.
  package var name: String {
    switch self {
    case .fault(.truncated): "truncated"
    case .fault: "fault"
    case .noLayoutMarker: "no-layout-marker"
    case .unreadableLayoutMarker: "unreadable-layout-marker"
    case .oddName: "odd-name"
    case .misnamedBlob: "misnamed-blob"
    case .repeated: "repeated"
    case .unnamedBlob: "unnamed-blob"
    case .missingConfig: "missing-config"
    case .missingLayer: "missing-layer"
    case .foreignLayer: "foreign-layer"
    case .delta: "delta"
    case .config(_, _, let fault): fault.name
    case .sharedName: "shared-name"
    case .platformsApart: "platforms-apart"
    case .notInIndex: "not-in-index"
    case .notInDockerManifest: "not-in-docker-manifest"
    case .layersDiffer: "layers-differ"
    case .namesDiffer: "names-differ"
    case .unusableTag: "unusable-tag"
    }
  }

  /// The layers that it is about, by their digests; nil where it is about none.
  package var layers: [String]? {
    if case .delta(_, let missing, _) = self { missing.map(\.description) } else { nil }
  }

  /// The member that it is about; nil where it is about none.
  package var member: String? {
    switch self {
    case .fault(let fault): fault.memberName
    case .noLayoutMarker, .unreadableLayoutMarker: "oci-layout"
    case .oddName(let name), .misnamedBlob(let name), .repeated(let name), .unnamedBlob(let name, _),
      .missingConfig(_, let name), .missingLayer(_, let name), .foreignLayer(_, let name), .config(_, let name, _):
      name
    case .notInIndex(let config): config
    case .delta, .sharedName, .platformsApart, .notInDockerManifest, .layersDiffer, .namesDiffer, .unusableTag:
      nil
    }
  }
}
