import HTTPAccess
import RegistryAuth

extension AuthFailure: HintedReason {
  /// What the user can do about it. A mirror that serves a list of images answers in the same words as a registry that wants a
  /// login.
  package func hint(_ answer: ServerAnswer?) -> Phrase? {
    switch self {
    case .network(let failure): failure.hint(answer)
    case .loginRequired(let host, _) where answer?.status == 403:
      Phrase(
        "if the image is private, log in: dray login \(Self.registry(host)); a mirror that serves only a list of images also answers this way",
        chinese: "若镜像是私有的，请登录：dray login \(Self.registry(host))；只提供白名单镜像的镜像站也会这样应答")
    case .loginRequired(let host, _):
      Phrase(
        "log in: dray login \(Self.registry(host)); or for this command: --username NAME --password-stdin",
        chinese: "请登录：dray login \(Self.registry(host))；或仅用于本次命令：--username 用户名 --password-stdin")
    case .credentialsRefused(let host, let origin) where origin.isStored:
      Phrase(
        "log in again: dray login \(Self.registry(host, origin)); a robot account may have expired",
        chinese: "请重新登录：dray login \(Self.registry(host, origin))；机器人账号可能已过期")
    case .credentialsRefused(let host, _) where DockerHub.isHost(host):
      Phrase(
        "the name is the Docker ID, not the e-mail address; the password may be an access token",
        chinese: "用户名是 Docker ID，不是邮箱地址；密码可用访问令牌（access token）")
    case .credentialsRefused(_, .prompt):
      Phrase("check user name and password; a robot account may have expired", chinese: "请检查用户名和密码；机器人账号可能已过期")
    case .credentialsRefused:
      Phrase(
        "check user name and password; the name of a robot account has a '$' (quote it for the shell), and the account may have expired",
        chinese: "请检查用户名和密码；机器人账号名含有 “$”，在 shell 中须加单引号，且可能已过期")
    case .noSessionForRobots:
      Phrase(
        "omit --harbor-session, or use a regular user account",
        chinese: "请去掉 --harbor-session，或使用普通用户登录")
    case .accessDenied(let host, nil):
      Phrase(
        "check the name, or log in: dray login \(Self.registry(host))",
        chinese: "请检查镜像名，或登录：dray login \(Self.registry(host))")
    case .accessDenied:
      Phrase(
        "check the name and the user's permission to pull", chinese: "请检查镜像名，以及该用户是否有拉取权限")
    case .realmUnreachable:
      Phrase(
        "specify another address with --token-realm URL, or, on Harbor, sign in with --harbor-session",
        chinese: "可用 --token-realm 指定其他地址；Harbor 仓库可用 --harbor-session 登录")
    case .realmRefused(_, .untrustedHost(let host)):
      Phrase(
        "if this is correct, allow it: --trust-realm \(host)", chinese: "如确认无误，请允许：--trust-realm \(host)")
    case .realmRefused:
      Phrase("specify the correct one: --token-realm URL", chinese: "请指定正确的地址：--token-realm 网址")
    case .unknownChallenge, .malformedToken: nil
    }
  }

  /// What `dray login` takes for this host.
  private static func registry(_ host: String) -> String {
    if DockerHub.isHost(host) { return "docker.io" }
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
}
