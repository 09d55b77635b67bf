import RegistryServer

/// What `dray serve` says on standard error.
package enum ServePhrase: Phrased {
  /// The address as clients write it.
  case started(String, images: Int)
  /// The page, for the person at this desktop alone.
  case page(String)
  case open
  case openWithLogin
  /// What else they can do who can pull.
  case right(ServeRight)
  /// - Parameter name: that the former authority may not vouch for.
  case newAuthority(name: String)
  case notice(ContentsNotice)
  case warning(ServeWarning)

  package var phrase: Phrase {
    switch self {
    case .started(let address, let images):
      Phrase("Serving \(images, "image") at \(address)", chinese: "正在 \(address) 提供 \(images) 个镜像")
    case .page(let address):
      Phrase(
        "Opening \(address) in the browser. Only this machine can reach it; Ctrl-C ends it.",
        chinese: "正在浏览器中打开 \(address)。只有本机可以访问；按 Ctrl-C 结束。")
    case .open:
      Phrase(
        "Everyone who can reach this address can pull all of them.",
        chinese: "能访问该地址的任何人都可以拉取全部镜像。")
    case .openWithLogin:
      Phrase(
        "Everyone who can reach this address and has the password can pull all of them.",
        chinese: "能访问该地址且持有密码的任何人都可以拉取全部镜像。")
    case .right(let right): right.phrase
    case .newAuthority(let name):
      Phrase(
        "The former authority may not vouch for \(name), so there is a new one: clients have to trust it anew.",
        chinese: "原来的证书颁发机构不能为 \(name) 签发证书，因此新建了一个：客户端须重新信任。")
    case .notice(.verified(let path)): ContentsNotice.verified(path).phrase
    case .notice(let notice): PullPhrase.warning(notice.phrase).phrase
    case .warning(let warning): PullPhrase.warning(warning.phrase).phrase
    }
  }
}

/// What a server lets its clients do beside pulling what is on its disk.
package enum ServeRight: Phrased {
  case push
  case pushAndDelete
  /// - Parameter target: where the page pushes archives to.
  case pushTo(_ target: String)
  /// Pull from registries that want a login, with that of whoever runs the server.
  case useLogins

  package var phrase: Phrase {
    switch self {
    case .push: Phrase("They can also push images.", chinese: "他们还可以推送镜像。")
    case .pushAndDelete: Phrase("They can also push and delete images.", chinese: "他们还可以推送和删除镜像。")
    case .pushTo(let target):
      Phrase(
        "They can also push to \(whole: target) with this user's login.",
        chinese: "他们还可以使用当前用户的登录凭据推送到 \(whole: target)。")
    case .useLogins:
      Phrase(
        "They can also pull from the upstream registries with this user's logins.",
        chinese: "他们还可以使用当前用户的登录凭据从上游仓库拉取镜像。")
    }
  }
}

/// What whoever starts a server should think about.
package enum ServeWarning: Phrased {
  case passwordInTheClear

  package var phrase: Phrase {
    switch self {
    case .passwordInTheClear:
      Phrase(
        "clients send the password unencrypted: --tls-cert and --tls-key encrypt it",
        chinese: "客户端将以明文发送密码：可用 --tls-cert 和 --tls-key 加密")
    }
  }
}
