import BlobTransfer
import ImageCopy

/// What is said around a pull.
package enum PullPhrase: Phrased {
  case pulling(image: String, platform: String, size: ByteCount, blobs: Int)
  case manifest(digest: String)
  case blob(String, size: ByteCount, BlobOrigin)
  case warning(Phrase)
  /// Everything came over the network.
  case done(size: ByteCount, time: ElapsedTime, rate: ByteRate?)
  /// A part was there already.
  case doneWithLess(size: ByteCount, fetched: ByteCount, time: ElapsedTime)
  case doneWithout(size: ByteCount)
  case savedAs(path: String)
  case load(path: String)
  case run(image: String)
  case interrupted
  case resumable

  package var phrase: Phrase {
    switch self {
    case .pulling(let image, let platform, let size, let blobs):
      Phrase(
        "Pulling \(image) for \(platform): \(size) in \(blobs, "blob")",
        chinese: "正在拉取 \(image)（\(platform)）：\(size)，共 \(blobs) 个数据块")
    case .manifest(let digest):
      Phrase("Manifest: \(digest)", chinese: "清单：\(digest)")
    case .blob(let digest, let size, let origin):
      Phrase(
        "\(digest): \(size), \(origin.phrase.english)", chinese: "\(digest)：\(size)，\(origin.phrase.chinese)")
    case .warning(let words):
      Phrase("warning: \(words.english)", chinese: "警告：\(words.chinese)")
    case .done(let size, let time, let rate?):
      Phrase("Done: \(size) in \(time) (\(rate))", chinese: "完成：\(size)，用时 \(time)（\(rate)）")
    case .done(let size, let time, nil):
      Phrase("Done: \(size) in \(time)", chinese: "完成：\(size)，用时 \(time)")
    case .doneWithLess(let size, let fetched, let time):
      Phrase(
        "Done: \(size) in \(time), \(fetched) fetched", chinese: "完成：\(size)，用时 \(time)，实际下载 \(fetched)")
    case .doneWithout(let size):
      Phrase("Done: \(size); nothing had to be fetched", chinese: "完成：\(size)，无需下载")
    case .savedAs(let path):
      Phrase("Saved as: \(whole: path)", chinese: "文件位置：\(whole: path)")
    case .load(let path):
      Phrase(
        "To load it: docker load -i \(whole: ShellWord.quoted(path))",
        chinese: "加载镜像：docker load -i \(whole: ShellWord.quoted(path))")
    case .run(let image):
      Phrase("To run it: docker run \(whole: image)", chinese: "运行镜像：docker run \(whole: image)")
    case .interrupted:
      Phrase("Interrupted.", chinese: "已中断。")
    case .resumable:
      Phrase(
        "Interrupted. Run the same command again to resume.", chinese: "已中断。再次运行同一命令即可从断点继续。")
    }
  }
}

extension BlobOrigin: Phrased {
  package var phrase: Phrase {
    switch self {
    case .registry: Phrase("fetched", chinese: "已下载")
    case .resumed: Phrase("kept from an earlier pull", chinese: "沿用上次已下载的部分")
    case .reused: Phrase("copied from another archive", chinese: "从其他归档复制")
    }
  }
}
