/// What `--help` says about `dray config`.
package enum ConfigHelp: CommandHelp {
  case abstract, usage, details, json

  package var phrase: Phrase {
    switch self {
    case .abstract:
      Phrase(
        "Show where an image would be fetched from, and which settings decide.", chinese: "显示会从哪里获取镜像，以及依据哪些配置。")
    case .usage: Phrase("dray config <reference> [options]", chinese: "dray config <镜像> [选项]")
    case .details:
      Phrase(
        """
        No request is sent. Lists the sources in their order, and for each the login, the trusted certificates, the proxy, \
        and the file and line that configure it. Passwords are not shown.

        The first of these that mentions the registry is used: registries.conf of podman and skopeo, hosts.toml of \
        containerd, daemon.json of docker.

        Example:
          dray config nginx:1.21.4

        The exit codes are those of dray pull.
        """,
        chinese: """
          不发送任何请求。按顺序显示各个来源，以及各自的登录身份、信任的证书、使用的代理，还有指定它的文件和行号。
          不显示密码。

          依次查看，以第一个提及该仓库的为准：podman 和 skopeo 的 registries.conf、containerd 的 hosts.toml、
          docker 的 daemon.json。

          示例：
            dray config nginx:1.21.4

          退出码与 dray pull 相同。
          """)
    case .json: Phrase("Print it as one JSON object.", chinese: "以一个 JSON 对象输出。")
    }
  }
}
