extension TransportFailure {
  /// What an error of getaddrinfo (RFC 3493 §6.1) means: EAI_NONAME and EAI_NODATA are the name system's word, and the
  /// others say that it could not give one. Where that is for the name servers' sake, they are asked what they do.
  static func nameLookup(of host: String, code: CInt, detail: String) async -> Self {
    switch code {
    case noName: return .nameNotFound(host: host)
    case noData: return .nameWithoutAddress(host: host)
    case again, failure:
      let findings = await NameServerDiagnosis.ofThisMachine(host).findings()
      return .nameLookupFailed(host: host, detail: detail, servers: findings)
    default: return .nameLookupFailed(host: host, detail: detail)
    }
  }

  // EAI_NODATA is in no standard, so that headers keep it back.
  #if canImport(Darwin)
    private static var noName: CInt { 8 }
    private static var noData: CInt { 7 }
    private static var again: CInt { 2 }
    private static var failure: CInt { 4 }
  #else
    private static var noName: CInt { -2 }
    private static var noData: CInt { -5 }
    private static var again: CInt { -3 }
    private static var failure: CInt { -4 }
  #endif
}
