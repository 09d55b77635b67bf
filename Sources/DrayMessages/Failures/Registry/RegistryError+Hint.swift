import ImageModel
import RegistryClient

extension RegistryError.Reason {
  /// What the user can do about it.
  package var hint: Phrase? {
    if let host = hostOutOfReach, host.hasSuffix(".docker.io") {
      return Phrase(
        "where Docker Hub is out of reach, a mirror or a proxy may help: --mirror HOST, --proxy URL",
        chinese: "若无法直接访问 Docker Hub，可使用镜像站或代理：--mirror 主机、--proxy 网址")
    }
    return switch self {
    case .nameLookupFailed(_, _, let servers) where !servers.isEmpty: NameServerPhrase.hint
    case .nameNotFound, .nameWithoutAddress, .nameLookupFailed:
      Phrase(
        "check the name, or give the address: --resolve HOST=ADDRESS",
        chinese: "请检查主机名，或直接指定地址：--resolve 主机=地址")
    case .connectionRefused, .connectionFailed, .connectTimeout:
      Phrase(
        "check the host and the port, and whether the network lets you reach it", chinese: "请检查主机、端口以及网络是否可达")
    case .tooManyOpenFiles:
      Phrase(
        "raise the limit (ulimit -n), or use fewer --connections; the same command goes on from here",
        chinese: "请放宽限制（ulimit -n）或减少 --connections；再次运行同一命令即可续传")
    case .connectionLost, .stalled, .serverFailure:
      Phrase("run the same command again to go on from here", chinese: "再次运行同一命令即可从断点继续")
    case .noCommonProtocol:
      Phrase(
        "the registry's administrator can allow HTTP/1.1 beside HTTP/2", chinese: "请仓库管理员在 HTTP/2 之外也启用 HTTP/1.1")
    case .headersTooLarge:
      Phrase(
        "look at what stands before the registry, such as a load balancer: it may add them",
        chinese: "请检查仓库前面的负载均衡等设备，可能是它们添加的")
    case .webPage:
      Phrase(
        "open the registry's address in a browser to see who answers", chinese: "用浏览器打开仓库地址，看看是谁在应答")
    case .outOfPatience:
      Phrase(
        "run the same command again later: it goes on from here", chinese: "请稍后再次运行同一命令，将从断点继续")
    case .loginRequired(let host, _):
      Phrase(
        "log in: dray login \(Self.registry(host)); or for this command: --username NAME --password-stdin",
        chinese: "请登录：dray login \(Self.registry(host))；或仅用于本次命令：--username 用户名 --password-stdin")
    case .credentialsRefused(let host, let origin) where origin.isStored:
      Phrase(
        "log in anew: dray login \(Self.registry(host, origin)); a robot's account may have expired",
        chinese: "请重新登录：dray login \(Self.registry(host, origin))；机器人账号可能已过期")
    case .credentialsRefused(let host, _) where Self.isDockerHub(host):
      Phrase(
        "the name is the Docker ID, not the e-mail address; the password may be an access token",
        chinese: "用户名是 Docker ID，不是邮箱地址；密码可用访问令牌（access token）")
    case .credentialsRefused(_, .prompt):
      Phrase("check both; a robot's account may have expired", chinese: "请检查用户名和密码；机器人账号可能已过期")
    case .credentialsRefused:
      Phrase(
        "check both; a robot's name has a '$', which a shell wants in single quotes, and the robot may have expired",
        chinese: "请检查用户名和密码；机器人账号名含有 “$”，在 shell 中须加单引号，且可能已过期")
    case .noSessionForRobots:
      Phrase(
        "leave out --harbor-session, or sign in as a person",
        chinese: "请去掉 --harbor-session，或使用普通用户登录")
    case .accessDenied(let host, nil):
      Phrase(
        "check the name, or log in: dray login \(Self.registry(host))",
        chinese: "请检查镜像名，或登录：dray login \(Self.registry(host))")
    case .accessDenied:
      Phrase(
        "check the name, and whether the user may pull from there", chinese: "请检查镜像名，以及该用户是否有拉取权限")
    case .storageUnreachable:
      Phrase(
        "open the way there (firewall, proxy, --resolve), or the registry's administrator can switch off its redirects",
        chinese: "请打通到该地址的网络（防火墙、代理、--resolve），或请仓库管理员关闭存储重定向")
    case .forbidden(status: 403):
      Phrase(
        "the account may not pull this, or a mirror serves only a list of images: try another, or the registry itself",
        chinese: "该账号可能无权拉取，或镜像站只提供白名单中的镜像：请换一个镜像站，或直接访问原仓库")
    case .forbidden(status: 412):
      Phrase(
        "a policy of the project holds the image back: its administrator can have it scanned or signed, or exempt it",
        chinese: "项目策略拦截了此镜像：请项目管理员扫描或签名该镜像，或将其加入例外")
    case .realmUnreachable:
      Phrase(
        "name another address with --token-realm URL, or, on Harbor, sign in with --harbor-session",
        chinese: "可用 --token-realm 指定其他地址；Harbor 仓库可用 --harbor-session 登录")
    case .realmRefused(_, .untrustedHost(let host)):
      Phrase(
        "if that is right, allow it: --trust-realm \(host)", chinese: "如确认无误，请允许：--trust-realm \(host)")
    case .realmRefused:
      Phrase("name the right one: --token-realm URL", chinese: "请指定正确的地址：--token-realm 网址")
    case .repositoryNotFound, .manifestNotFound:
      Phrase(
        "check the name and the tag; a proxy cache answers so, too, when it cannot get the image from its source",
        chinese: "请检查镜像名和标签；代理缓存无法从上游取得镜像时，也会这样应答")
    case .listNotOffered:
      Phrase(
        "name a repository, such as: dray tags HOST/team/app", chinese: "请直接指定仓库名，例如：dray tags 主机/team/app")
    case .tls(let host, let failure): failure.hint(host: host)
    case .proxy(let failure): failure.hint
    case .upload(let failure): failure.hint
    case .redirectRefused(_, _, .changesMethod):
      Phrase(
        "a proxy before the registry redirects: have it pass requests on as they are, slashes included",
        chinese: "仓库前面的代理在重定向：请让它原样转发请求（包括末尾的斜杠）")
    case .redirectRefused(_, _, .fromHTTPSToHTTP):
      Phrase(
        "the registry's administrator can give its storage an https address", chinese: "请仓库管理员为其存储配置 https 地址")
    case .foreignAddressRefused:
      Phrase(
        "push the image with that layer to a registry of your own, and pull it from there",
        chinese: "请把镜像连同该层推送到自己的仓库，再从那里拉取")
    case .manifestDigestMismatch, .headerDigestMismatch, .blobDigestMismatch, .sizeMismatch, .bodyTooLong:
      Phrase(
        "nothing wrong was kept; a proxy or a mirror in between may have changed the content",
        chinese: "错误的内容没有保留；可能被中间的代理或镜像站改动过")
    case .malformedResponse, .unexpectedStatus, .storageRefused, .wrongRange, .forbidden, .unknownChallenge,
      .malformedToken, .blobNotFound, .answerTooLarge, .redirectRefused, .listRefused, .rateLimited:
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

  /// What `dray login` takes for this host.
  fileprivate static func registry(_ host: String) -> String {
    if isDockerHub(host) { return "docker.io" }
    return (try? LoginName(parsing: host).description) ?? host
  }

  /// What `dray login` takes to replace a login that is kept: its own name, since the host that refused it may be a token
  /// service, for which nobody can log in.
  private static func registry(_ host: String, _ origin: CredentialOrigin) -> String {
    switch origin {
    case .file(_, let key), .helper(_, let key): registry(key)
    case .commandLine, .prompt, .environment: registry(host)
    }
  }

  /// Whether this is Docker Hub's registry or its token service, with a scheme or without.
  fileprivate static func isDockerHub(_ host: String) -> Bool {
    let name = host.split(separator: "/").first { $0 != "https:" } ?? ""
    return name == "docker.io" || name.hasSuffix(".docker.io")
  }
}

extension RegistryError {
  /// What the user can do about a limit of Docker Hub: that depends on who was counted.
  package var limitHint: Phrase? {
    guard case .rateLimited(let host, _) = reason, Reason.isDockerHub(host) else { return nil }
    return DockerHubLimitPhrase(answer).phrase
  }

  /// Where a token service says no to everybody by 403: a mirror that serves a list of images answers in the same words as
  /// a registry that wants a login.
  package var deniedHint: Phrase? {
    guard case .loginRequired(let host, _) = reason, answer?.status == 403 else { return nil }
    return Phrase(
      "if the image is private, log in: dray login \(Reason.registry(host)); a mirror that serves only a list of images answers so, too",
      chinese: "若镜像是私有的，请登录：dray login \(Reason.registry(host))；只提供白名单镜像的镜像站也会这样应答")
  }
}
