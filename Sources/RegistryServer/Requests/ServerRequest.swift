import HTTPTypes
import NIOCore

/// A request, as the parts of the server read it: nothing here is of the library that took it from the socket.
public struct ServerRequest: Sendable {
  /// The pieces of a body, as they come. Asking for the next one is what lets the client send it.
  public typealias Body = any AsyncSequence<ByteBuffer, any Error> & Sendable

  public let method: HTTPRequest.Method
  /// Without the query, percent-decoded; begins with a slash.
  public let path: String
  /// In the order of the query, percent-decoded. A name may come more than once.
  public let query: [(name: String, value: String)]
  public let fields: HTTPFields
  public let body: Body
  /// The other end of the connection; nil where the socket does not tell.
  public let client: SocketAddress?
  /// The request came over TLS that this server ended.
  public let isEncrypted: Bool

  public init(
    method: HTTPRequest.Method, path: String, query: [(name: String, value: String)] = [], fields: HTTPFields = [:],
    body: Body = EmptyBody(), client: SocketAddress? = nil, isEncrypted: Bool = false
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.fields = fields
    self.body = body
    self.client = client
    self.isEncrypted = isEncrypted
  }

  /// The first value that the query gives to a name.
  public func value(of name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// The body of a request that has none.
  public struct EmptyBody: AsyncSequence, AsyncIteratorProtocol, Sendable {
    public init() {}
    public func makeAsyncIterator() -> Self { self }
    public mutating func next() async throws -> ByteBuffer? { nil }
  }
}
