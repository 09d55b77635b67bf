import ImageTransfer
import RegistryClient

/// What `dray doctor` says of one finding.
struct DoctorPhrase: Phrased {
  let finding: DoctorFinding

  var phrase: Phrase {
    switch finding.detail {
    case .addresses(let host, let addresses):
      Phrase(
        "\(host) has the addresses \(addresses.joined(separator: ", "))",
        chinese: "\(host) 的地址：\(addresses.joined(separator: "、"))")
    case .certificate(let issuer, let notAfter):
      Phrase(
        "the certificate is good until \(LocalTime(seconds: notAfter)); its issuer is '\(issuer ?? "-")'",
        chinese: "证书有效期至 \(LocalTime(seconds: notAfter))，签发者为 “\(issuer ?? "-")”")
    case .plainHTTP(let host):
      Phrase("\(host) is spoken to without encryption", chinese: "与 \(host) 的通信未加密")
    case .offeredAuthority(let address, let fingerprint):
      Phrase(
        "the server offers its authority at \(address), SHA-256 \(fingerprint.hexadecimal)",
        chinese: "服务器提供了其 CA 证书：\(address)，SHA-256 指纹 \(fingerprint.hexadecimal)")
    case .proxied(let host):
      Phrase("\(host) is reached through a proxy, which looks up its name", chinese: "经代理访问 \(host)，由代理解析域名")
    case .greeting(let status, let schemes):
      if schemes.isEmpty {
        Phrase("/v2/ answers \(status): everybody may ask", chinese: "/v2/ 应答 \(status)：无需登录")
      } else {
        Phrase(
          "/v2/ answers \(status) and asks for \(schemes.joined(separator: ", "))",
          chinese: "/v2/ 应答 \(status)，要求 \(schemes.joined(separator: "、")) 认证")
      }
    case .realm(let realm): Phrase("the token service \(realm) answers", chinese: "令牌服务 \(realm) 可达")
    case .login(.proven?, let origin):
      Phrase(
        "the login \(origin?.phrase.english ?? "") is accepted",
        chinese: "\(origin?.phrase.chinese ?? "") 的登录有效")
    case .login(.notAsked?, _):
      Phrase(
        "there is a login, and the registry lets everybody in: it proves nothing",
        chinese: "已有登录信息，但该仓库无需登录，无法验证")
    case .login(nil, _): Phrase("there is no login for this registry", chinese: "没有该仓库的登录信息")
    case .clock(let ahead):
      Phrase(
        "the server's clock is \(ahead) s ahead of this machine's", chinese: "服务器时钟比本机快 \(ahead) 秒")
    case .pulls(let limit):
      RateLimitPhrase(limit)?.phrase ?? Phrase("the registry counts pulls", chinese: "该仓库限制拉取次数")
    case .failed(let error): FailureReport(error).summary
    }
  }

  /// What to do; nil where nothing needs doing.
  var hint: Phrase? {
    switch finding.detail {
    case .failed(let error): FailureReport(error).hint
    case .offeredAuthority(let address, _):
      Phrase(
        "compare the fingerprint with the administrator's; then: curl -ko registry-ca.crt \(whole: ShellWord.quoted(address)), and give dray --ca-cert registry-ca.crt",
        chinese:
          "请与管理员核对指纹，然后运行：curl -ko registry-ca.crt \(whole: ShellWord.quoted(address))，并为 dray 加上 --ca-cert registry-ca.crt"
      )
    case .clock where finding.verdict == .warning:
      Phrase("set this machine's clock: tokens and certificates are counted by it", chinese: "请校准本机时钟：令牌和证书都依赖时间")
    case .certificate where finding.verdict == .warning:
      Phrase("the administrator should renew it soon", chinese: "请管理员尽快更新证书")
    default: nil
    }
  }
}

/// The marks before the lines.
enum DoctorMark: Phrased, CaseIterable {
  case ok, warning, failure

  init(_ verdict: DoctorFinding.Verdict) {
    self =
      switch verdict {
      case .ok: .ok
      case .warning: .warning
      case .failure: .failure
      }
  }

  var phrase: Phrase {
    switch self {
    case .ok: Phrase("ok  ", chinese: "正常")
    case .warning: Phrase("warn", chinese: "注意")
    case .failure: Phrase("fail", chinese: "失败")
    }
  }
}
