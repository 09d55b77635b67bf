/// What `--help` says about the options of every command that talks to a registry.
package enum ConnectionHelp: HelpText {
  case verbose, debug, plainHTTP, skipVerification, authorityFile, resolve, proxy, connectTimeout, noConfiguration
  case username, passwordFromInput, authFile, harborSession, trustRealm, tokenRealm, mirror, stallTimeout

  package var phrase: Phrase {
    switch self {
    case .verbose:
      Phrase(
        "Show each request, without secrets, and more details.", chinese: "显示每个请求（不含机密）及更多细节。")
    case .debug:
      Phrase("Like --verbose, with the header fields of requests and responses.", chinese: "同 --verbose，并显示请求和应答的头部字段。")
    case .plainHTTP:
      Phrase("Use plain HTTP for the registries named in this command.", chinese: "对命令中指定的仓库使用明文 HTTP。")
    case .skipVerification:
      Phrase(
        "Do not check the certificates of the registries named in this command.", chinese: "不校验命令中指定的仓库的证书。")
    case .authorityFile:
      Phrase(
        "Also trust the CA certificates in this file, PEM or DER. (repeatable)",
        chinese: "额外信任此文件（PEM 或 DER）中的 CA。（可重复）")
    case .resolve:
      Phrase(
        "Use this address for the host, or for one port of the host. (repeatable)",
        chinese: "连接该主机（或其该端口）时使用此地址。（可重复）")
    case .proxy:
      Phrase(
        "Use this proxy (http, https or socks5), or none. (default: https_proxy and related variables)",
        chinese: "使用此代理（http、https 或 socks5）；none 表示直连。（默认取自 https_proxy 等环境变量）")
    case .connectTimeout:
      Phrase(
        "The number of seconds to wait for a connection. (default: 10)", chinese: "建立连接的最长秒数。（默认：10）")
    case .noConfiguration:
      Phrase(
        "Ignore the configuration of docker, podman and containerd: mirrors, certificates, short names.",
        chinese: "忽略为 docker、podman、containerd 所做的配置：镜像站、证书、短名称。")
    case .username:
      Phrase(
        "The user name; the password is prompted for, or read with --password-stdin.",
        chinese: "用户名；密码会在终端询问，或由 --password-stdin 提供。")
    case .passwordFromInput:
      Phrase("Read the password from standard input.", chinese: "从标准输入读取密码。")
    case .authFile:
      Phrase(
        "Look for credentials in this file first.", chinese: "优先从此文件读取凭据。")
    case .harborSession:
      Phrase(
        "Sign in to Harbor as its web page does, if its token service cannot be reached.",
        chinese: "像网页一样登录 Harbor，用于其令牌服务不可达的情况。")
    case .trustRealm:
      Phrase(
        "Allow sending the password to this token service if the registry names it. (repeatable)",
        chinese: "仓库指定此主机为令牌服务时，允许把密码交给它。（可重复）")
    case .tokenRealm:
      Phrase(
        "Use this token service instead of the one that the registry names.", chinese: "使用此令牌服务，不理会仓库指定的地址。")
    case .mirror:
      Phrase(
        "Also fetch from this mirror, which has every repository below the prefix. (repeatable)",
        chinese: "同时也从此镜像站下载；各仓库位于该前缀之下。（可重复）")
    case .stallTimeout:
      Phrase(
        "The number of seconds without data after which a connection is given up. (default: 30)",
        chinese: "连接多少秒收不到数据即视为中断。（默认：30）")
    }
  }
}
