import ImageModel
import RegistryClient

extension RegistryError: ExplainedError {
  package var phrase: Phrase {
    let phrase = reason.phrase
    guard tries > 1 else { return phrase }
    return Phrase(
      "\(phrase.english) (tried \(tries) times)", chinese: "\(phrase.chinese)（已尝试 \(tries) 次）")
  }

  /// A request fails for the same reasons whatever it is about.
  package var namesImage: Bool { false }

  package var hint: Phrase? { limitHint ?? deniedHint ?? reason.hint }

  package var failedRequest: RequestSummary? { request }

  package var serverAnswer: ServerAnswer? { answer }
}

extension RegistryError.Reason: Phrased {
  package var phrase: Phrase {
    switch self {
    // The line to the server
    case .nameNotFound(let host):
      Phrase("there is no host '\(host)': the name was not found", chinese: "找不到主机 “\(host)”：域名不存在")
    case .nameWithoutAddress(let host):
      Phrase(
        "the host '\(host)' has no address: its name is there, and no A or AAAA record belongs to it",
        chinese: "主机 “\(host)” 没有地址：域名存在，但没有 A 或 AAAA 记录")
    case .nameLookupFailed(let host, let detail, let servers):
      Phrase(
        "the name '\(host)' could not be looked up: \(NameServerPhrase.cause(detail, servers).english)",
        chinese: "无法解析域名 “\(host)”：\(NameServerPhrase.cause(detail, servers).chinese)")
    case .connectionRefused(let host):
      Phrase("\(host) refused the connection", chinese: "\(host) 拒绝连接")
    case .connectionFailed(let host, let detail):
      Phrase("no connection to \(host): \(detail)", chinese: "无法连接 \(host)：\(detail)")
    case .connectTimeout(let host):
      Phrase("no connection to \(host): it does not answer", chinese: "无法连接 \(host)：没有响应")
    case .tooManyOpenFiles:
      Phrase("no further connection: too many files are open", chinese: "无法再建立连接：打开的文件过多")
    case .connectionLost(let host):
      Phrase("the connection to \(host) was lost", chinese: "与 \(host) 的连接中断")
    case .stalled(let host, let seconds):
      Phrase("no answer from \(host) in \(seconds) s", chinese: "\(host) 在 \(seconds) 秒内没有应答")
    case .malformedResponse(let host, let detail):
      Phrase("\(host) does not speak proper HTTP: \(detail)", chinese: "\(host) 的应答不是合法的 HTTP：\(detail)")
    case .noCommonProtocol(let host):
      Phrase(
        "\(host) accepts no HTTP/1.1, only another version such as HTTP/2, and dray speaks HTTP/1.1",
        chinese: "\(host) 不接受 HTTP/1.1，只接受 HTTP/2 等其他版本，而 dray 使用 HTTP/1.1")
    case .webPage(let host):
      Phrase(
        "a web page answered at \(host), not a registry (captive portal or proxy?)",
        chinese: "\(host) 返回的是网页，而不是仓库的应答（可能是上网认证页面或代理）")
    case .serverFailure(let status, _):
      Phrase("the server failed with HTTP \(status)", chinese: "服务器出错，HTTP \(status)")
    case .unexpectedStatus(let status):
      Phrase("the server answered with HTTP \(status), which makes no sense here", chinese: "服务器返回了意外的 HTTP \(status)")
    case .storageRefused(let host, let status):
      Phrase(
        "the registry's storage at \(host) refuses every address that the registry gives, with HTTP \(status)",
        chinese: "仓库的存储 \(host) 拒绝了仓库给出的所有下载地址，HTTP \(status)")
    case .storageUnreachable(let storage, let reason):
      Phrase(
        "the registry keeps its layers at \(storage), and that cannot be reached from here: \(reason.phrase.english)",
        chinese: "仓库的数据存放在 \(storage)，本机无法访问：\(reason.phrase.chinese)")
    case .wrongRange(let host, let detail):
      Phrase(
        "\(host) sent another part of the blob than the one asked for: \(detail)",
        chinese: "\(host) 返回的不是请求的那一段：\(detail)")
    case .proxy(let failure): failure.phrase

    // Who may have what
    case .rateLimited(let host, let until?):
      Phrase(
        "\(host) asks to come back after \(LocalTime(seconds: until))",
        chinese: "\(host) 限流，请在 \(LocalTime(seconds: until)) 之后重试")
    case .rateLimited(let host, nil):
      Phrase("\(host) asks to slow down, and does not say until when", chinese: "\(host) 限流，未说明何时解除")
    case .outOfPatience(let host, let seconds):
      Phrase(
        "\(host) asked to wait again and again, for \(seconds) s in all, and sent nothing",
        chinese: "\(host) 一再限流，共等待 \(seconds) 秒，仍未返回任何数据")
    case .loginRequired(let host, let searched) where searched.isEmpty:
      Phrase("\(host) wants a login", chinese: "\(host) 需要登录")
    case .loginRequired(let host, let searched):
      Phrase(
        "\(host) wants a login, and there is none for it in \(CredentialPlace.list(searched))",
        chinese: "\(host) 需要登录，而 \(CredentialPlace.list(searched)) 中没有它的密码")
    case .credentialsRefused(let host, let origin):
      Phrase(
        "\(host) refuses the user name or the password \(origin.phrase.english)",
        chinese: "\(host) 不接受\(origin.phrase.chinese)的用户名或密码")
    case .noSessionForRobots(let host, let origin):
      Phrase(
        "a robot's account cannot sign in to \(host) as the web page does (--harbor-session, user name \(origin.phrase.english))",
        chinese: "机器人账号不能像网页那样登录 \(host)（--harbor-session，用户名在\(origin.phrase.chinese)）")
    case .accessDenied(let host, let origin?):
      Phrase(
        "\(host) does not let this user have the image (password \(origin.phrase.english))",
        chinese: "\(host) 不允许该用户访问此镜像（密码在\(origin.phrase.chinese)）")
    case .accessDenied(let host, nil):
      Phrase(
        "\(host) does not let everybody have the image, or has no such image",
        chinese: "\(host) 不允许匿名访问此镜像，或者没有此镜像")
    case .forbidden(let status):
      Phrase("the registry will not serve this: HTTP \(status)", chinese: "仓库拒绝提供此内容：HTTP \(status)")
    case .unknownChallenge(let host):
      Phrase("\(host) wants a login of a kind that dray does not know", chinese: "\(host) 要求的登录方式不受支持")
    case .malformedToken(let host, let detail):
      Phrase(
        "the token service of \(host) gave no usable token: \(detail)", chinese: "\(host) 的令牌服务没有给出可用的令牌：\(detail)")
    case .realmUnreachable(let realm, let reason):
      Phrase(
        "the registry's token service at \(realm) cannot be reached: \(reason.phrase.english)",
        chinese: "无法访问仓库的令牌服务 \(realm)：\(reason.phrase.chinese)")
    case .realmRefused(let realm, let refusal): refusal.phrase(realm: realm)
    case .listNotOffered(let host):
      Phrase(
        "\(host) does not list its repositories, or not to this user",
        chinese: "\(host) 不提供仓库列表，或不向该用户提供")
    case .listRefused(let host, let refusal): refusal.phrase(host: host)

    // What there is, and whether it is what it should be
    case .repositoryNotFound:
      Phrase("the registry has no such repository", chinese: "仓库中没有该镜像")
    case .manifestNotFound:
      Phrase("the registry has no such tag or digest", chinese: "仓库中没有该标签或摘要")
    case .blobNotFound(let digest):
      Phrase("the registry does not have the blob \(digest)", chinese: "仓库中没有数据块 \(digest)")
    case .manifestDigestMismatch(let expected, let found):
      Phrase(
        "the manifest is not the one asked for: \(expected) was wanted, \(found) came",
        chinese: "清单与请求不符：应为 \(expected)，实为 \(found)")
    case .headerDigestMismatch(let header, let found):
      Phrase(
        "the registry says that the manifest is \(header), and it is \(found)",
        chinese: "仓库声明清单为 \(header)，实为 \(found)")
    case .blobDigestMismatch(let expected, let found):
      Phrase(
        "a blob has wrong bytes: \(expected) was wanted, \(found) came", chinese: "数据块内容有误：应为 \(expected)，实为 \(found)")
    case .sizeMismatch(let digest, let expected, let found):
      Phrase(
        "the size of \(digest) differs: the manifest says \(expected) bytes, the registry \(found)",
        chinese: "\(digest) 的大小不符：清单为 \(expected) 字节，仓库为 \(found) 字节")
    case .bodyTooLong(let digest, let size):
      Phrase(
        "the registry sends more for \(digest) than the \(size) bytes it has",
        chinese: "仓库发来的 \(digest) 超过了应有的 \(size) 字节")
    case .answerTooLarge(let limit):
      Phrase(
        "the server's answer is larger than \(ByteCount(Int64(limit)))", chinese: "服务器的应答超过 \(ByteCount(Int64(limit)))")
    case .headersTooLarge(let host, let fields, let bytes):
      Phrase(
        "\(host) answers with more than \(fields) header fields, or with one above \(ByteCount(Int64(bytes)))",
        chinese: "\(host) 的应答头超过 \(fields) 个，或其中一个超过 \(ByteCount(Int64(bytes)))")

    case .tls(let host, let failure): failure.phrase(host: host)
    case .redirectRefused(let from, let to, let refusal): refusal.phrase(from: from, to: to)
    case .foreignAddressRefused(let address):
      Phrase(
        "a layer is kept at '\(address)', and only https:// addresses are asked for layers",
        chinese: "有一层存放在 “\(address)”，而层只从 https:// 地址获取")
    case .upload(let failure): failure.phrase
    }
  }
}
