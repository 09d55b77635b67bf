import RegistryAuth
import RegistryClient

/// What is said about logins.
package enum LoginPhrase: Phrased {
  case loggedIn(String, user: String)
  /// The registry lets everybody in.
  case notProven(registry: String)
  case kept(CredentialOrigin)
  case endsWithSession
  case removed(String, CredentialOrigin)
  case notLoggedIn(String)
  case remaining(CredentialOrigin)

  package var phrase: Phrase {
    switch self {
    case .loggedIn(let name, let user):
      Phrase("Logged in to \(name) as \(user).", chinese: "已以 \(user) 登录 \(name)。")
    case .notProven(let registry):
      Phrase(
        "\(registry) allows anonymous access and did not verify the password.",
        chinese: "\(registry) 允许匿名访问，未校验密码。")
    case .kept(.helper(let name, _)):
      Phrase("The password is stored by docker-credential-\(name).", chinese: "密码由 docker-credential-\(name) 保存。")
    case .kept(let place):
      Phrase(
        "The password is stored \(place.place.english), unencrypted, readable only by you.",
        chinese: "密码以未加密形式保存在\(place.place.chinese)，仅您本人可读。")
    case .endsWithSession:
      Phrase(
        "That file is deleted when this session ends. To keep the login longer: --authfile ~/.config/containers/auth.json",
        chinese: "该文件在本次会话结束后消失。如需长期保存：--authfile ~/.config/containers/auth.json")
    case .removed(let name, let place):
      Phrase(
        "Removed the login for \(name) \(place.place.english).", chinese: "已删除 \(name) 的登录信息（\(place.place.chinese)）。")
    case .notLoggedIn(let name):
      Phrase("There is no login for \(name).", chinese: "没有 \(name) 的登录信息。")
    case .remaining(let place):
      Phrase(
        "There is still a login \(place.place.english). --all removes it too.",
        chinese: "仍有登录信息（\(place.place.chinese)），加 --all 一并删除。")
    }
  }
}

extension CredentialOrigin {
  /// Where something is kept.
  fileprivate var place: Phrase {
    switch self {
    case .file(let path, let key):
      Phrase("in \(whole: path), entry '\(key)'", chinese: "\(whole: path) 的 “\(key)” 条目")
    case .helper(let name, let key):
      Phrase("in docker-credential-\(name), entry '\(key)'", chinese: "docker-credential-\(name) 的 “\(key)” 条目")
    case .commandLine, .prompt, .environment: phrase
    }
  }
}
