/// Why a redirect is not followed.
public enum RedirectRefusal: Sendable, Hashable {
  case tooMany(limit: Int)
  case loop
  case fromHTTPSToHTTP
  case noLocation
  case malformedLocation
  /// From a request that writes to one that reads.
  case changesMethod
}
