import Testing
import WatchedPrograms

@testable import DrayMessages
@testable import dray

/// A stream into a file that has no name, so that what a command writes can be looked at.
final class CapturedStream: Sendable {
  let stream: StandardStream
  private let file: WatchedFile

  init(check: SecretCheck = SecretCheck(), sourceLocation: SourceLocation = #_sourceLocation) throws {
    file = try WatchedFile(check: check, sourceLocation: sourceLocation)
    stream = StandardStream(descriptor: file.descriptor)
  }

  var text: String { String(decoding: file.bytes, as: UTF8.self) }

  var lines: [String] { text.split(separator: "\n").map(String.init) }
}
