import ImageModel
import ImageTransfer

extension ImageContentError: ExplainedError {
  var phrase: Phrase {
    switch self {
    case .noImage(let archive):
      Phrase("'\(whole: archive)' holds no image", chinese: "“\(whole: archive)” 中没有镜像")
    case .severalImages(let archive, let names):
      Phrase(
        "'\(whole: archive)' holds several images: \(Self.list(names, ", "))",
        chinese: "“\(whole: archive)” 中有多个镜像：\(Self.list(names, "、"))")
    case .noSuchImage(let archive, let name, let names):
      Phrase(
        "'\(whole: archive)' holds no image '\(name)'; it has \(Self.list(names, ", "))",
        chinese: "“\(whole: archive)” 中没有镜像 “\(name)”；其中有：\(Self.list(names, "、"))")
    case .noSuchPlatform(let archive, let wanted, let platforms):
      Phrase(
        "'\(whole: archive)' has no image for \(wanted); it has \(Self.list(platforms.map(\.description), ", "))",
        chinese: "“\(whole: archive)” 中没有适用于 \(wanted) 的镜像；可用的平台：\(Self.list(platforms.map(\.description), "、"))")
    case .noConfig(let archive):
      Phrase("'\(whole: archive)' does not hold the image's config", chinese: "“\(whole: archive)” 中没有镜像配置")
    case .wrongConfig(let archive, let digest):
      Phrase(
        "the config in '\(whole: archive)' is not \(digest)", chinese: "“\(whole: archive)” 中的配置与 \(digest) 不符")
    case .config(let archive, let error):
      Phrase(
        "'\(whole: archive)': the image's config cannot be used: \(error.phrase.english)",
        chinese: "“\(whole: archive)”：镜像配置不可用：\(error.phrase.chinese)")
    case .layersDoNotMatchConfig(let image, let layers, let diffIDs):
      Phrase(
        "'\(whole: image)': there are \(layers) layers, and the config has \(diffIDs)",
        chinese: "“\(whole: image)”：共有 \(layers) 层，而配置中有 \(diffIDs) 层")
    case .missingLayer(let image, let layer):
      Phrase("'\(whole: image)' does not hold the layer \(layer)", chinese: "“\(whole: image)” 中没有层 \(layer)")
    case .layerCutOff(let image, let layer):
      Phrase(
        "'\(whole: image)' ended while the layer \(layer) was read", chinese: "读取层 \(layer) 时 “\(whole: image)” 已到结尾")
    case .layer(let image, let layer, let error):
      Phrase(
        "'\(whole: image)': the layer \(layer) cannot be read: \(error.phrase.english)",
        chinese: "“\(whole: image)”：无法读取层 \(layer)：\(error.phrase.chinese)")
    case .wrongDiffID(let image, let layer, let expected, let found):
      Phrase(
        "'\(whole: image)': the layer \(layer) unpacks to \(found), and the config says \(expected)",
        chinese: "“\(whole: image)”：层 \(layer) 解压后为 \(found)，而配置中为 \(expected)")
    case .mergedRoot(let image, let error):
      Phrase("'\(whole: image)': \(error.phrase.english)", chinese: "“\(whole: image)”：\(error.phrase.chinese)")
    case .noSuchPath(let image, let path):
      Phrase("'\(whole: image)' has no '\(whole: path)'", chinese: "“\(whole: image)” 中没有 “\(whole: path)”")
    case .notAFile(let image, let path):
      Phrase(
        "'\(whole: path)' in '\(whole: image)' is no file", chinese: "“\(whole: image)” 中的 “\(whole: path)” 不是普通文件")
    }
  }

  var hint: Phrase? {
    switch self {
    case .severalImages(_, let names), .noSuchImage(_, _, let names):
      names.first.map { Phrase("choose one: --image \(whole: $0)", chinese: "请选择其一：--image \(whole: $0)") }
    case .noSuchPlatform(_, _, let platforms):
      platforms.first.map { Phrase("choose one: --platform \($0)", chinese: "请选择其一：--platform \($0)") }
    case .missingLayer:
      Phrase(
        "it may be a delta: the base that it was made for has the layer", chinese: "它可能是增量归档：该层在制作时所用的基础归档中")
    case .layer(_, _, let error) where error.failureClass == .refused:
      Phrase("do not load this image into an engine", chinese: "请勿将此镜像加载到引擎中")
    case .layer(_, _, let error) where error.failureClass == .unsupported: nil
    case .layer, .wrongDiffID, .layerCutOff, .wrongConfig, .noConfig:
      Phrase("fetch the archive anew", chinese: "请重新获取该归档")
    case .notAFile: Phrase("dray ls shows what is there", chinese: "可用 dray ls 查看其中的内容")
    case .noImage, .config, .layersDoNotMatchConfig, .mergedRoot, .noSuchPath: nil
    }
  }

  private static func list(_ names: [String], _ separator: String) -> String {
    names.isEmpty ? "-" : names.joined(separator: separator)
  }
}
