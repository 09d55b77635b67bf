import HTTPAccess

extension TransportFailure: Phrased {
  package var phrase: Phrase {
    switch self {
    case .nameNotFound(let host):
      Phrase("the host '\(host)' was not found", chinese: "找不到主机 “\(host)”：域名不存在")
    case .nameWithoutAddress(let host):
      Phrase(
        "the host '\(host)' has no address: its name exists, but has no A or AAAA record",
        chinese: "主机 “\(host)” 没有地址：域名存在，但没有 A 或 AAAA 记录")
    case .nameLookupFailed(let host, let detail, let servers):
      Phrase(
        "the name '\(host)' could not be resolved: \(NameServerPhrase.cause(detail, servers).english)",
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
    case .malformedResponse(let host, let fault):
      Phrase("invalid answer from \(host): \(fault.phrase.english)", chinese: "\(host) 的应答无效：\(fault.phrase.chinese)")
    case .noCommonProtocol(let host):
      Phrase(
        "\(host) does not accept HTTP/1.1, only other versions such as HTTP/2; dray uses HTTP/1.1",
        chinese: "\(host) 不接受 HTTP/1.1，只接受 HTTP/2 等其他版本，而 dray 使用 HTTP/1.1")
    case .webPage(let host):
      Phrase(
        "a web page answered at \(host), not a registry (captive portal or proxy?)",
        chinese: "\(host) 返回的是网页，而不是仓库的应答（可能是上网认证页面或代理）")
    case .serverFailure(let status, _):
      Phrase("the server failed with HTTP \(status)", chinese: "服务器出错，HTTP \(status)")
    case .unexpectedStatus(let status):
      Phrase("the server answered with HTTP \(status), which is unexpected here", chinese: "服务器返回了意外的 HTTP \(status)")
    case .wrongRange(let host, let fault):
      Phrase(
        "\(host) sent the wrong range of the blob: \(fault.phrase.english)",
        chinese: "\(host) 返回的不是请求的那一段：\(fault.phrase.chinese)")
    case .proxy(let failure): failure.phrase
    case .rateLimited(let host, let until?):
      Phrase(
        "\(host) limits requests: retry after \(LocalTime(seconds: until))",
        chinese: "\(host) 限流，请在 \(LocalTime(seconds: until)) 之后重试")
    case .rateLimited(let host, nil):
      Phrase("\(host) limits requests, and does not say until when", chinese: "\(host) 限流，未说明何时解除")
    case .outOfPatience(let host, let seconds):
      Phrase(
        "\(host) kept limiting requests, for \(seconds) s in total, and sent no data",
        chinese: "\(host) 一再限流，共等待 \(seconds) 秒，仍未返回任何数据")
    case .forbidden(let status):
      Phrase("the registry refuses to serve this: HTTP \(status)", chinese: "仓库拒绝提供此内容：HTTP \(status)")
    case .answerTooLarge(let limit):
      Phrase(
        "the server's answer is larger than \(ByteCount(Int64(limit)))", chinese: "服务器的应答超过 \(ByteCount(Int64(limit)))")
    case .headersTooLarge(let host, let fields, let bytes):
      Phrase(
        "the answer of \(host) has more than \(fields) header fields, or one larger than \(ByteCount(Int64(bytes)))",
        chinese: "\(host) 的应答头超过 \(fields) 个，或其中一个超过 \(ByteCount(Int64(bytes)))")
    case .addressRefused(let host):
      Phrase(
        "'\(host)' is at a private address, which this server connects to only for hosts that it was told of",
        chinese: "“\(host)” 的地址是内网地址，只有明确指定的主机才允许连接内网地址")
    case .tls(let host, let failure): failure.phrase(host: host)
    case .redirectRefused(let from, let to, let refusal): refusal.phrase(from: from, to: to)
    }
  }
}
