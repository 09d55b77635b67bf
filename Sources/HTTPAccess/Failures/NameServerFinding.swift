/// What a name server did when it was asked for a name.
public struct NameServerFinding: Sendable, Hashable {
  /// As `/etc/resolv.conf` has it.
  public let address: String
  public let answer: Answer

  public enum Answer: Sendable, Hashable {
    /// It gives an answer now, where a moment ago there was none.
    case answered
    /// An error: its code (RCODE, RFC 1035 §4.1.1).
    case failed(code: UInt8)
    /// Nothing within this many seconds.
    case silent(seconds: Int)
    /// No packet gets there.
    case unreachable(detail: String)
    /// What came is no answer to the question.
    case malformed
  }

  package init(address: String, _ answer: Answer) {
    self.address = address
    self.answer = answer
  }
}
