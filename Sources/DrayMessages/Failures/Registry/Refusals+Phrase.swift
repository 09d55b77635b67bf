import HTTPAccess
import RegistryAuth
import RegistryClient

extension RedirectRefusal {
  package func phrase(from: String, to: String) -> Phrase {
    let (english, chinese) = reason
    return Phrase(
      "the redirect from \(from) to \(to) is not followed: \(english)",
      chinese: "不跟随从 \(from) 到 \(to) 的重定向：\(chinese)")
  }

  private var reason: (english: MessageText, chinese: MessageText) {
    switch self {
    case .tooMany(let limit): ("there are more than \(limit) redirects", "超过 \(limit) 次")
    case .loop: ("it leads to a loop", "形成循环")
    case .fromHTTPSToHTTP: ("it leads from HTTPS to plain HTTP", "从 HTTPS 转到了明文 HTTP")
    case .noLocation: ("it has no address", "没有目标地址")
    case .malformedLocation: ("its address is malformed", "目标地址无效")
    case .changesMethod: ("it would turn a write request into a read request", "会把写请求变成读请求")
    }
  }
}

extension RealmRefusal {
  package func phrase(realm: String) -> Phrase {
    switch self {
    case .malformed:
      Phrase("the address of the token service '\(realm)' is not a URL", chinese: "令牌服务 “\(realm)” 不是有效的网址")
    case .unencrypted:
      Phrase(
        "the registry uses HTTPS, but wants the password sent unencrypted to \(realm)",
        chinese: "仓库使用 HTTPS，却要求把密码以明文发到 \(realm)")
    case .privateAddress:
      Phrase(
        "the registry names a token service at a private address, \(realm), but is not at a private address itself",
        chinese: "仓库本身不在内网，却指定了内网地址的令牌服务 \(realm)")
    case .untrustedHost(let host):
      Phrase(
        "the registry wants the password sent to another host: \(host) (\(realm))",
        chinese: "仓库要求把密码交给另一台主机：\(host)（\(realm)）")
    case .redirect:
      Phrase(
        "the token service at \(realm) redirects to another address; the password is not sent there",
        chinese: "令牌服务 \(realm) 重定向到了别处，密码不会发往那里")
    }
  }
}

extension ListRefusal {
  package func phrase(host: String) -> Phrase {
    switch self {
    case .otherHost(let other):
      Phrase(
        "the list of \(host) continues at '\(other)', which is another host: it is not followed",
        chinese: "\(host) 的列表指向另一主机上的下一页 “\(other)”，不予跟随")
    case .tooManyPages(let limit):
      Phrase("the list of \(host) has more than \(limit) pages", chinese: "\(host) 的列表超过 \(limit) 页")
    case .tooManyEntries(let limit):
      Phrase("the list of \(host) has more than \(limit) entries", chinese: "\(host) 的列表超过 \(limit) 项")
    }
  }
}
