import HTTPAccess
import RegistryClient

/// What is said of name servers that gave no answer.
package enum NameServerPhrase {
  /// After "could not be looked up:". What the system said stands where no name server is to blame now.
  ///
  /// - Parameter detail: in the system's words.
  package static func cause(_ detail: String, _ servers: [NameServerFinding]) -> Phrase {
    let isNobody = servers.allSatisfy { $0.answer == .answered }
    let phrases = (isNobody ? [Phrase("\(detail)", chinese: "\(detail)")] : []) + servers.map(\.phrase)
    return phrases.dropFirst().reduce(phrases[0]) { whole, next in
      Phrase("\(whole.english); \(next.english)", chinese: "\(whole.chinese)；\(next.chinese)")
    }
  }

  package static let hint = Phrase(
    "the name servers are configured in /etc/resolv.conf; to bypass them, specify the address: --resolve HOST=ADDRESS",
    chinese: "本机的域名服务器写在 /etc/resolv.conf 中；如需绕过，可直接指定地址：--resolve 主机=地址")
}

extension NameServerFinding: Phrased {
  package var phrase: Phrase {
    let server = address
    return switch answer {
    case .answered: Phrase("the name server \(server) answers now", chinese: "域名服务器 \(server) 现在有应答")
    case .failed(code: 2):
      Phrase(
        "the name server \(server) reported a failure (SERVFAIL)", chinese: "域名服务器 \(server) 应答称解析失败（SERVFAIL）")
    case .failed(code: 5):
      Phrase("the name server \(server) refused to answer (REFUSED)", chinese: "域名服务器 \(server) 拒绝应答（REFUSED）")
    case .failed(let code):
      Phrase("the name server \(server) answered with the error \(code)", chinese: "域名服务器 \(server) 应答错误代码 \(code)")
    case .silent(let seconds):
      Phrase(
        "the name server \(server) did not answer within \(seconds) s", chinese: "域名服务器 \(server) 在 \(seconds) 秒内没有应答")
    case .unreachable(let detail):
      Phrase("the name server \(server) cannot be reached: \(detail)", chinese: "无法访问域名服务器 \(server)：\(detail)")
    case .malformed:
      Phrase(
        "the answer of the name server \(server) does not match the question", chinese: "域名服务器 \(server) 发来的不是对该询问的应答")
    }
  }
}
