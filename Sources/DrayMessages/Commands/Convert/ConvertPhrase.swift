/// What `dray convert` says.
package enum ConvertPhrase: Phrased {
  /// The layers of an image were written anew, and so its manifest was.
  case newDigest(image: String?, former: String, digest: String)
  /// How many more were left out than are named.
  case furtherLeftOut(count: Int)
  case done(images: Int, size: ByteCount, time: ElapsedTime)

  package var phrase: Phrase {
    switch self {
    case .newDigest(let image, let former, let digest):
      Phrase(
        "\(image ?? former): the layers were recompressed, so the image digest has changed: \(digest), before \(former)",
        chinese: "\(image ?? former)：层已重新压缩，镜像摘要变为 \(digest)，原为 \(former)")
    case .furtherLeftOut(let count):
      Phrase("Further items left out: \(count)", chinese: "此外未带入：\(count) 个")
    case .done(let images, let size, let time):
      Phrase("Done: \(size) in \(time); images: \(images)", chinese: "完成：\(size)，用时 \(time)；镜像：\(images) 个")
    }
  }
}
