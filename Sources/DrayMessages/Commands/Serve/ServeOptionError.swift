import ImageModel

/// A `dray serve` that cannot be carried out as it stands.
package enum ServeOptionError: ClassifiedError, Hashable {
  case emptyPath
  /// No images, no registries, and nobody who could use a page.
  case nothingToServe
  /// Not an address and a port.
  case listen(String)
  /// Not the name of a host.
  case serverName(String)
  /// A user name without a password.
  case noToken
  case tokenFile(String)
  case emptyTokenFile(String)
  case anonymousWithToken
  /// A certificate without its key, or a key without its certificate.
  case halfCertificate
  case selfSignedWithCertificate
  case folderWithoutSelfSigned
  /// This user has no home in which the server's authority could be kept.
  case noFolderForAuthority
  case connections
  case drain
  /// A client whose configuration is not known.
  case client(String)
  /// Whoever reaches this address could push.
  case openPush(option: String, String)
  /// An option of the layout that is pushed into, and no layout.
  case withoutPush(option: String)

  package var failureClass: FailureClass { .usage }
}

extension ServeOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .emptyPath: Phrase("a path is empty", chinese: "有一个路径为空")
    case .listen(let text):
      Phrase("'\(text)' is not an ADDRESS:PORT to listen on", chinese: "“\(text)” 不是可监听的 “地址:端口”")
    case .nothingToServe: Phrase("there is nothing to serve", chinese: "没有可提供的内容")
    case .openPush(let option, let host):
      Phrase(
        "\(option) on \(host) would let everybody who reaches it push",
        chinese: "在 \(host) 上使用 \(option) 会让所有能访问它的人推送镜像")
    case .withoutPush(let option):
      Phrase("\(option) is of use with --accept-push alone", chinese: "\(option) 须与 --accept-push 一起使用")
    case .serverName(let text):
      Phrase("'\(text)' is not a host name without a port", chinese: "“\(text)” 不是主机名（不带端口）")
    case .noToken: Phrase("there is no password for --user", chinese: "没有 --user 的密码")
    case .tokenFile(let path):
      Phrase("the password cannot be read from '\(whole: path)'", chinese: "无法从 “\(whole: path)” 读取密码")
    case .emptyTokenFile(let path):
      Phrase("there is no password in '\(whole: path)'", chinese: "“\(whole: path)” 中没有密码")
    case .anonymousWithToken:
      Phrase(
        "--anonymous cannot be used with a password", chinese: "--anonymous 不能与密码同时使用")
    case .halfCertificate:
      Phrase("--tls-cert and --tls-key are used together", chinese: "--tls-cert 与 --tls-key 须同时使用")
    case .selfSignedWithCertificate:
      Phrase(
        "--tls-self-signed cannot be used with --tls-cert and --tls-key",
        chinese: "--tls-self-signed 不能与 --tls-cert、--tls-key 同时使用")
    case .folderWithoutSelfSigned:
      Phrase("--tls-folder is of use with --tls-self-signed alone", chinese: "--tls-folder 须与 --tls-self-signed 一起使用")
    case .noFolderForAuthority:
      Phrase("there is no home in which the server's authority could be kept", chinese: "没有主目录可存放服务器的证书颁发机构")
    case .connections:
      Phrase("--max-connections takes a number from 1 to 100000", chinese: "--max-connections 的值为 1 到 100000 的整数")
    case .drain: Phrase("--drain takes a number of seconds, 86400 at most", chinese: "--drain 的值为秒数，最多 86400")
    case .client(let text):
      Phrase(
        "'\(text)' is not docker, containerd, k3s, podman or buildkit",
        chinese: "“\(text)” 不是 docker、containerd、k3s、podman 或 buildkit")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .listen:
      Phrase(
        "for example 127.0.0.1:5000, [::1]:5000, 0.0.0.0:5000 or :5000",
        chinese: "例如 127.0.0.1:5000、[::1]:5000、0.0.0.0:5000 或 :5000")
    case .nothingToServe:
      Phrase(
        """
        images on disk: dray serve PATH; of registries: --upstream docker.io; pushed ones: --accept-push LAYOUT; at a desktop, \
        dray serve alone opens a page in the browser
        """,
        chinese:
          "磁盘上的镜像：dray serve 路径；仓库中的镜像：--upstream docker.io；接收推送：--accept-push 目录；在桌面环境中只运行 dray serve 会在浏览器中打开页面"
      )
    case .noToken:
      Phrase(
        "give it by --token-file FILE or in DRAY_SERVE_TOKEN", chinese: "请用 --token-file 文件 或环境变量 DRAY_SERVE_TOKEN 提供")
    case .noFolderForAuthority: Phrase("name a folder: --tls-folder FOLDER", chinese: "请指定目录：--tls-folder 目录")
    case .openPush:
      Phrase(
        "ask for a password with --token-file FILE, or let everybody push with --anonymous",
        chinese: "请用 --token-file 文件 要求密码，或用 --anonymous 允许任何人推送")
    default: nil
    }
  }
}
