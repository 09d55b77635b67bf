/// What `--help` says about `dray doctor`.
package enum DoctorHelp: CommandHelp {
  case abstract, usage, details
  case registry

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Diagnose problems with a registry.", chinese: "诊断镜像仓库的访问问题。")
    case .usage: Phrase("dray doctor <registry> [options]", chinese: "dray doctor <镜像仓库> [选项]")
    case .details:
      Phrase(
        """
        Checks the access to a registry step by step: mirrors, name, proxy, TLS, /v2/, token service, login, clock, and \
        the remaining pulls if the registry limits them. Each step is one line, with a hint if it fails. No image is pulled.

        Examples:
          dray doctor harbor.example.com
          dray doctor docker.io
          dray doctor harbor.example.com --ca-cert ca.pem --username me --password-stdin < pass.txt

        The exit code is the class of the first failure, as in dray pull.
        """,
        chinese: """
          逐步检查通往镜像仓库的路径：镜像站、域名、代理、TLS、/v2/、令牌服务、登录、时钟，以及有次数限制时的剩余拉取次数。
          每一步显示一行，并说明如何处理。不拉取任何镜像。

          示例：
            dray doctor harbor.example.com
            dray doctor docker.io
            dray doctor harbor.example.com --ca-cert ca.pem --username me --password-stdin < pass.txt

          退出码为第一个失败的类别，与 dray pull 相同。
          """)
    case .registry:
      Phrase("The registry: docker.io, harbor.example.com:8443", chinese: "镜像仓库：docker.io、harbor.example.com:8443")
    }
  }
}
