import HTTPTypes

/// Fields of the distribution API, and some that the library does not name.
extension HTTPField.Name {
  static let dockerContentDigest = named("Docker-Content-Digest")
  static let dockerDistributionAPIVersion = named("Docker-Distribution-API-Version")
  static let ociNamespace = named("OCI-Namespace")
  static let ociFiltersApplied = named("OCI-Filters-Applied")
  static let link = named("Link")
  /// A second one: the library takes the first for the authority of the request.
  static let furtherHost = named("Host")
  static let referrerPolicy = named("Referrer-Policy")
  static let secFetchSite = named("Sec-Fetch-Site")

  /// - Parameter text: a token, as those above are.
  private static func named(_ text: String) -> Self {
    guard let name = Self(text) else { preconditionFailure("\(text) is no name of a field") }
    return name
  }
}
