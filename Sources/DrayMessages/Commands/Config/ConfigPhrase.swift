import HTTPAccess
import ImageCopy
import ImageModel
import RegistryClient

/// What `dray config` says.
package enum ConfigPhrase: Phrased, Sendable {
  case image(String)
  case shortName(Provenance)
  case place(Int, AccessPlan.Place)
  case digestsOnly
  case noLogin
  case login(AccessPlan.Login)
  case inTheClear(Provenance?)
  case perhapsInTheClear(Provenance?)
  case unverified(Provenance?)
  case noAuthorities
  case systemTrust([TrustSummary.Place])
  case authorities([TrustSummary.Place])
  case clientCertificate(TrustSummary.Place)
  case way(ProxyRules.Way)
  case containerProxies(Provenance)
  case headers([String])

  package var phrase: Phrase {
    switch self {
    case .image(let name): Phrase("image: \(whole: name)", chinese: "镜像：\(whole: name)")
    case .shortName(let provenance):
      Phrase(
        "  short name resolved by \(provenance.phrase.english)",
        chinese: "  短名称的含义由 \(provenance.phrase.chinese) 决定")
    case .place(let number, let place):
      switch place.endpoint.role {
      case .mirror:
        Phrase(
          "\(number). mirror \(whole: place.address), by \(place.endpoint.provenance.phrase.english)",
          chinese: "\(number). 镜像站 \(whole: place.address)，依据 \(place.endpoint.provenance.phrase.chinese)")
      case .origin:
        Phrase(
          "\(number). origin \(whole: place.address), by \(place.endpoint.provenance.phrase.english)",
          chinese: "\(number). 源仓库 \(whole: place.address)，依据 \(place.endpoint.provenance.phrase.chinese)")
      }
    case .digestsOnly: Phrase("   used for digests only", chinese: "   只按摘要获取")
    case .noLogin: Phrase("   login: none", chinese: "   登录：无")
    case .login(let login):
      if let username = login.username {
        Phrase(
          "   login: \(username), \(Self.source(login).english)",
          chinese: "   登录：\(username)，\(Self.source(login).chinese)")
      } else {
        Phrase("   login: a token \(Self.source(login).english)", chinese: "   登录：\(Self.source(login).chinese)的令牌")
      }
    case .inTheClear(let source):
      Phrase("   plain HTTP\(Self.by(source).english)", chinese: "   明文 HTTP\(Self.by(source).chinese)")
    case .perhapsInTheClear(nil):
      Phrase(
        "   plain HTTP if TLS is not available (loopback address)",
        chinese: "   不支持 TLS 时使用明文 HTTP（本机回环地址）")
    case .perhapsInTheClear(let source):
      Phrase(
        "   plain HTTP if TLS is not available\(Self.by(source).english)",
        chinese: "   不支持 TLS 时使用明文 HTTP\(Self.by(source).chinese)")
    case .unverified(let source):
      Phrase(
        "   trust: the certificate is not checked\(Self.by(source).english)",
        chinese: "   信任：不校验证书\(Self.by(source).chinese)")
    case .noAuthorities:
      Phrase("   trust: no certificates are installed on this machine", chinese: "   信任：本机没有安装任何证书")
    case .systemTrust(let files):
      Phrase(
        "   trust: the certificates that the system trusts\(Self.list(files, startsWithMark: true).english)",
        chinese: "   信任：系统信任的证书\(Self.list(files, startsWithMark: true).chinese)")
    case .authorities(let files):
      Phrase("   trust: \(Self.list(files).english)", chinese: "   信任：\(Self.list(files).chinese)")
    case .clientCertificate(let file):
      Phrase("   client certificate: \(Self.list([file]).english)", chinese: "   客户端证书：\(Self.list([file]).chinese)")
    case .way(.direct): Phrase("   proxy: none", chinese: "   代理：无")
    case .way(.loopback):
      Phrase("   proxy: none, for the loopback address", chinese: "   代理：无（本机回环地址不经代理）")
    case .way(.excluded(let source)):
      Phrase("   proxy: none\(Self.by(source).english)", chinese: "   代理：无\(Self.by(source).chinese)")
    case .way(.proxy(let proxy)):
      Phrase(
        "   proxy: \(proxy)\(proxy.source.phrase.english)", chinese: "   代理：\(proxy)\(proxy.source.phrase.chinese)")
    case .containerProxies(let source):
      Phrase(
        "   the proxy in \(source.phrase.english) is what docker passes to containers; to pull through it: --proxy URL, or https_proxy",
        chinese: "   \(source.phrase.chinese) 中的代理由 docker 传给容器；如需经它拉取：--proxy URL，或 https_proxy")
    case .headers(let names):
      Phrase(
        "   header fields: \(names.joined(separator: ", "))", chinese: "   附加的请求头：\(names.joined(separator: "、"))")
    }
  }
}

extension ConfigPhrase {
  /// Behind what something says; nothing where nothing says it.
  private static func by(_ source: Provenance?) -> Phrase {
    source.map { Phrase(", by \($0.phrase.english)", chinese: "（依据 \($0.phrase.chinese)）") }
      ?? Phrase("", chinese: "")
  }

  /// Where a login comes from, with the line.
  private static func source(_ login: AccessPlan.Login) -> Phrase {
    if case .file(_, let key) = login.origin, case .file(_, _?)? = login.provenance, let place = login.provenance {
      return Phrase(
        "from \(place.phrase.english), entry '\(key)'", chinese: "\(place.phrase.chinese) 中 “\(key)” 条目")
    }
    let origin = login.origin.phrase
    guard case .helper = login.origin else { return origin }
    return Phrase(
      "\(origin.english)\(by(login.provenance).english)", chinese: "\(origin.chinese)\(by(login.provenance).chinese)")
  }

  /// Files, each with what names it.
  private static func list(_ files: [TrustSummary.Place], startsWithMark: Bool = false) -> Phrase {
    var (english, chinese): (MessageText, MessageText) = ("", "")
    for (index, file) in files.enumerated() {
      if index > 0 || startsWithMark { (english, chinese) = ("\(english), ", "\(chinese)、") }
      english = "\(english)\(whole: file.path)"
      chinese = "\(chinese)\(whole: file.path)"
      guard let source = file.provenance?.phrase else { continue }
      (english, chinese) = ("\(english) (by \(source.english))", "\(chinese)（依据 \(source.chinese)）")
    }
    return Phrase(english, chinese: chinese)
  }
}

extension Provenance: Phrased {
  /// After "by".
  package var phrase: Phrase {
    switch self {
    case .reference: Phrase("the image name", chinese: "镜像名")
    case .option(let name), .variable(let name): Phrase("\(name)", chinese: "\(name)")
    case .file(let path, let line?): Phrase("\(whole: path):\(line)", chinese: "\(whole: path):\(line)")
    case .file(let path, nil): Phrase("\(whole: path)", chinese: "\(whole: path)")
    }
  }
}
