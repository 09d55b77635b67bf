import NIOHTTP1

/// What a server or a proxy did to a body on the way, although it was asked for as it is (RFC 9110 §8.4).
package enum ContentEncoding: Equatable {
  case identity
  case gzip
  /// Another coding, or several.
  case other(String)

  package init(_ headers: HTTPHeaders) {
    let codings = headers[canonicalForm: "content-encoding"]
      .map { $0.lowercased() }
      .filter { $0 != "identity" && !$0.isEmpty }
    switch codings {
    case []: self = .identity
    case ["gzip"], ["x-gzip"]: self = .gzip
    default: self = .other(codings.joined(separator: ", "))
    }
  }

  package enum Failure: Error {
    case unknown(String)
    case damaged
    case tooLong(limit: Int)

    package func reason(host: HTTPOrigin) -> TransportFailure {
      switch self {
      case .unknown(let coding):
        .malformedResponse(host: host.description, .encoding(String(coding.prefix(64))))
      case .damaged: .malformedResponse(host: host.description, .damagedGzip)
      case .tooLong(let limit): .answerTooLarge(limit: limit)
      }
    }
  }

  /// - Parameter limit: the most bytes that the result may have.
  package func decode(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    switch self {
    case .identity: return bytes
    case .gzip: return try Inflation.gzip(bytes, limit: limit)
    case .other(let coding): throw .unknown(coding)
    }
  }
}
