import HTTPTypes
import NIOCore
import Waiting

/// What the server answers: a head, and a body whose length is known before its first byte.
public struct ServerAnswer: Sendable {
  public var status: HTTPResponse.Status
  /// Without `Content-Length`, which follows from the body.
  public var fields: HTTPFields
  public var body: Body

  public enum Body: Sendable {
    case bytes(ByteBuffer)
    /// The answer to a HEAD: the length in bytes of what a GET would send.
    case head(length: Int64)
    /// `send` hands on exactly `length` bytes. The connection is cut where it throws or hands on fewer, so that no client
    /// takes a part for the whole.
    case stream(length: Int64, send: @Sendable (any AnswerWriter) async throws -> Void)
  }

  public init(_ status: HTTPResponse.Status, _ fields: HTTPFields = [:], body: Body = .bytes(ByteBuffer())) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// One line for people, in English.
  static func plain(_ line: String, _ status: HTTPResponse.Status, _ fields: HTTPFields = [:]) -> ServerAnswer {
    var fields = fields
    fields[.contentType] = "text/plain; charset=utf-8"
    return ServerAnswer(status, fields, body: .bytes(ByteBuffer(string: line + "\n")))
  }
}

/// Where the bytes of an answer go. A call returns when the connection has room for more.
public protocol AnswerWriter: Sendable {
  func write(_ bytes: ByteBuffer) async throws
  /// The same, where so many bytes before these may still be on their way to the client.
  func write(_ bytes: ByteBuffer, behind count: Int) async throws
  /// Sends a part of a file, with more to follow behind it.
  ///
  /// - Returns: false where the connection cannot, and nothing was sent.
  func send(_ part: FilePart) async throws -> Bool
}

extension AnswerWriter {
  public func write(_ bytes: ByteBuffer, behind count: Int) async throws { try await write(bytes) }
  public func send(_ part: FilePart) async throws -> Bool { false }
}

/// A part of the server: the registry, the archive gateway, the page.
public protocol RequestHandler: Sendable {
  /// Nil where the request is for another part.
  func answer(_ request: ServerRequest) async throws -> ServerAnswer?
}
