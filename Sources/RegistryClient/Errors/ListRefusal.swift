/// Why a list of tags or repositories is not read to its end.
public enum ListRefusal: Sendable, Hashable {
  /// The next page is on another host, which must not have the credentials.
  case otherHost(String)
  case tooManyPages(limit: Int)
  case tooManyEntries(limit: Int)
}
