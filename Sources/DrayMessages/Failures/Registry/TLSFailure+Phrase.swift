import HTTPAccess
import RegistryClient

extension TLSFailure {
  package func phrase(host: String) -> Phrase {
    switch self {
    case .expired(let notAfter):
      Phrase(
        "the certificate of \(host) expired on \(LocalTime(seconds: notAfter))",
        chinese: "\(host) 的证书已于 \(LocalTime(seconds: notAfter)) 过期")
    case .notYetValid(let notBefore):
      Phrase(
        "the certificate of \(host) is valid only from \(LocalTime(seconds: notBefore)) on",
        chinese: "\(host) 的证书要到 \(LocalTime(seconds: notBefore)) 才生效")
    case .wrongHost(let names):
      Phrase(
        "the certificate of \(host) is for other names: \(names.joined(separator: ", "))",
        chinese: "\(host) 的证书属于其他域名：\(names.joined(separator: "、"))")
    case .namesNoHost(let name?, _):
      Phrase(
        "the certificate of \(host) names no host: it has only a common name (\(name))",
        chinese: "\(host) 的证书没有写明主机：只有通用名称（\(name)），没有 subjectAltName")
    case .namesNoHost(nil, _):
      Phrase(
        "the certificate of \(host) names no host", chinese: "\(host) 的证书没有写明主机（没有 subjectAltName）")
    case .unknownAuthority(let issuer):
      Phrase(
        "the certificate of \(host) was issued by '\(issuer)', which is not trusted here",
        chinese: "\(host) 的证书由 “\(issuer)” 签发，本机不信任该机构")
    case .selfSigned(let subject):
      Phrase(
        "the certificate of \(host) is signed by itself: '\(subject)'", chinese: "\(host) 使用自签名证书：“\(subject)”")
    case .nameNotPermitted(let name, let authority):
      Phrase(
        "the certificate of \(host) was issued by '\(authority)', which may not vouch for the name '\(name)' in it",
        chinese: "\(host) 的证书由 “\(authority)” 签发，但按其名称约束，该机构无权为证书中的域名 “\(name)” 担保")
    case .addressesConstrained(let authority):
      Phrase(
        """
        the certificate of \(host) names addresses, and '\(authority)', which issued it, may vouch only for some of them: \
        dray cannot check that
        """,
        chinese: "\(host) 的证书中有 IP 地址，而签发机构 “\(authority)” 的名称约束限制了 IP 地址：dray 无法核对这种约束")
    case .oldProtocol:
      Phrase("\(host) supports no TLS version newer than 1.1", chinese: "\(host) 只支持 TLS 1.1 及更早的版本")
    case .notTLS:
      Phrase("\(host) does not use TLS on this port", chinese: "\(host) 的这个端口不支持 TLS")
    case .unwanted:
      Phrase(
        "\(host) speaks TLS, and was asked in plain HTTP", chinese: "\(host) 使用 TLS，而请求是以明文 HTTP 发出的")
    case .untrusted:
      Phrase("the certificate of \(host) is not trusted here", chinese: "本机不信任 \(host) 的证书")
    case .alert(let name):
      Phrase(
        "no TLS connection to \(host): it ended the handshake with the alert '\(name)'",
        chinese: "无法与 \(host) 建立 TLS 连接：对方以警报 “\(name)” 中止了握手")
    case .handshake(let code):
      Phrase(
        "no TLS connection to \(host): the handshake failed\(code.map { " (\($0))" } ?? "")",
        chinese: "无法与 \(host) 建立 TLS 连接：握手失败\(code.map { "（\($0)）" } ?? "")")
    case .unreadableAuthority(let path):
      Phrase(
        "'\(whole: path)' cannot be read as certificates, neither PEM nor DER",
        chinese: "无法将 “\(whole: path)” 作为证书读取：既不是 PEM，也不是 DER")
    case .noCertificate(let path):
      Phrase("there is no certificate in '\(whole: path)'", chinese: "“\(whole: path)” 中没有证书")
    case .fileNotRead(let path, let number):
      Phrase(
        "'\(whole: path)' cannot be read: \(SystemError(number))",
        chinese: "无法读取 “\(whole: path)”：\(SystemError(number))")
    case .unreadableKey(let path):
      Phrase(
        "the key of the client certificate, '\(whole: path)', cannot be read as PEM",
        chinese: "无法将客户端证书的私钥 “\(whole: path)” 作为 PEM 读取")
    case .clientCertificate:
      Phrase(
        "\(host) requires a client certificate; there is none for it here, or not the right one",
        chinese: "\(host) 要求客户端证书，本机没有，或不是它要的")
    }
  }

  /// - Parameter host: as the failure names it, scheme included.
  package func hint(host: String) -> Phrase? {
    let place = host.hasPrefix("https://") ? String(host.dropFirst("https://".count)) : host
    return switch self {
    case .expired, .notYetValid:
      Phrase(
        "check this machine's clock; otherwise the registry's administrator must renew the certificate",
        chinese: "请检查本机时间；若时间无误，需由仓库管理员更新证书")
    case .wrongHost:
      Phrase("use one of these names for the registry", chinese: "请用证书中的域名访问仓库")
    case .namesNoHost(_, isSelfSigned: true):
      Phrase(
        "create one with subjectAltName: openssl req -x509 … -addext subjectAltName=DNS:NAME (or IP:ADDRESS)",
        chinese: "请重新生成带 subjectAltName 的证书：openssl req -x509 … -addext subjectAltName=DNS:域名（或 IP:地址）")
    case .namesNoHost(_, isSelfSigned: false):
      Phrase(
        "the registry's administrator must get a new one with the name in subjectAltName",
        chinese: "需由仓库管理员重新签发证书，并把域名写入 subjectAltName")
    case .unknownAuthority, .selfSigned, .untrusted:
      Phrase(
        """
        trust it with --ca-cert FILE, or put its certificate into \(whole: "~/.config/containers/certs.d/\(place)/ca.crt"); \
        unsafe: --insecure-skip-tls-verify
        """,
        chinese: """
          用 --ca-cert 文件 信任它，或把其证书放到 \(whole: "~/.config/containers/certs.d/\(place)/ca.crt")；\
          不安全的做法：--insecure-skip-tls-verify
          """)
    case .nameNotPermitted:
      Phrase(
        "trusting it does not help: its administrator must have it issued without that name, or by an authority that may",
        chinese: "信任它也没有用：需由其管理员重新签发一张不含该域名的证书，或改由有权的机构签发")
    case .addressesConstrained:
      Phrase(
        "its administrator must have it issued for names alone, or by an authority without constraints on addresses",
        chinese: "需由其管理员重新签发一张只含域名的证书，或改由不限制 IP 地址的机构签发")
    case .clientCertificate, .unreadableKey:
      Phrase(
        "put them into \(whole: "~/.config/containers/certs.d/\(place)/"): client.cert and client.key, PEM",
        chinese: "请把它们（PEM）放到 \(whole: "~/.config/containers/certs.d/\(place)/")：client.cert 和 client.key")
    case .oldProtocol:
      Phrase("the registry's administrator must allow TLS 1.2", chinese: "需由仓库管理员启用 TLS 1.2")
    case .notTLS:
      Phrase(
        "check the port, or, if the registry uses plain HTTP: --plain-http",
        chinese: "请检查端口；若仓库使用明文 HTTP，请加 --plain-http")
    case .unwanted:
      Phrase(
        "leave out --plain-http; in a configuration file or with --mirror write https:// for http://",
        chinese: "请去掉 --plain-http；配置文件或 --mirror 中请把 http:// 改为 https://")
    case .alert, .handshake, .unreadableAuthority, .noCertificate, .fileNotRead: nil
    }
  }
}
