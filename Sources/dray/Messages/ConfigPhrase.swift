import ArgumentParser
import ImageTransfer
import RegistryClient

/// What `dray config` says.
enum ConfigPhrase: Phrased, Sendable {
  case abstract, usage, details, json
  case image(String)
  case shortName(PullEndpoint.Provenance)
  case place(Int, AccessPlan.Place)
  case digestsOnly
  case noLogin
  case login(AccessPlan.Login)
  case inTheClear
  case perhapsInTheClear
  case unverified
  case noAuthorities
  case systemTrust([String])
  case authorities([String])
  case clientCertificate(String)
  case noProxy
  case proxy(Proxy)
  case headers([String])

  var phrase: Phrase {
    switch self {
    case .abstract:
      Phrase(
        "Show where an image would be asked for, and which setting says so.", chinese: "显示会从哪里获取镜像，以及依据哪些配置。")
    case .usage: Phrase("dray config <reference> [options]", chinese: "dray config <镜像> [选项]")
    case .details:
      Phrase(
        """
        Nothing is sent. Shown are the places in their order, and for each: who asks, which certificates are trusted, \
        which proxy leads there, and the file and the line that name it. Passwords are not shown.

        Looked at, the first that says something about the registry: registries.conf of podman and skopeo, hosts.toml \
        of containerd, daemon.json of docker.

        Example:
          dray config nginx:1.21.4

        The exit codes are those of dray pull.
        """,
        chinese: """
          不发送任何请求。按顺序显示各个来源，以及各自的登录身份、信任的证书、使用的代理，还有指定它的文件和行号。
          不显示密码。

          依次查看，以第一个提及该仓库的为准：podman 和 skopeo 的 registries.conf、containerd 的 hosts.toml、
          docker 的 daemon.json。

          示例：
            dray config nginx:1.21.4

          退出码与 dray pull 相同。
          """)
    case .json: Phrase("Print it as one JSON object.", chinese: "以一个 JSON 对象输出。")

    case .image(let name): Phrase("image: \(whole: name)", chinese: "镜像：\(whole: name)")
    case .shortName(let provenance):
      Phrase(
        "  the short name means this by \(provenance.phrase.english)",
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
    case .digestsOnly: Phrase("   asked by digest only", chinese: "   只按摘要获取")
    case .noLogin: Phrase("   login: none", chinese: "   登录：无")
    case .login(let login):
      if let username = login.username {
        Phrase(
          "   login: \(username), \(login.origin.phrase.english)",
          chinese: "   登录：\(username)，\(login.origin.phrase.chinese)")
      } else {
        Phrase("   login: a token \(login.origin.phrase.english)", chinese: "   登录：\(login.origin.phrase.chinese)的令牌")
      }
    case .inTheClear: Phrase("   plain HTTP", chinese: "   明文 HTTP")
    case .perhapsInTheClear:
      Phrase("   plain HTTP where there is no TLS", chinese: "   不支持 TLS 时使用明文 HTTP")
    case .unverified: Phrase("   trust: the certificate is not checked", chinese: "   信任：不校验证书")
    case .noAuthorities:
      Phrase("   trust: no certificates are installed on this machine", chinese: "   信任：本机没有安装任何证书")
    case .systemTrust(let files):
      Phrase(
        "   trust: what the system trusts, \(whole: files.joined(separator: ", "))",
        chinese: "   信任：系统信任的证书、\(whole: files.joined(separator: "、"))")
    case .authorities(let files):
      Phrase(
        "   trust: \(whole: files.joined(separator: ", "))", chinese: "   信任：\(whole: files.joined(separator: "、"))")
    case .clientCertificate(let path):
      Phrase("   own certificate: \(whole: path)", chinese: "   客户端证书：\(whole: path)")
    case .noProxy: Phrase("   proxy: none", chinese: "   代理：无")
    case .proxy(let proxy):
      Phrase(
        "   proxy: \(proxy)\(proxy.source.phrase.english)", chinese: "   代理：\(proxy)\(proxy.source.phrase.chinese)")
    case .headers(let names):
      Phrase(
        "   header fields: \(names.joined(separator: ", "))", chinese: "   附加的请求头：\(names.joined(separator: "、"))")
    }
  }
}

extension PullEndpoint.Provenance: Phrased {
  /// After "by".
  var phrase: Phrase {
    switch self {
    case .reference: Phrase("its own name", chinese: "镜像名")
    case .option(let name): Phrase("\(name)", chinese: "\(name)")
    case .file(let path, let line?): Phrase("\(whole: path):\(line)", chinese: "\(whole: path):\(line)")
    case .file(let path, nil): Phrase("\(whole: path)", chinese: "\(whole: path)")
    }
  }
}

extension ArgumentHelp {
  init(_ phrase: ConfigPhrase, valueName: String? = nil) {
    self.init(stringLiteral: phrase.text(Help.language))
    self.valueName = valueName
  }
}
