import HTTPAccess
import RegistryClient

extension ProxyFailure: Phrased {
  package var phrase: Phrase {
    let name = proxy.map { Phrase("the proxy \($0)", chinese: "代理 \($0)") } ?? Phrase("a proxy", chinese: "代理")
    let origin = source.map(\.phrase) ?? Phrase("", chinese: "")
    return switch reason {
    case .malformed:
      Phrase(
        "the address of a proxy\(origin.english) is invalid, or of an unsupported type",
        chinese: "代理地址\(origin.chinese)无法识别，或属于不支持的类型")
    case .unreachable(let obstacle):
      Phrase(
        "no connection to \(name.english)\(origin.english): \(obstacle.phrase.english)",
        chinese: "无法连接\(name.chinese)\(origin.chinese)：\(obstacle.phrase.chinese)")
    case .nameLookupFailed(let detail, let servers):
      Phrase(
        "no connection to \(name.english)\(origin.english): its name could not be resolved: \(NameServerPhrase.cause(detail, servers).english)",
        chinese: "无法连接\(name.chinese)\(origin.chinese)：无法解析其域名：\(NameServerPhrase.cause(detail, servers).chinese)")
    case .loginRequired:
      Phrase(
        "\(name.english)\(origin.english) requires a login to connect to \(host)",
        chinese: "\(name.chinese)\(origin.chinese)要求登录，才能访问 \(host)")
    case .loginRefused:
      Phrase(
        "\(name.english)\(origin.english) rejects the user name or the password in its address",
        chinese: "\(name.chinese)\(origin.chinese)不接受其地址中的用户名或密码")
    case .loginUnsupported(let schemes):
      Phrase(
        "\(name.english)\(origin.english) requires an unsupported login method: \(schemes)",
        chinese: "\(name.chinese)\(origin.chinese)要求的登录方式不受支持：\(schemes)")
    case .refused(let status):
      Phrase(
        "\(name.english)\(origin.english) refuses to connect to \(host): HTTP \(status)",
        chinese: "\(name.chinese)\(origin.chinese)不允许访问 \(host)：HTTP \(status)")
    case .gateway(let status):
      Phrase(
        "\(name.english)\(origin.english) cannot reach \(host): HTTP \(status)",
        chinese: "\(name.chinese)\(origin.chinese)无法连接 \(host)：HTTP \(status)")
    case .socks(let code):
      Phrase(
        "\(name.english)\(origin.english) cannot connect to \(host): \(Self.words(code).english)",
        chinese: "\(name.chinese)\(origin.chinese)无法连接 \(host)：\(Self.words(code).chinese)")
    case .noAnswer(let seconds):
      Phrase(
        "\(name.english)\(origin.english) did not connect to \(host) within \(seconds) s",
        chinese: "\(name.chinese)\(origin.chinese)在 \(seconds) 秒内没有连通 \(host)")
    case .lost:
      Phrase(
        "\(name.english)\(origin.english) closed the connection before connecting to \(host)",
        chinese: "\(name.chinese)\(origin.chinese)在连通 \(host) 之前断开了连接")
    case .tls(let failure):
      Phrase(
        "no TLS connection to \(name.english)\(origin.english): \(failure.phrase(host: proxy ?? "").english)",
        chinese: "无法与\(name.chinese)\(origin.chinese)建立 TLS 连接：\(failure.phrase(host: proxy ?? "").chinese)")
    case .notProxy:
      Phrase(
        "\(name.english)\(origin.english) does not answer like such a proxy",
        chinese: "\(name.chinese)\(origin.chinese)的应答不是该类代理的应答")
    }
  }

  package var hint: Phrase? {
    switch reason {
    case .loginRequired where proxy == nil:
      Phrase("specify the proxy: --proxy URL", chinese: "请指定代理：--proxy 网址")
    case .loginRequired:
      Phrase(
        "put user name and password into the proxy's address, percent-encoded: https_proxy=http://USER:PASSWORD@HOST:PORT",
        chinese: "请把用户名和密码（百分号编码）写进代理地址：https_proxy=http://用户名:密码@主机:端口")
    case .loginRefused:
      Phrase(
        "check user name and password; '@', ':' and '/' in them are written %40, %3A and %2F",
        chinese: "请检查用户名和密码；其中的 “@”“:”“/” 要写成 %40、%3A、%2F")
    case .loginUnsupported:
      Phrase(
        "use a local proxy that supports this login method, such as px or cntlm", chinese: "可在本机使用支持该登录方式的代理，如 px、cntlm"
      )
    case .malformed:
      Phrase(
        "http://, https:// or socks5://, then [USER:PASSWORD@]HOST[:PORT]",
        chinese: "格式为 http://、https:// 或 socks5://，后接 [用户名:密码@]主机[:端口]")
    case .tls(.untrusted):
      Phrase("trust its CA with --ca-cert FILE", chinese: "用 --ca-cert 文件 信任签发其证书的机构")
    case .tls(.wrongHost):
      Phrase("use one of these names for the proxy", chinese: "请用证书中的域名访问代理")
    case .tls(.notTLS):
      Phrase("if it uses plain HTTP, its address begins with http://", chinese: "若代理使用明文 HTTP，地址应为 http://")
    case .tls: nil
    case .unreachable, .nameLookupFailed, .refused, .gateway, .socks, .noAnswer, .lost, .notProxy:
      Phrase(
        "to connect without the proxy: --proxy none, or list the host in NO_PROXY",
        chinese: "如需直连：--proxy none，或把主机写入 NO_PROXY")
    }
  }

  /// RFC 1928 §6.
  private static func words(_ code: UInt8) -> Phrase {
    switch code {
    case 1: Phrase("it failed", chinese: "代理出错")
    case 2: Phrase("its rules do not allow it", chinese: "代理规则禁止")
    case 3: Phrase("the network is unreachable", chinese: "网络不可达")
    case 4: Phrase("the host is unreachable", chinese: "主机不可达")
    case 5: Phrase("the host refused the connection", chinese: "主机拒绝连接")
    case 6: Phrase("too many hops", chinese: "跳数过多")
    case 7: Phrase("it does not support the request", chinese: "不支持该请求")
    case 8: Phrase("it does not support this type of address", chinese: "不支持该地址类型")
    default: Phrase("SOCKS code \(code)", chinese: "SOCKS 代码 \(code)")
    }
  }
}

extension ProxyFailure.Obstacle: Phrased {
  package var phrase: Phrase {
    switch self {
    case .nameNotFound: Phrase("its name was not found", chinese: "找不到其域名")
    case .nameWithoutAddress: Phrase("its name has no address", chinese: "其域名没有地址")
    case .nameLookupFailed(let detail):
      Phrase("its name could not be resolved: \(detail)", chinese: "无法解析其域名：\(detail)")
    case .refused: Phrase("connection refused", chinese: "连接被拒绝")
    case .timeout: Phrase("it does not answer", chinese: "没有响应")
    case .lost: Phrase("the connection was lost", chinese: "连接中断")
    case .failed(let detail): Phrase("\(detail)", chinese: "\(detail)")
    }
  }
}

extension Proxy.Source: Phrased {
  /// After the name of a proxy.
  package var phrase: Phrase {
    switch self {
    case .commandLine: Phrase(" (from --proxy)", chinese: "（来自 --proxy）")
    case .environment(let variable): Phrase(" (from \(variable))", chinese: "（来自 \(variable)）")
    }
  }
}
