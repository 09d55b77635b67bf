import RegistryAuth
import RegistryClient

/// The words of `dray ls`.
package enum ListPhrase: Phrased {
  case `public`, `private`
  case repositories(Int64)
  case artifacts(Int64)
  case withoutLogin(String)
  case refusedLogin(String, CredentialOrigin)

  package var phrase: Phrase {
    switch self {
    case .public: Phrase("public", chinese: "公开")
    case .private: Phrase("private", chinese: "私有")
    case .repositories(1): Phrase("1 repository", chinese: "1 个仓库")
    case .repositories(let count): Phrase("\(count) repositories", chinese: "\(count) 个仓库")
    case .artifacts(1): Phrase("1 artifact", chinese: "1 个制品")
    case .artifacts(let count): Phrase("\(count) artifacts", chinese: "\(count) 个制品")
    case .withoutLogin(let host):
      Phrase(
        "the API of \(host) does not accept this login for lists; this is what is visible without a login",
        chinese: "\(host) 的 API 不接受用此账号列出内容；以下为未登录时可见的部分")
    case .refusedLogin(let host, let origin):
      Phrase(
        "\(host) does not accept the password \(origin.phrase.english); this is what is publicly visible",
        chinese: "\(host) 不接受密码（\(origin.phrase.chinese)）；以下为匿名用户可见的部分")
    }
  }
}
