/// What `--help` says about `dray load`.
package enum LoadHelp: CommandHelp {
  case abstract, usage, details
  case archive, engine, host, namespace, quiet

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Load an archive into an engine.", chinese: "将归档加载到容器引擎。")
    case .usage: Phrase("dray load <archive> [options]", chinese: "dray load <归档> [选项]")
    case .details:
      Phrase(
        """
        Asks the engine which layers it has, and sends only the others. Of a multi-platform image, the engine gets the \
        platform that it would keep; Docker with the containerd image store keeps all platforms, and gets all. Without \
        --to, the first of docker, podman and containerd that answers is used. DOCKER_HOST, Docker's contexts and \
        CONTAINER_HOST are respected. The names of the images are printed to standard output.

        Examples:
          dray load nginx_1.21.4.tar
          dray load nginx_1.21.4.tar --to containerd --namespace k8s.io
          dray load app_2.0.delta.tar --host ssh://admin@server
          dray load app.tar --to podman --host unix:///run/podman/podman.sock
          dray load images                     # the folder of an image layout: all its images

        The exit codes are those of dray pull: 10 or 30 if no engine answers on another machine or on this one, 20 if the \
        archive is damaged or the base of a delta is missing, 21 if the engine refuses the archive.
        """,
        chinese: """
          先询问引擎已有哪些层，只发送其余部分。对含多个平台的镜像，只发送引擎会保留的那个平台；使用 containerd 存储的 Docker
          保留全部平台，因此全部发送。不带 --to 时，依次选择 docker、podman、containerd 中第一个可用的引擎。
          DOCKER_HOST、Docker 上下文和 CONTAINER_HOST 均有效。镜像名写到标准输出。

          示例：
            dray load nginx_1.21.4.tar
            dray load nginx_1.21.4.tar --to containerd --namespace k8s.io
            dray load app_2.0.delta.tar --host ssh://admin@server
            dray load app.tar --to podman --host unix:///run/podman/podman.sock
            dray load images                     # 镜像布局目录：加载其中全部镜像

          退出码与 dray pull 相同：其他机器或本机上没有引擎应答时为 10 或 30，归档损坏或缺少增量的基础时为 20，引擎拒绝归档时为 21。
          """)
    case .archive: Phrase("The archive, or the folder of an image layout.", chinese: "归档文件，或镜像布局目录。")
    case .engine: Phrase("The engine to load into.", chinese: "要加载到的引擎。")
    case .host:
      Phrase(
        "The engine's socket, or its machine, reached with your own ssh.",
        chinese: "引擎的套接字，或其所在的机器（通过您自己的 ssh 连接）。")
    case .namespace: Phrase("The namespace of containerd.", chinese: "containerd 的命名空间。")
    case .quiet: Phrase("Print only the names of the images.", chinese: "只输出镜像名。")
    }
  }
}
