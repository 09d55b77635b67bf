import HummingbirdCore
import NIOCore
import Waiting

/// Passes the pieces of an answer on, and counts them.
///
/// `@unchecked`: the library's writer is not `Sendable`. An answer is written by one task at a time, which waits for each
/// call.
final class AnswerBody: AnswerWriter, @unchecked Sendable {
  private var writer: any ResponseBodyWriter
  private let length: Int64
  private(set) var written: Int64 = 0
  /// Whether all of the answer is on its way.
  private(set) var isSent = false
  /// The last piece. It goes out once nothing can fail any more: who has it takes the answer for whole.
  private var last = ByteBuffer()

  init(_ writer: any ResponseBodyWriter, length: Int64) {
    self.writer = writer
    self.length = length
  }

  func write(_ bytes: ByteBuffer) async throws { try await write(bytes, behind: 0) }

  func write(_ bytes: ByteBuffer, behind count: Int) async throws {
    guard bytes.readableBytes > 0 else { return }
    guard Int64(bytes.readableBytes) <= length - written else { throw AnswerBodyError.tooLong }
    written += Int64(bytes.readableBytes)
    guard written < length else {
      last = bytes
      return
    }
    try await SendWindow.current?.reserve(bytes.readableBytes, behind: count)
    try await writer.write(bytes)
  }

  func send(_ part: FilePart) async throws -> Bool {
    guard let window = SendWindow.current, window.takesFiles else { return false }
    // The end of an answer is never of this kind: see `last`.
    guard Int64(part.region.readableBytes) < length - written else { throw AnswerBodyError.tooLong }
    written += Int64(part.region.readableBytes)
    try await window.reserve(part.region.readableBytes)
    try await writer.write(window.bytes(for: part))
    return true
  }

  /// - Throws: where bytes are missing.
  func finish() async throws {
    guard written == length else { throw AnswerBodyError.tooShort }
    if last.readableBytes > 0 {
      try await SendWindow.current?.reserve(last.readableBytes)
      try await writer.write(last)
    }
    isSent = true
    try await writer.finish(nil)
  }
}

/// A part of the server handed on another number of bytes than it had announced.
enum AnswerBodyError: Error {
  case tooLong, tooShort
}
