import HTTPAccess
import RegistryAuth

extension AuthFailure: Phrased {
  package var phrase: Phrase {
    switch self {
    case .network(let failure): failure.phrase
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
    }
  }
}
