import HTTPAccess

extension TransportFailure: HintedReason {
  /// What the user can do about it; about a limit of Docker Hub: that depends on who was counted.
  package func hint(_ answer: ServerAnswer?) -> Phrase? {
    if let host = hostOutOfReach, host.hasSuffix(".docker.io") {
      return Phrase(
        "if Docker Hub cannot be reached, a mirror or a proxy may help: --mirror HOST, --proxy URL",
        chinese: "若无法直接访问 Docker Hub，可使用镜像站或代理：--mirror 主机、--proxy 网址")
    }
    return switch self {
    case .rateLimited(let host, _) where DockerHub.isHost(host): DockerHubLimitPhrase(answer).phrase
    case .nameLookupFailed(_, _, let servers) where !servers.isEmpty: NameServerPhrase.hint
    case .nameNotFound, .nameWithoutAddress, .nameLookupFailed:
      Phrase(
        "check the name, or specify the address: --resolve HOST=ADDRESS",
        chinese: "请检查主机名，或直接指定地址：--resolve 主机=地址")
    case .connectionRefused, .connectionFailed, .connectTimeout:
      Phrase(
        "check the host and the port, and whether the network allows the connection", chinese: "请检查主机、端口以及网络是否可达")
    case .tooManyOpenFiles:
      Phrase(
        "raise the limit (ulimit -n), or use fewer --connections; the same command resumes",
        chinese: "请放宽限制（ulimit -n）或减少 --connections；再次运行同一命令即可续传")
    case .connectionLost, .stalled, .serverFailure:
      Phrase("run the same command again to resume", chinese: "再次运行同一命令即可从断点继续")
    case .noCommonProtocol:
      Phrase(
        "the registry's administrator can allow HTTP/1.1 beside HTTP/2", chinese: "请仓库管理员在 HTTP/2 之外也启用 HTTP/1.1")
    case .headersTooLarge:
      Phrase(
        "check what is in front of the registry, such as a load balancer: it may add them",
        chinese: "请检查仓库前面的负载均衡等设备，可能是它们添加的")
    case .webPage:
      Phrase(
        "open the registry's address in a browser to see what answers", chinese: "用浏览器打开仓库地址，看看是谁在应答")
    case .outOfPatience:
      Phrase(
        "run the same command again later to resume", chinese: "请稍后再次运行同一命令，将从断点继续")
    case .forbidden(status: 403):
      Phrase(
        "the account may lack permission, or the mirror serves only a list of images: try another mirror, or the registry itself",
        chinese: "该账号可能无权拉取，或镜像站只提供白名单中的镜像：请换一个镜像站，或直接访问原仓库")
    case .forbidden(status: 412):
      Phrase(
        "a policy of the project blocks the image: its administrator can scan, sign or exempt it",
        chinese: "项目策略拦截了此镜像：请项目管理员扫描或签名该镜像，或将其加入例外")
    case .tls(let host, let failure): failure.hint(host: host)
    case .proxy(let failure): failure.hint
    case .redirectRefused(_, _, .changesMethod):
      Phrase(
        "a proxy in front of the registry redirects: configure it to forward requests unchanged, including slashes",
        chinese: "仓库前面的代理在重定向：请让它原样转发请求（包括末尾的斜杠）")
    case .redirectRefused(_, _, .fromHTTPSToHTTP):
      Phrase(
        "ask the registry's administrator to give its storage an https address", chinese: "请仓库管理员为其存储配置 https 地址")
    case .addressRefused:
      Phrase(
        "the operator of this server can name the host: --upstream HOST for a registry, --trust-realm HOST for another host",
        chinese: "此服务的管理员可以指定该主机：镜像仓库用 --upstream 主机，其他主机用 --trust-realm 主机")
    case .malformedResponse, .unexpectedStatus, .wrongRange, .forbidden, .answerTooLarge, .redirectRefused,
      .rateLimited:
      nil
    }
  }

  private var hostOutOfReach: String? {
    switch self {
    case .nameNotFound(let host), .nameWithoutAddress(let host), .nameLookupFailed(let host, _, _),
      .connectionRefused(let host), .connectionFailed(let host, _), .connectTimeout(let host):
      host
    default: nil
    }
  }
}

enum DockerHub {
  /// Whether this is Docker Hub's registry or its token service, with a scheme or without.
  static func isHost(_ host: String) -> Bool {
    let name = host.split(separator: "/").first { $0 != "https:" } ?? ""
    return name == "docker.io" || name.hasSuffix(".docker.io")
  }
}
