import HTTPAccess
import RegistryAuth

extension AuthFailure: Phrased {
  package var phrase: Phrase {
    switch self {
    case .network(let failure): failure.phrase
    case .loginRequired(let host, let searched) where searched.isEmpty:
      Phrase("\(host) requires a login", chinese: "\(host) 需要登录")
    case .loginRequired(let host, let searched):
      Phrase(
        "\(host) requires a login, and there is none for it in \(CredentialPlace.list(searched))",
        chinese: "\(host) 需要登录，而 \(CredentialPlace.list(searched)) 中没有它的密码")
    case .credentialsRefused(let host, let origin):
      Phrase(
        "\(host) rejects the user name or the password \(origin.phrase.english)",
        chinese: "\(host) 不接受\(origin.phrase.chinese)的用户名或密码")
    case .noSessionForRobots(let host, let origin):
      Phrase(
        "a robot account cannot sign in to \(host) as the web page does (--harbor-session, user name \(origin.phrase.english))",
        chinese: "机器人账号不能像网页那样登录 \(host)（--harbor-session，用户名在\(origin.phrase.chinese)）")
    case .accessDenied(let host, let origin?):
      Phrase(
        "\(host) does not allow this user to access the image (password \(origin.phrase.english))",
        chinese: "\(host) 不允许该用户访问此镜像（密码在\(origin.phrase.chinese)）")
    case .accessDenied(let host, nil):
      Phrase(
        "\(host) does not allow anonymous access to the image, or has no such image",
        chinese: "\(host) 不允许匿名访问此镜像，或者没有此镜像")
    case .unknownChallenge(let host):
      Phrase("\(host) requires an unsupported login method", chinese: "\(host) 要求的登录方式不受支持")
    case .malformedToken(let host, let fault):
      Phrase(
        "the token service of \(host) returned no usable token: \(fault.phrase.english)",
        chinese: "\(host) 的令牌服务没有给出可用的令牌：\(fault.phrase.chinese)")
    case .realmUnreachable(let realm, let reason):
      Phrase(
        "the registry's token service at \(realm) cannot be reached: \(reason.phrase.english)",
        chinese: "无法访问仓库的令牌服务 \(realm)：\(reason.phrase.chinese)")
    case .realmRefused(let realm, let refusal): refusal.phrase(realm: realm)
    }
  }
}
