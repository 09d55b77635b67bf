import ImageCopy
import ImageModel

extension ResolveError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .manifest(let reference, let error):
      Phrase("\(reference): \(error.phrase.english)", chinese: "\(reference)：\(error.phrase.chinese)")
    case .config(let reference, let error):
      Phrase(
        "\(reference): the image's config cannot be used: \(error.phrase.english)",
        chinese: "\(reference)：镜像配置不可用：\(error.phrase.chinese)")
    case .noSuchPlatform(let reference, let wanted, let available):
      Phrase(
        "\(reference) has no image for \(wanted); it has \(Self.list(available, separator: ", ", none: "none"))",
        chinese: "\(reference) 没有适用于 \(wanted) 的镜像；可用的平台：\(Self.list(available, separator: "、", none: "无"))")
    case .notAnImage(let reference, let kind):
      Phrase(
        "\(reference) is not a container image but \(kind.phrase.english)",
        chinese: "\(reference) 不是容器镜像，而是\(kind.phrase.chinese)")
    case .foundNowhere(let name, let registries):
      Phrase(
        "there is no '\(name)' in any of the registries that names without one are searched in: \(registries.joined(separator: ", "))",
        chinese: "在搜索短名称所用的各仓库中都没有 “\(name)”：\(registries.joined(separator: "、"))")
    case .indexTooDeep(let reference, let limit):
      Phrase(
        "\(reference): indexes are nested more than \(limit) levels deep",
        chinese: "\(reference)：索引嵌套超过 \(limit) 层")
    case .wrongInlineData(let reference, let digest):
      Phrase(
        "\(reference): the data in the manifest does not match \(digest)",
        chinese: "\(reference)：清单内嵌的数据与 \(digest) 不符")
    case .configTooLarge(let reference, let size, let limit):
      Phrase(
        "\(reference): the image's config has \(ByteCount(size)); at most \(ByteCount(Int64(limit))) are accepted",
        chinese: "\(reference)：镜像配置有 \(ByteCount(size))，最多接受 \(ByteCount(Int64(limit)))")
    case .layersDoNotMatchConfig(let reference, let layers, let diffIDs):
      Phrase(
        "\(reference): the manifest has \(layers, "layer") and the config \(diffIDs); no engine can load that",
        chinese: "\(reference)：清单有 \(layers) 层，配置却有 \(diffIDs) 层，没有引擎能加载")
    case .foreignLayer(let reference, let digest):
      Phrase(
        "\(reference): the layer \(digest) is a foreign layer, hosted by its publisher: the registry does not have it",
        chinese: "\(reference)：层 \(digest) 由发布者存放在别处，仓库里没有")
    case .tooManyReferrers(let reference, let limit):
      Phrase(
        "\(reference): more than \(limit) signatures and other artifacts refer to it",
        chinese: "\(reference)：引用它的签名等内容超过 \(limit) 个")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .manifest(_, let error): error.hint
    case .noSuchPlatform(_, _, let available):
      available.first.map {
        Phrase("choose one, such as: --platform \($0)", chinese: "请选择其一，例如：--platform \($0)")
      }
    case .foundNowhere:
      Phrase(
        "name the registry, too; the list is unqualified-search-registries in registries.conf",
        chinese: "请写出仓库名称；搜索列表是 registries.conf 中的 unqualified-search-registries")
    case .notAnImage:
      Phrase(
        "dray copy takes it onto the disk (./FILE.tar, ./FOLDER/) or to another registry, as it is",
        chinese: "dray copy 可将其原样复制到磁盘（./文件.tar、./目录/）或其他仓库")
    case .foreignLayer:
      Phrase("--foreign-layers fetches it from there", chinese: "加上 --foreign-layers 可从该处下载")
    default: nil
    }
  }

  private static func list(_ platforms: [Platform], separator: String, none: String) -> String {
    platforms.isEmpty ? none : platforms.map(\.description).joined(separator: separator)
  }
}
