import EngineClient
import ImageCopy
import ImageModel

/// What is said while an archive is loaded.
package enum LoadPhrase: Phrased {
  case loading(LoadStarted)
  /// The engine did not take a delta.
  case sendsAll(words: String)
  case loaded(LoadResult)
  /// Of an image for several platforms one goes.
  case onlyPlatform(Platform)
  /// Signatures, attestations and the like stay behind, all or some.
  case leavesOutReferrers
  case leavesOutSomeReferrers
  /// The archive has no name for an image that engines take.
  case nameless(LoadedImage, words: String)

  package var phrase: Phrase {
    switch self {
    case .loading(let started) where started.absent > 0:
      Phrase(
        "Loading into \(started.engine) at \(started.place): \(ByteCount(started.size)) of \(ByteCount(started.wholeSize)); layers already present: \(started.absent)",
        chinese:
          "正在加载到 \(started.engine)（\(started.place)）：共 \(ByteCount(started.wholeSize))，发送 \(ByteCount(started.size))，其余 \(started.absent) 层已存在"
      )
    case .loading(let started) where "\(ByteCount(started.size))" != "\(ByteCount(started.wholeSize))":
      Phrase(
        "Loading into \(started.engine) at \(started.place): \(ByteCount(started.size)) of \(ByteCount(started.wholeSize))",
        chinese:
          "正在加载到 \(started.engine)（\(started.place)）：共 \(ByteCount(started.wholeSize))，发送 \(ByteCount(started.size))")
    case .loading(let started):
      Phrase(
        "Loading into \(started.engine) at \(started.place): \(ByteCount(started.size))",
        chinese: "正在加载到 \(started.engine)（\(started.place)）：\(ByteCount(started.size))")
    case .sendsAll(let words):
      Phrase(
        "The engine cannot take a partial archive (\(words)); sending all of it",
        chinese: "引擎需要完整内容（\(words)）：改为发送整个归档")
    case .loaded(let result):
      Phrase(
        "Done: \(ByteCount(result.size)) in \(ElapsedTime(result.elapsed))",
        chinese: "完成：\(ByteCount(result.size))，用时 \(ElapsedTime(result.elapsed))")
    case .onlyPlatform(let platform):
      Phrase(
        "Only the platform \(platform) is sent: the engine keeps no others",
        chinese: "镜像含多个平台，只发送 \(platform)：引擎不保留其他平台")
    case .leavesOutReferrers:
      Phrase(
        "Signatures and attestations are not sent: the engine does not keep them", chinese: "不发送签名和证明：引擎不保留它们")
    case .leavesOutSomeReferrers:
      Phrase(
        "Some signatures or attestations are not sent: the engine does not keep this kind",
        chinese: "部分签名或证明不发送：引擎不保留这一类")
    case .nameless(let image, let words):
      Phrase(
        "The archive has no full name for the image \(Self.label(image)). The engine says: \(Self.line(words))",
        chinese: "归档中没有镜像 \(Self.label(image)) 的完整名称。引擎的答复：\(Self.line(words))")
    }
  }

  private static func label(_ image: LoadedImage) -> String {
    image.otherNames.isEmpty
      ? image.digest.map { "\($0)" } ?? "" : image.otherNames.map { "'\($0)'" }.joined(separator: ", ")
  }

  private static func line(_ words: String) -> String { words.split(separator: "\n").joined(separator: "; ") }
}
