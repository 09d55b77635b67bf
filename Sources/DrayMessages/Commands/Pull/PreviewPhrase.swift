import ImageCopy

/// What `--dry-run` says.
package enum PreviewPhrase: Phrased {
  /// - Parameters:
  ///   - path: nil for standard output.
  ///   - size: in bytes.
  case archive(image: String, platform: String, path: String?, size: Int64)
  case blob(PreviewedBlob)
  /// Both in bytes.
  case total(toFetch: Int64, size: Int64)

  package var phrase: Phrase {
    switch self {
    case .archive(let image, let platform, let path?, let size):
      Phrase(
        "\(image) for \(platform) would be written to '\(whole: path)': \(ByteCount(size)) (\(size) bytes)",
        chinese: "\(image)（\(platform)）将存为 “\(whole: path)”：\(ByteCount(size))（\(size) 字节）")
    case .archive(let image, let platform, nil, let size):
      Phrase(
        "\(image) for \(platform) would be written to standard output: \(ByteCount(size)) (\(size) bytes)",
        chinese: "\(image)（\(platform)）将写入标准输出：\(ByteCount(size))（\(size) 字节）")
    case .blob(let blob):
      Phrase(
        "\(blob.digest): \(ByteCount(blob.size)), \(blob.sourcePhrase.english)",
        chinese: "\(blob.digest)：\(ByteCount(blob.size))，\(blob.sourcePhrase.chinese)")
    case .total(0, _):
      Phrase("Nothing needs to be fetched.", chinese: "无需下载。")
    case .total(let toFetch, let size):
      Phrase(
        "To fetch: \(ByteCount(toFetch)) of \(ByteCount(size)) (\(toFetch) bytes)",
        chinese: "需要下载：\(ByteCount(size)) 中的 \(ByteCount(toFetch))（\(toFetch) 字节）")
    }
  }
}

extension PreviewedBlob {
  fileprivate var sourcePhrase: Phrase {
    switch source {
    case .registry: Phrase("to be fetched", chinese: "需要下载")
    case .resumed where bytesToFetch == 0:
      Phrase("kept from an interrupted pull", chinese: "沿用中断前已下载的内容")
    case .resumed(let held):
      Phrase(
        "to be fetched, except \(ByteCount(held)) kept from an interrupted pull",
        chinese: "需要下载，其中 \(ByteCount(held)) 沿用中断前已下载的内容")
    case .reused(let path): Phrase("to be copied from '\(whole: path)'", chinese: "从 “\(whole: path)” 复制")
    case .inline: Phrase("part of the manifest", chinese: "已包含在清单中")
    }
  }
}
