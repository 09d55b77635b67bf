import HTTPAccess
import ImageCopy
import RegistryClient

/// What `dray doctor` says of one finding.
package struct DoctorPhrase: Phrased {
  package let finding: DoctorFinding

  package init(finding: DoctorFinding) {
    self.finding = finding
  }

  package var phrase: Phrase {
    switch finding.detail {
    case .addresses(let host, let addresses):
      Phrase(
        "\(host) resolves to \(addresses.joined(separator: ", "))",
        chinese: "\(host) 的地址：\(addresses.joined(separator: "、"))")
    case .encrypted(let address, let name, let certificate):
      Self.certificate(certificate, after: Self.line(address: address, protocolName: name))
    case .plainHTTP(let host, let address?):
      Phrase("\(host) is accessed without encryption, at \(address)", chinese: "与 \(host)（\(address)）的通信未加密")
    case .plainHTTP(let host, nil):
      Phrase("\(host) is accessed without encryption", chinese: "与 \(host) 的通信未加密")
    case .offeredAuthority(let address, let fingerprint):
      Phrase(
        "the server offers its CA certificate at \(address), SHA-256 \(fingerprint.hexadecimal)",
        chinese: "服务器提供了其 CA 证书：\(address)，SHA-256 指纹 \(fingerprint.hexadecimal)")
    case .proxied(let host, let proxy):
      Phrase(
        "\(host) is reached through the proxy \(proxy.description)\(proxy.source.phrase.english), which resolves its name",
        chinese: "经代理 \(proxy.description)\(proxy.source.phrase.chinese) 访问 \(host)，由代理解析域名")
    case .containerProxy(let provenance):
      Phrase(
        "the proxy in \(provenance.phrase.english) is for containers: neither dray nor docker uses it for pulls",
        chinese: "\(provenance.phrase.chinese) 中的代理只供容器使用：dray 与 docker 拉取镜像都不经过它")
    case .mirror(let name, let provenance, let status, let schemes):
      Phrase(
        "the mirror \(name), by \(provenance.phrase.english), answers \(status)\(Self.wish(schemes).english)",
        chinese: "镜像站 \(name)（依据 \(provenance.phrase.chinese)）应答 \(status)\(Self.wish(schemes).chinese)")
    case .mirrorFailed(let name, let provenance, let error):
      Phrase(
        "the mirror \(name), by \(provenance.phrase.english), cannot be used: \(FailureReport(error).summary.english)",
        chinese: "镜像站 \(name)（依据 \(provenance.phrase.chinese)）不可用：\(FailureReport(error).summary.chinese)")
    case .greeting(let status, let schemes):
      if schemes.isEmpty {
        Phrase("/v2/ answers \(status): no login is required", chinese: "/v2/ 应答 \(status)：无需登录")
      } else {
        Phrase(
          "/v2/ answers \(status) and requires \(schemes.joined(separator: ", "))",
          chinese: "/v2/ 应答 \(status)，要求 \(schemes.joined(separator: "、")) 认证")
      }
    case .realm(let realm): Phrase("the token service \(realm) answers", chinese: "令牌服务 \(realm) 可达")
    case .login(.proven?, let origin):
      Phrase(
        "the login \(origin?.phrase.english ?? "") is accepted",
        chinese: "\(origin?.phrase.chinese ?? "")的登录有效")
    case .login(.notAsked?, _):
      Phrase(
        "there is a login, but the registry requires none and did not verify it",
        chinese: "已有登录信息，但该仓库无需登录，无法验证")
    case .login(nil, _): Phrase("there is no login for this registry", chinese: "没有该仓库的登录信息")
    case .clock(0):
      Phrase("the server's clock agrees with this machine's", chinese: "服务器时钟与本机一致")
    case .clock(let ahead) where ahead < 0:
      Phrase(
        "the server's clock is \(-ahead) s behind this machine's", chinese: "服务器时钟比本机慢 \(-ahead) 秒")
    case .clock(let ahead):
      Phrase(
        "the server's clock is \(ahead) s ahead of this machine's", chinese: "服务器时钟比本机快 \(ahead) 秒")
    case .pulls(let limit, let mirror?):
      Phrase(
        "the mirror \(mirror): \(Self.pulls(limit).english)", chinese: "镜像站 \(mirror)：\(Self.pulls(limit).chinese)")
    case .pulls(let limit, nil): Self.pulls(limit)
    case .failed(let error): FailureReport(error).summary
    }
  }

  private static func pulls(_ limit: RateLimit) -> Phrase {
    if let whole = RateLimitPhrase(limit) { return whole.phrase }
    if let left = limit.remaining { return Phrase("\(left) pulls left", chinese: "剩余 \(left) 次拉取") }
    return Phrase("the registry limits pulls", chinese: "该仓库限制拉取次数")
  }

  /// Before what is said of the certificate: the line itself.
  private static func line(address: String?, protocolName: String?) -> Phrase {
    switch (protocolName, address) {
    case (let name?, let address?): Phrase("\(name) with \(address); ", chinese: "与 \(address) 使用 \(name)；")
    case (let name?, nil): Phrase("\(name); ", chinese: "\(name)；")
    case (nil, _): Phrase("", chinese: "")
    }
  }

  private static func certificate(_ certificate: ServerCertificate, after line: Phrase) -> Phrase {
    let (end, issuer) = (LocalTime(seconds: certificate.notAfter), certificate.issuer ?? "-")
    return Phrase(
      "\(line.english)the certificate is valid until \(end); issued by '\(issuer)'",
      chinese: "\(line.chinese)证书有效期至 \(end)，签发者为 “\(issuer)”")
  }

  /// After the status of an answer.
  private static func wish(_ schemes: [String]) -> Phrase {
    schemes.isEmpty
      ? Phrase("", chinese: "")
      : Phrase(
        " and requires \(schemes.joined(separator: ", "))", chinese: "，要求 \(schemes.joined(separator: "、")) 认证")
  }

  /// What to do; nil where nothing needs doing.
  package var hint: Phrase? {
    switch finding.detail {
    case .failed(let error), .mirrorFailed(_, _, let error): FailureReport(error).hint
    case .offeredAuthority(let address, _):
      Phrase(
        "compare the fingerprint with the administrator's; then run: curl -ko registry-ca.crt \(whole: ShellWord.quoted(address)), and use --ca-cert registry-ca.crt",
        chinese:
          "请与管理员核对指纹，然后运行：curl -ko registry-ca.crt \(whole: ShellWord.quoted(address))，并为 dray 加上 --ca-cert registry-ca.crt"
      )
    case .containerProxy:
      Phrase(
        "to reach the registry through it: --proxy URL, or the variable https_proxy",
        chinese: "如需经该代理访问仓库：--proxy URL，或设置环境变量 https_proxy")
    case .clock where finding.verdict == .warning:
      Phrase("correct this machine's clock: tokens and certificates depend on it", chinese: "请校准本机时钟：令牌和证书都依赖时间")
    case .encrypted where finding.verdict == .warning:
      Phrase("the administrator should renew it soon", chinese: "请管理员尽快更新证书")
    default: nil
    }
  }
}

/// The marks before the lines.
package enum DoctorMark: Phrased, CaseIterable {
  case ok, warning, failure

  package init(_ verdict: DoctorFinding.Verdict) {
    self =
      switch verdict {
      case .ok: .ok
      case .warning: .warning
      case .failure: .failure
      }
  }

  package var phrase: Phrase {
    switch self {
    case .ok: Phrase("ok  ", chinese: "正常")
    case .warning: Phrase("warn", chinese: "注意")
    case .failure: Phrase("fail", chinese: "失败")
    }
  }
}
