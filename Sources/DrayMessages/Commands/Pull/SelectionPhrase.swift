import ImageLists

/// What is said about several images together.
package enum SelectionPhrase: Phrased {
  case total(images: Int, size: ByteCount)
  case question(images: Int, size: ByteCount)
  case pulling(images: Int, size: ByteCount, blobs: Int)
  case image(String, platforms: String, digest: String)
  case referrers(Int)
  case preview(images: Int, path: String?, size: Int64)
  /// Before the failures of images that are not in the archive.
  case leftOut(images: Int)
  /// Something in a list that may be an image.
  /// An image whose name a file keeps.
  case keptName(path: String, ListedImage)
  case passedOver(path: String, PassedOverImage)

  package var phrase: Phrase {
    switch self {
    case .total(let images, let size):
      Phrase("\(images, "image"), \(size) in total", chinese: "共 \(images) 个镜像，合计 \(size)")
    case .question(let images, let size):
      Phrase("Pull \(images, "image"), \(size)? [y/N]", chinese: "拉取以上 \(images) 个镜像（\(size)）？[y/N]")
    case .pulling(let images, let size, let blobs):
      Phrase(
        "Pulling \(images, "image"): \(size) in \(blobs, "blob")", chinese: "正在拉取 \(images) 个镜像：\(size)，共 \(blobs) 个数据块"
      )
    case .image(let name, let platforms, let digest):
      Phrase("\(name) for \(platforms): \(digest)", chinese: "\(name)（平台 \(platforms)）：\(digest)")
    case .referrers(let count):
      Phrase(
        "signatures, SBOMs and attestations included: \(count)",
        chinese: "一并带上 \(count) 个签名、SBOM 和证明")
    case .preview(let images, let path?, let size):
      Phrase(
        "\(images, "image") would be written to '\(whole: path)': \(ByteCount(size)) (\(size) bytes)",
        chinese: "\(images) 个镜像将存为 “\(whole: path)”：\(ByteCount(size))（\(size) 字节）")
    case .preview(let images, nil, let size):
      Phrase(
        "\(images, "image") would be written to standard output: \(ByteCount(size)) (\(size) bytes)",
        chinese: "\(images) 个镜像将写入标准输出：\(ByteCount(size))（\(size) 字节）")
    case .leftOut(let images):
      Phrase("\(images) left out:", chinese: "跳过了 \(images) 个镜像：")
    case .keptName(let path, let image):
      Phrase(
        "\(whole: path):\(image.line): '\(image.name)' keeps its name: it is not among the images",
        chinese: "\(whole: path):\(image.line)：“\(image.name)” 保持原名：它不在这些镜像之中")
    case .passedOver(let path, let image):
      PullPhrase.warning(
        Phrase(
          "'\(whole: path)', line \(image.line): \(image.reason.phrase.english)",
          chinese: "“\(whole: path)” 第 \(image.line) 行：\(image.reason.phrase.chinese)")
      ).phrase
    }
  }
}
