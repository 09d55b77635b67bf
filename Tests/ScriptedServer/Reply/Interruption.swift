/// How the server's side of a connection ends.
public enum Ending: Sendable {
  /// FIN; over TLS a close_notify before it.
  case finish
  /// FIN without close_notify: what a broken load balancer does (RFC 8446, section 6.1).
  case finishWithoutCloseNotify
  /// RST, once the client's system has taken all bytes sent before.
  case reset
  /// The connection stays open and silent until the client leaves.
  case stall
}

/// Something that happens between two bytes of a body.
struct Interruption: Sendable {
  enum Action: Sendable {
    case end(Ending)
    case stall
    case hold(Gate)
    case pause(Duration)
  }

  let offset: Int64
  let action: Action
}

/// At most `bytes` in each `tick`.
struct Pace: Sendable {
  let bytes: Int
  let tick: Duration
}
