import HTTPAccess
import RegistryClient

/// What the user can do about a limit of Docker Hub. It counts the pulls of an account, or of an address where nobody is
/// logged in, over a window of time; and beside that all requests of an address, whoever asks.
package enum DockerHubLimitPhrase: Phrased {
  /// Nobody was logged in. `hours`: after which it has lifted at the latest; nil where that is not said.
  case pullsOfAnybody(hours: Int64?)
  case pullsOfAccount(hours: Int64?)
  /// A login was sent, and an address was counted.
  case pullsOfAddress(String)
  case requests

  package init(_ answer: ServerAnswer?) {
    let limit = answer?.rateLimit
    let hours = limit.flatMap(RateLimitPhrase.init)?.hours
    let proved = answer?.requestProvedLogin == true
    self =
      if let answer, !Self.isAboutPulls(answer) {
        .requests
      } else if proved, let limit, let source = limit.source, limit.countsAddress {
        .pullsOfAddress(source)
      } else {
        proved ? .pullsOfAccount(hours: hours) : .pullsOfAnybody(hours: hours)
      }
  }

  /// The limit of pulls comes with its numbers or with words of its own, that of requests with neither.
  private static func isAboutPulls(_ answer: ServerAnswer) -> Bool {
    answer.rateLimit != nil
      || answer.words.contains { $0.hasPrefix("TOOMANYREQUESTS") || $0.lowercased().contains("pull rate limit") }
  }

  package var phrase: Phrase {
    switch self {
    case .pullsOfAnybody(let hours?):
      Phrase(
        "the limit resets within \(hours) h; a login raises it: dray login docker.io",
        chinese: "限额最迟 \(hours) 小时后恢复，登录后限额更高：dray login docker.io")
    case .pullsOfAnybody(nil):
      Phrase("a login raises the limit: dray login docker.io", chinese: "登录后限额更高：dray login docker.io")
    case .pullsOfAccount(let hours?):
      Phrase(
        "this is the limit of the account; it resets within \(hours) h; Docker's paid plans have none; or try --mirror HOST",
        chinese: "这是该账号自己的限额，最迟 \(hours) 小时后恢复；Docker 付费套餐没有此限额；也可尝试 --mirror 主机")
    case .pullsOfAccount(nil):
      Phrase(
        "this is the limit of the account; Docker's paid plans have none; or try --mirror HOST",
        chinese: "这是该账号自己的限额，Docker 付费套餐没有此限额；也可尝试 --mirror 主机")
    case .pullsOfAddress(let address):
      Phrase(
        "a login was sent, but pulls are counted by the address \(address), which others may share; try --mirror HOST",
        chinese: "虽已登录，仍按地址 \(address) 计数，与该地址后的所有人共用；可尝试 --mirror 主机")
    case .requests:
      Phrase(
        "this limits all requests from your address, with or without a login: wait a few minutes, or try --mirror HOST",
        chinese: "此限制针对本机地址的所有请求，与是否登录无关：请等几分钟，或尝试 --mirror 主机")
    }
  }
}
