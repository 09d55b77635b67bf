/// The words exchanged with a proxy until it leads on, as a value without I/O.
protocol ProxyHandshake: Sendable {
  /// What is said first.
  var opening: [UInt8] { get }
  /// Takes what the proxy said. Nothing more is given to it after `open` or `failure`.
  mutating func receive(_ bytes: [UInt8]) -> ProxyHandshakeStep
}

enum ProxyHandshakeStep: Sendable, Equatable {
  /// More must come; these bytes are said meanwhile.
  case wait(send: [UInt8])
  /// From here on the bytes are the host's; these came already.
  case open(leftover: [UInt8])
  case failure(ProxyFailure.Reason)
}
