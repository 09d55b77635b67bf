import HTTPAccess

/// How dray proves who asks, and whom it tells.
package struct AuthenticationSettings: Sendable {
  /// Hosts that may be told the registry's password when its challenge names them.
  package var trustedRealmHosts: Set<String> = []
  /// The token service to use, whatever the challenge names.
  package var realmOverride: AbsoluteURL?
  /// Sign in to Harbor's own session instead of its token service.
  package var usesHarborSession = false
  package var userAgent = "dray"
  /// How long it is remembered that a login was refused, or an image not given; nil for as long as there are requests.
  package var refusalLifetime: Duration?
  /// Seconds since 1970, for the dates that servers send.
  package var now: @Sendable () -> Int64

  package init(now: @escaping @Sendable () -> Int64) {
    self.now = now
  }
}
