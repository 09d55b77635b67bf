import HTTPTypes
import NIOCore

/// What is noted of a request once it is answered. Nothing in it is a secret: no field of the request, and no query.
public struct AccessRecord: Sendable {
  /// The other end's address without its port; nil where the socket does not tell.
  public let client: String?
  public let method: String
  /// Percent-decoded where it could be. It comes from the client and may hold any character.
  public internal(set) var path: String
  public internal(set) var status = 400
  /// Of the body, as far as it was handed to the connection.
  public internal(set) var bytes: Int64 = 0
  /// The connection was cut, by the client or by the server, before the body was complete.
  public internal(set) var isCut = false
  /// From the head of the request to the end of the answer.
  public private(set) var duration: Duration = .zero
  private let start = ContinuousClock.now

  init(_ head: HTTPRequest, client: SocketAddress?) {
    self.client = client?.ipAddress
    method = head.method.rawValue
    path = head.path ?? ""
  }

  var now: AccessRecord {
    var record = self
    record.duration = ContinuousClock.now - start
    return record
  }
}
