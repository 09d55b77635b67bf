/// What `--help` says about `dray` itself.
package enum DrayHelp: HelpText {
  case abstract, details

  package var phrase: Phrase {
    switch self {
    case .abstract:
      Phrase(
        "Move container images without Docker, between registries, files and engines.",
        chinese: "不依赖 Docker，在仓库、文件与容器引擎之间搬运容器镜像。")
    case .details:
      Phrase(
        """
        dray fetches an image from a registry and writes one file that docker load, podman load, ctr images import and \
        skopeo can read. Without arguments, on a terminal, it asks for the image.

        Examples:
          dray pull nginx:1.21.4
          dray pull harbor.example.com/team/app:2.0 -o /tmp/app.tar
          dray pull alpine -o - | ssh SERVER docker load

        The language of the messages is set by DRAY_LANG (en or zh), LC_ALL, LC_MESSAGES or LANG.
        """,
        chinese: """
          dray 从镜像仓库下载镜像，存成一个文件，docker load、podman load、ctr images import 和 skopeo 都能读取。
          在终端上不带参数运行时，会询问要拉取的镜像。

          示例：
            dray pull nginx:1.21.4
            dray pull harbor.example.com/team/app:2.0 -o /tmp/app.tar
            dray pull alpine -o - | ssh 服务器 docker load

          界面语言依次取自 DRAY_LANG(en 或 zh)、LC_ALL、LC_MESSAGES、LANG。
          """)
    }
  }
}
