/// What `dray convert` says.
enum ConvertPhrase: Phrased {
  /// The layers of an image were written anew, and so its manifest was.
  case newDigest(image: String?, former: String, digest: String)
  case artifactsLeftOut(count: Int)
  case done(images: Int, size: ByteCount, time: ElapsedTime)

  var phrase: Phrase {
    switch self {
    case .newDigest(let image, let former, let digest):
      Phrase(
        "\(image ?? former): the layers were written anew, so the image has another digest: \(digest), before \(former)",
        chinese: "\(image ?? former)：层已重新压缩，镜像摘要变为 \(digest)，原为 \(former)")
    case .artifactsLeftOut(let count):
      Phrase(
        "Signatures and other artifacts that were not taken over: \(count)", chinese: "未带入的签名等附属内容：\(count) 个")
    case .done(let images, let size, let time):
      Phrase("Done: \(size) in \(time); images: \(images)", chinese: "完成：\(size)，用时 \(time)；镜像：\(images) 个")
    }
  }
}
