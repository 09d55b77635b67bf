import HTTPAccess
import RegistryClient

/// What `--verbose` and `--debug` say.
package enum LogPhrase: Phrased {
  case request(RequestRecord)
  case pullsLeft(RateLimitPhrase)
  case requestField(RequestRecord.Field)
  case answerField(RequestRecord.Field)

  package var phrase: Phrase {
    switch self {
    case .request(let record):
      switch record.end {
      case nil:
        Phrase(
          "\(record.request): \(Self.status(record)), \(ByteCount(record.bytes)), \(Self.time(record))",
          chinese: "\(record.request)：应答 \(Self.status(record))，\(ByteCount(record.bytes))，\(Self.time(record))")
      case .failed(let reason as any HintedReason):
        Phrase(
          "\(record.request): failed after \(ByteCount(record.bytes)), \(Self.time(record)): \(reason.phrase.english)",
          chinese:
            "\(record.request)：失败，已收到 \(ByteCount(record.bytes))，\(Self.time(record))：\(reason.phrase.chinese)")
      case .failed, .abandoned:
        Phrase(
          "\(record.request): \(Self.status(record)), aborted after \(ByteCount(record.bytes)), \(Self.time(record))",
          chinese:
            "\(record.request)：\(Self.status(record))，收到 \(ByteCount(record.bytes)) 后中止，\(Self.time(record))")
      }
    case .pullsLeft(let limit):
      Phrase("  the registry allows \(limit.phrase.english)", chinese: "  仓库限额：\(limit.phrase.chinese)")
    case .requestField(let field):
      Phrase("  > \(field.name): \(field.value)", chinese: "  请求 > \(field.name): \(field.value)")
    case .answerField(let field):
      Phrase("  < \(field.name): \(field.value)", chinese: "  应答 < \(field.name): \(field.value)")
    }
  }

  private static func status(_ record: RequestRecord) -> String { record.status.map { "\($0)" } ?? "-" }

  private static func time(_ record: RequestRecord) -> String {
    let milliseconds = record.elapsed.inSeconds * 1000
    return "\(Int64(min(max(milliseconds, 0), 9e15))) ms"
  }
}
