import ArchiveTools
import ImageCopy

extension ConversionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noImage(let path):
      Phrase("'\(whole: path.string)' contains no image", chinese: "“\(whole: path.string)” 中没有镜像")
    case .oneNameForSeveral(let path, let images):
      Phrase(
        "--as names one image, but '\(whole: path.string)' contains \(images)",
        chinese: "--as 只能用于一个镜像，“\(whole: path.string)” 中有 \(images) 个")
    case .config(let path, let error):
      Phrase(
        "'\(whole: path.string)': \(error.phrase.english)", chinese: "“\(whole: path.string)”：\(error.phrase.chinese)")
    case .layersDoNotMatchConfig(let path, let layers, let diffIDs):
      Phrase(
        "'\(whole: path.string)': an image has \(layers, "layer"), but its config lists \(diffIDs)",
        chinese: "“\(whole: path.string)”：镜像有 \(layers) 层，配置却列出 \(diffIDs) 层")
    case .layerDiffers(let path, let name, let expected, let found):
      Phrase(
        "'\(whole: path.string)': the layer \(name) has the uncompressed digest \(found); the config says \(expected)",
        chinese: "“\(whole: path.string)”：层 \(name) 的内容为 \(found)，配置中却是 \(expected)")
    case .unreadLayer(let path, let name, let kind):
      Phrase(
        "'\(whole: path.string)': the layer \(name) \(kind.phrase.english)",
        chinese: "“\(whole: path.string)”：层 \(name) \(kind.phrase.chinese)")
    case .layer(let path, let name, let error):
      Phrase(
        "'\(whole: path.string)': the layer \(name) cannot be read: \(error.phrase.english)",
        chinese: "“\(whole: path.string)”：无法读取层 \(name)：\(error.phrase.chinese)")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .noImage, .oneNameForSeveral: nil
    case .unreadLayer:
      Phrase("omit --layers to keep the layers as they are", chinese: "请去掉 --layers：各层将保持原样")
    case .config, .layersDoNotMatchConfig, .layerDiffers, .layer:
      Phrase(
        "the archive is damaged, or was written by a faulty tool: save or pull the image again",
        chinese: "归档已损坏，或生成它的工具有误：请重新保存或拉取镜像")
    }
  }
}
