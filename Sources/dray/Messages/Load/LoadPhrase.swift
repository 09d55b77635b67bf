import EngineClient
import ImageTransfer

/// What is said while an archive is loaded.
enum LoadPhrase: Phrased {
  case loading(LoadStarted)
  /// The engine did not take a delta.
  case sendsAll(words: String)
  case loaded(LoadResult)

  var phrase: Phrase {
    switch self {
    case .loading(let started) where started.absent > 0:
      Phrase(
        "Loading into \(started.engine) at \(started.place): \(ByteCount(started.size)) of \(ByteCount(started.wholeSize)); layers that it has already: \(started.absent)",
        chinese:
          "正在加载到 \(started.engine)（\(started.place)）：共 \(ByteCount(started.wholeSize))，发送 \(ByteCount(started.size))，其余 \(started.absent) 层已存在"
      )
    case .loading(let started):
      Phrase(
        "Loading into \(started.engine) at \(started.place): \(ByteCount(started.size))",
        chinese: "正在加载到 \(started.engine)（\(started.place)）：\(ByteCount(started.size))")
    case .sendsAll(let words):
      Phrase(
        "The engine wants all of it (\(words)): sending the whole archive",
        chinese: "引擎需要完整内容（\(words)）：改为发送整个归档")
    case .loaded(let result):
      Phrase(
        "Done: \(ByteCount(result.size)) in \(ElapsedTime(result.elapsed))",
        chinese: "完成：\(ByteCount(result.size))，用时 \(ElapsedTime(result.elapsed))")
    }
  }
}
