/// What the scheme "Basic" sends of a name and a password (RFC 7617 §2).
package enum BasicCredentials {
  /// The value of `Authorization` or `Proxy-Authorization`.
  package static func value(username: String, password: String) -> String {
    "Basic " + Base64.encode(Array("\(username):\(password)".utf8))
  }
}
