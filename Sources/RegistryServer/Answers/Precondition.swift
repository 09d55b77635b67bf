import HTTPTypes

/// What the preconditions of a request that reads say of a content (RFC 9110 §13.2.2).
enum Precondition: Sendable, Hashable {
  /// The content is to be sent.
  case met
  /// 304: the client has this content.
  case known
  /// 412: the client means another one.
  case failed

  /// - Parameter tag: the content's, a strong one in its quotes.
  init(_ fields: HTTPFields, tag: String) {
    if let named = fields[.ifMatch], !Self.tags(in: named).contains(where: { $0 == tag || $0 == "*" }) {
      self = .failed
    } else if let named = fields[.ifNoneMatch], Self.tags(in: named).contains(where: { Self.isWeakly($0, tag) }) {
      self = .known
    } else {
      self = .met
    }
  }

  private static func tags(in field: String) -> [Substring] {
    field.split(separator: ",").map(\.trimmed)
  }

  /// A proxy that compresses makes a strong tag weak; what it stands for is the same (RFC 9110 §13.1.2).
  private static func isWeakly(_ named: Substring, _ tag: String) -> Bool {
    named == "*" || (named.hasPrefix("W/") ? named.dropFirst(2) : named) == tag
  }
}

extension ServerRequest {
  /// The answer that preconditions ask for in place of a content below `/v2/`; nil where the content is to be sent.
  ///
  /// - Parameter fields: of the content's answer.
  func conditionalAnswer(tag: String, _ fields: HTTPFields) throws(DistributionRefusal) -> ServerAnswer? {
    switch Precondition(self.fields, tag: tag) {
    case .met: return nil
    case .known: return ServerAnswer(.notModified, fields)
    case .failed:
      throw DistributionRefusal(.unknown, .preconditionFailed, "this is \(tag), and the request wants another")
    }
  }
}
