/// How clients write a server's address.
enum ServerURL {
  /// `host:port`, an IPv6 address in brackets.
  static func authority(_ host: String, _ port: Int) -> String {
    "\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }
}
