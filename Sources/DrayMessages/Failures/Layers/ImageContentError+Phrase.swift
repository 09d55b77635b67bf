import ImageContents
import ImageModel

extension ImageContentError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noConfig(let archive):
      Phrase("'\(whole: archive)' does not contain the image's config", chinese: "“\(whole: archive)” 中没有镜像配置")
    case .layersDoNotMatchConfig(let image, let layers, let diffIDs):
      Phrase(
        "'\(whole: image)': there are \(layers) layers, but the config lists \(diffIDs)",
        chinese: "“\(whole: image)”：共有 \(layers) 层，而配置中有 \(diffIDs) 层")
    case .missingLayer(let image, let layer):
      Phrase("'\(whole: image)' does not contain the layer \(layer)", chinese: "“\(whole: image)” 中没有层 \(layer)")
    case .layerCutOff(let image, let layer):
      Phrase(
        "'\(whole: image)' ended while the layer \(layer) was being read",
        chinese: "读取层 \(layer) 时 “\(whole: image)” 已到结尾")
    case .layerChanged(let image, let layer):
      Phrase(
        "'\(whole: image.name)': the layer \(layer) has changed since it was first read",
        chinese: "“\(whole: image.name)”：层 \(layer) 与首次读取时不一致")
    case .layer(let image, let layer, let error):
      Phrase(
        "'\(whole: image.name)': the layer \(layer) cannot be read: \(error.phrase.english)",
        chinese: "“\(whole: image.name)”：无法读取层 \(layer)：\(error.phrase.chinese)")
    case .layerMadeSo(let image, let layer, let error):
      Phrase(
        "'\(whole: image.name)': the layer \(layer) matches its digest, but cannot be read: \(error.phrase.english)",
        chinese: "“\(whole: image.name)”：层 \(layer) 的摘要正确，但无法读取：\(error.phrase.chinese)")
    case .unreadLayer(let image, let layer, let kind):
      Phrase(
        "'\(whole: image.name)': the layer \(layer) \(kind.phrase.english)",
        chinese: "“\(whole: image.name)”：层 \(layer) \(kind.phrase.chinese)")
    case .wrongDiffID(let image, let layer, let expected, let found):
      Phrase(
        "'\(whole: image.name)': the layer \(layer) unpacks to \(found); the config says \(expected)",
        chinese: "“\(whole: image.name)”：层 \(layer) 解压后为 \(found)，而配置中为 \(expected)")
    case .mergedRoot(let image, let error):
      Phrase("'\(whole: image)': \(error.phrase.english)", chinese: "“\(whole: image)”：\(error.phrase.chinese)")
    case .noSuchPath(let image, let path):
      Phrase("'\(whole: image)' does not contain '\(whole: path)'", chinese: "“\(whole: image)” 中没有 “\(whole: path)”")
    case .notAFile(let image, let path):
      Phrase(
        "'\(whole: path)' in '\(whole: image)' is not a regular file",
        chinese: "“\(whole: image)” 中的 “\(whole: path)” 不是普通文件")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .missingLayer:
      Phrase(
        "it may be a delta: its base has the layer", chinese: "它可能是增量归档：该层在制作时所用的基础归档中")
    case .layerMadeSo:
      Phrase(
        "the layer was built this way, and engines cannot read it either: fetching it again does not help; rebuild and push the image",
        chinese: "该层生成时即如此，各引擎也无法读取：重新下载无济于事，请重新构建并推送镜像")
    case .unreadLayer(_, _, let kind): kind.hint
    case .layer(_, _, .missingLinkTarget):
      Phrase("no engine can unpack this: rebuild the image", chinese: "任何引擎都无法解包：请重新构建该镜像")
    case .layer(_, _, let error) where error.failureClass == .refused:
      Phrase("do not load this image into an engine", chinese: "请勿将此镜像加载到引擎中")
    case .layer(_, _, let error) where error.failureClass == .unsupported: nil
    case .layer(.registry, _, _), .wrongDiffID(.registry, _, _, _), .layerChanged(.registry, _):
      Phrase(
        "run the command again; if the result is the same, the image must be rebuilt and pushed",
        chinese: "请重新运行该命令；如果结果相同，则需要重新构建并推送该镜像")
    case .layer, .wrongDiffID, .layerCutOff, .layerChanged, .noConfig:
      Phrase("fetch the archive again", chinese: "请重新获取该归档")
    case .notAFile: Phrase("dray ls lists the content", chinese: "可用 dray ls 查看其中的内容")
    case .layersDoNotMatchConfig, .mergedRoot, .noSuchPath: nil
    }
  }
}
