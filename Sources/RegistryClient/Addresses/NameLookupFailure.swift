extension RegistryError.Reason {
  /// What an error of getaddrinfo (RFC 3493 §6.1) means: EAI_NONAME and EAI_NODATA are the name system's word, and the
  /// others say that it could not give one. A name server that fails and one that is silent are the same to the C library.
  static func nameLookup(of host: String, code: CInt, detail: String) -> Self {
    switch code {
    case noName: .nameNotFound(host: host)
    case noData: .nameWithoutAddress(host: host)
    default: .nameLookupFailed(host: host, detail: detail)
    }
  }

  // EAI_NODATA is in no standard, so that headers keep it back.
  #if canImport(Darwin)
    private static var noName: CInt { 8 }
    private static var noData: CInt { 7 }
  #else
    private static var noName: CInt { -2 }
    private static var noData: CInt { -5 }
  #endif
}
