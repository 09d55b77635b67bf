import HTTPAccess
import RegistryClient

/// How many pulls a registry allows and has left.
package struct RateLimitPhrase: Phrased {
  package let pulls: Int64
  package let left: Int64
  /// In whole hours, as the registries that are known count; nil where it is not said or something else.
  package let hours: Int64?

  package var phrase: Phrase {
    guard let hours else { return Phrase("\(pulls) pulls, \(left) left", chinese: "共 \(pulls) 次拉取，剩余 \(left) 次") }
    return Phrase(
      "\(pulls) pulls in \(hours) h, \(left) left", chinese: "每 \(hours) 小时 \(pulls) 次拉取，剩余 \(left) 次")
  }
}

extension RateLimitPhrase {
  /// nil where the registry does not say both how many it allows and how many are left.
  package init?(_ limit: RateLimit) {
    guard let pulls = limit.limit, let left = limit.remaining else { return nil }
    let hours = limit.window.flatMap { $0 > 0 && $0 % 3600 == 0 ? $0 / 3600 : nil }
    self.init(pulls: pulls, left: left, hours: hours)
  }
}
