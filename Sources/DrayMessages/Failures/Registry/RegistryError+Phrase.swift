import HTTPAccess
import ImageModel
import RegistryAuth
import RegistryClient

extension RegistryFailure: Phrased {
  package var phrase: Phrase {
    switch self {
    case .network(let failure): failure.phrase
    case .storageRefused(let host, let status):
      Phrase(
        "the registry's storage at \(host) refuses every address that the registry gives, with HTTP \(status)",
        chinese: "仓库的存储 \(host) 拒绝了仓库给出的所有下载地址，HTTP \(status)")
    case .storageUnreachable(let storage, let reason):
      Phrase(
        "the registry keeps its layers at \(storage), and that cannot be reached from here: \(reason.phrase.english)",
        chinese: "仓库的数据存放在 \(storage)，本机无法访问：\(reason.phrase.chinese)")
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
    case .listNotOffered(let host):
      Phrase(
        "\(host) does not list its repositories, or not to this user",
        chinese: "\(host) 不提供仓库列表，或不向该用户提供")
    case .listRefused(let host, let refusal): refusal.phrase(host: host)
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
    case .foreignAddressRefused(let address):
      Phrase(
        "a layer is kept at '\(address)', and only https:// addresses are asked for layers",
        chinese: "有一层存放在 “\(address)”，而层只从 https:// 地址获取")
    case .upload(let failure): failure.phrase
    }
  }
}
