import DrayMessages
import HTTPAccess
import RegistryClient
import Synchronization

/// What `--verbose` and `--debug` tell of requests, on standard error: a line each, and with `--debug` the header fields
/// below it.
final class RequestLog: Sendable {
  private let language: Language
  private let showsFields: Bool
  private let write: Mutex<@Sendable (String) -> Void>
  private let plainly: @Sendable (String) -> Void

  init(_ context: CommandContext, showsFields: Bool) {
    language = context.language
    self.showsFields = showsFields
    plainly = { context.say($0) }
    write = Mutex(plainly)
  }

  /// Hands the lines to somebody who shows something else on the same screen.
  func hand(to writer: @escaping @Sendable (String) -> Void) {
    write.withLock { $0 = writer }
  }

  func writePlainly() {
    write.withLock { $0 = plainly }
  }

  func observe(_ record: RequestRecord) {
    let text = lines(record).map { "\($0.text(language))\n" }.joined()
    let write = write.withLock(\.self)
    write(text)
  }

  private func lines(_ record: RequestRecord) -> [LogPhrase] {
    var lines = [LogPhrase.request(record)]
    if let limit = record.rateLimit.flatMap(RateLimitPhrase.init) { lines.append(.pullsLeft(limit)) }
    guard showsFields else { return lines }
    lines += record.requestFields.map { .requestField($0) }
    lines += record.answerFields.map { .answerField($0) }
    return lines
  }
}
