/// What `--help` says about `dray serve`.
package enum ServeHelp: CommandHelp {
  case abstract, usage, details
  case paths, listen, serverName, user, tokenFile, anonymous, certificate, key, selfSigned, tlsFolder
  case connections, drain, verify, printConfig, quiet, acceptPush, allowDelete, keepTags
  case pushTo

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Serve images on disk as a registry.", chinese: "将磁盘上的镜像作为镜像仓库提供。")
    case .usage:
      Phrase(
        "dray serve <path> ... [options]\n       dray serve [options]",
        chinese: "dray serve <路径> ... [选项]\n       dray serve [选项]")
    case .details:
      Phrase(
        """
        Everything that pulls images can pull from it: docker, containerd, podman, skopeo, kubelet. Archives are served \
        in place: nothing is imported or copied. A delta is served if its base is served too. Names keep their registry: \
        nginx, library/nginx, docker.io/library/nginx and harbor.example.com/team/app all work after this server's address. \
        One line of JSON for each request is printed to standard output. At a desktop, dray serve alone opens a page in the \
        browser that makes files of the images of registries; only this machine can reach it.

        Examples:
          dray serve
          dray serve nginx_1.21.4.tar
          dray serve /media/usb --listen 0.0.0.0:5000
          dray serve bundle.tar.001 ./layout app-delta.tar app-base.tar --listen '[::1]:5000'
          dray serve /media/usb --listen :5000 --tls-cert c.pem --tls-key k.pem --token-file token
          dray serve /media/usb --listen 10.0.0.5:5000 --print-config containerd
          docker pull 127.0.0.1:5000/nginx:1.21.4

        It ends on Ctrl-C or SIGTERM: no connection is accepted then, and what is under way has 30 seconds to end. The \
        exit codes are those of dray pull: 30 if the address cannot be had, 143 after SIGTERM.
        """,
        chinese: """
          docker、containerd、podman、skopeo、kubelet 等都能从它拉取镜像。归档就地提供，不导入、不复制。增量归档与其基础
          镜像一同提供时可以使用。镜像名保留原仓库：在本服务地址之后写 nginx、library/nginx、docker.io/library/nginx 或
          harbor.example.com/team/app 均可。每个请求在标准输出上占一行 JSON。
          在桌面环境中，只运行 dray serve 会在浏览器中打开页面，可把仓库中的镜像下载为文件；只有本机可以访问。

          示例：
            dray serve
            dray serve nginx_1.21.4.tar
            dray serve /media/usb --listen 0.0.0.0:5000
            dray serve bundle.tar.001 ./layout app-delta.tar app-base.tar --listen '[::1]:5000'
            dray serve /media/usb --listen :5000 --tls-cert c.pem --tls-key k.pem --token-file token
            dray serve /media/usb --listen 10.0.0.5:5000 --print-config containerd
            docker pull 127.0.0.1:5000/nginx:1.21.4

          按 Ctrl-C 或收到 SIGTERM 后结束：不再接受新连接，正在进行的传输有 30 秒时间完成。退出码与 dray pull 相同：
          无法监听该地址时为 30，收到 SIGTERM 后为 143。
          """)
    case .paths:
      Phrase(
        "Archives, first volumes, folders of OCI layouts, or folders of these.",
        chinese: "归档、分卷的第一卷、OCI 布局目录，或存放它们的目录。")
    case .listen:
      Phrase("Where to listen. (default: 127.0.0.1:5000)", chinese: "监听地址。（默认：127.0.0.1:5000）")
    case .serverName:
      Phrase(
        "A name that clients call this server by, beside addresses, localhost and the machine's own; * for any. (repeatable)",
        chinese: "客户端访问本服务所用的主机名（地址、localhost 和本机主机名之外）；* 表示任意。（可重复）")
    case .user: Phrase("The user name that clients log in with. (default: dray)", chinese: "客户端登录所用的用户名。（默认：dray）")
    case .tokenFile:
      Phrase(
        """
        Ask clients for a password: the first line of this file. DRAY_SERVE_TOKEN does the same. No option takes the \
        password itself: everybody on this machine could read it in the list of processes.
        """,
        chinese: "要求密码：取该文件的第一行，或 DRAY_SERVE_TOKEN；不写在命令行上，以免他人看到。")
    case .anonymous: Phrase("Let everyone in without a password.", chinese: "允许任何人不经登录访问。")
    case .certificate:
      Phrase("Serve by https with this certificate and its chain, PEM.", chinese: "以 https 提供服务：证书及证书链，PEM 格式。")
    case .key: Phrase("The private key of --tls-cert, PEM.", chinese: "--tls-cert 的私钥，PEM 格式。")
    case .selfSigned:
      Phrase(
        "Serve by https with a certificate of an own authority, and tell how clients trust that.",
        chinese: "以 https 提供服务：使用自建证书颁发机构签发的证书，并说明客户端如何信任它。")
    case .tlsFolder:
      Phrase(
        "Where the authority of --tls-self-signed is kept. (default: ~/.local/state/dray/tls)",
        chinese: "--tls-self-signed 的证书颁发机构的存放目录。（默认：~/.local/state/dray/tls）")
    case .connections:
      Phrase("The number of connections at the same time. (default: 1024)", chinese: "同时连接数。（默认：1024）")
    case .drain:
      Phrase(
        "The seconds that transfers have to end after SIGTERM. (default: 30)", chinese: "收到 SIGTERM 后留给传输的秒数。（默认：30）")
    case .verify: Phrase("Read and check everything in the background.", chinese: "在后台读取并校验全部内容。")
    case .printConfig:
      Phrase(
        "Print the configuration that makes a client pull from this server, and do not serve.",
        chinese: "输出让客户端从本服务拉取的配置，不启动服务。")
    case .acceptPush:
      Phrase(
        "Let clients push into this OCI layout. It is made where it is missing, and its images are served.",
        chinese: "允许客户端推送到该 OCI 布局目录；目录不存在时会创建，其中的镜像同时对外提供。")
    case .allowDelete:
      Phrase(
        "With --accept-push: let clients delete tags, manifests, and blobs that no image needs.",
        chinese: "与 --accept-push 一起使用：允许客户端删除标签、清单和不再被引用的数据块。")
    case .keepTags:
      Phrase(
        "With --accept-push: refuse a push that would give a tag to another image.",
        chinese: "与 --accept-push 一起使用：拒绝让已有标签指向其他镜像的推送。")
    case .pushTo:
      Phrase(
        "Check archives that are dropped into the page, and push them below this path, with this user's login.",
        chinese: "校验拖到页面中的归档，并用当前用户的登录推送到该路径之下。")
    case .quiet: Phrase("Do not print requests.", chinese: "不输出请求记录。")
    }
  }
}
