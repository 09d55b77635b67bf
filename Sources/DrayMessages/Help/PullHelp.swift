/// What `--help` says about `dray pull`.
package enum PullHelp: CommandHelp {
  case abstract, usage, details
  case base, output, platforms, json, limitRate, foreignLayers, connections, reuse, noReuse, dryRun
  case restart, noWait

  package var phrase: Phrase {
    switch self {
    case .abstract:
      Phrase("Pull images, each into a file or all into one.", chinese: "拉取镜像：每个存成一个文件，或全部存入一个文件。")
    case .usage:
      Phrase("dray pull <reference> ... [options]", chinese: "dray pull <镜像> ... [选项]")
    case .details:
      Phrase(
        """
        The file is named after the image, such as nginx_1.21.4.tar, and written to the current folder. An existing file \
        is replaced once the new one is complete. An interrupted pull resumes when the same command is run again. \
        With -o FILE, several images are written to one file, each blob once; otherwise each image gets its own file.

        Examples:
          dray pull nginx:1.21.4
          dray pull nginx:1.21.4 redis:7 -o images/
          dray pull nginx:1.21.4 redis:7 -o bundle.tar
          dray pull --from-file compose.yaml -o shop.tar --lock shop.lock
          dray pull 'harbor.example.com/team/*' --tags newest:1 -o team.tar --yes
          dray pull harbor.example.com/team/app:2.0 --platform linux/arm64
          dray pull harbor.example.com/team/app:2.0 --as app:2.0 -o app.tar
          dray pull harbor.example.com/team/app:2.0 --username 'robot$ci' --password-stdin < password.txt
          dray pull nginx:1.21.4 -o - | ssh SERVER docker load
          dray pull harbor.example.com/team/app:2.0 --base app_1.9.tar

        Exit codes:
            0  ok           the file is complete
            1  bug          an unexpected error; with --keep-going, an image was left out
            2  usage        the command line or a reference is invalid
            6  findings     dray verify found faults
           10  network      the network or the server failed, and so did the retries
           11  rate-limit   the registry asks for a longer pause
           12  auth         the registry requires other credentials
           13  not-found    no such repository, tag or blob
           14  tls          no trustworthy TLS connection
           15  proxy        the proxy failed or refused
           20  integrity    the content does not match its digest
           21  refused      unsafe content, or content over a limit
           22  unsupported  content that dray does not support
           30  local-io     the local file system failed
           31  busy         another process is using the same file
          129, 130, 143     ended by SIGHUP, SIGINT (Ctrl-C), SIGTERM
          141               the reader of standard output is gone
        If several images are given, all are tried; the exit code is that of the first failure.
        """,
        chinese: """
          文件以镜像命名（如 nginx_1.21.4.tar），存放在当前目录。已有的同名文件在新文件完整之后才会被替换。
          拉取中断后，再次运行同一命令即可续传。-o 指定一个文件时，多个镜像都存入该文件，相同的数据块只存一份；
          否则每个镜像各存一个文件。

          示例：
            dray pull nginx:1.21.4
            dray pull nginx:1.21.4 redis:7 -o images/
            dray pull nginx:1.21.4 redis:7 -o bundle.tar
            dray pull --from-file compose.yaml -o shop.tar --lock shop.lock
            dray pull 'harbor.example.com/team/*' --tags newest:1 -o team.tar --yes
            dray pull harbor.example.com/team/app:2.0 --platform linux/arm64
            dray pull harbor.example.com/team/app:2.0 --as app:2.0 -o app.tar
            dray pull harbor.example.com/team/app:2.0 --username 'robot$ci' --password-stdin < password.txt
            dray pull nginx:1.21.4 -o - | ssh 服务器 docker load
            dray pull harbor.example.com/team/app:2.0 --base app_1.9.tar

          退出码：
              0  ok           文件已完整
              1  bug          意料之外的错误；使用 --keep-going 时，表示有镜像被跳过
              2  usage        命令行或镜像名称有误
              6  findings     dray verify 发现了问题
             10  network      网络或服务器故障，重试已用尽
             11  rate-limit   仓库限流，需要等待更久
             12  auth         仓库不接受当前凭据
             13  not-found    没有该仓库、标签或数据块
             14  tls          无法建立可信的 TLS 连接
             15  proxy        代理出错或拒绝
             20  integrity    内容与摘要不符
             21  refused      内容不安全或超出限制
             22  unsupported  dray 不支持的内容
             30  local-io     本地文件系统出错
             31  busy         另一个进程正在处理同一文件
            129、130、143     被 SIGHUP、SIGINT（Ctrl-C）、SIGTERM 终止
            141               标准输出的读取方已退出
          指定多个镜像时会逐个尝试，退出码取第一个失败的。
          """)
    case .base:
      Phrase(
        """
        Create a delta: leave out the layers that this base has. The base is an archive, an image layout, a reference, or \
        a file with the output of docker image inspect or dray inspect --json of the other side (- for standard input). \
        (repeatable)
        """,
        chinese: """
          生成增量归档：省去此基础镜像已有的层。可以是归档、镜像布局目录、镜像名，或对方 docker image inspect、dray inspect --json \
          输出的文件（- 表示标准输入）。可重复使用。
          """)
    case .output:
      Phrase(
        "The file to write, a folder (an existing one, or ending with a slash), or - for standard output.",
        chinese: "输出文件、目录（已存在，或以斜杠结尾），或 - 表示标准输出。")
    case .platforms:
      Phrase(
        "The platform; with several, the index is kept. (default: linux on this machine's architecture; repeatable)",
        chinese: "平台。指定多个时保留索引。（默认：linux 加本机架构；可重复）")
    case .json:
      Phrase("Print events as JSON, one object per line.", chinese: "以 JSON 输出过程，每行一个对象。")
    case .limitRate:
      Phrase(
        "The maximum rate per second over all connections: 500K, 10M, 1G.",
        chinese: "所有连接合计的下载限速（每秒）：500K、10M、1G。")
    case .foreignLayers:
      Phrase(
        "Fetch foreign layers from the addresses of their publishers, without credentials.",
        chinese: "从发布者指定的地址下载外部层，不带凭据。")
    case .connections:
      Phrase("The number of connections to use. (default: 8)", chinese: "使用的连接数。（默认：8）")
    case .reuse:
      Phrase(
        "Copy blobs from this archive, OCI layout or folder of archives instead of downloading them. (repeatable)",
        chinese: "从此归档、OCI 布局或存放归档的目录复制已有的数据块，不再下载。（可重复）")
    case .noReuse:
      Phrase(
        "Download everything; do not use archives of this repository next to the output.",
        chinese: "全部重新下载，不使用输出目录中同一仓库的归档。")
    case .dryRun:
      Phrase(
        "Show what would be fetched, copied and written, without doing it.",
        chinese: "只说明将要下载、复制和写入的内容，不实际执行。")
    case .restart:
      Phrase("Start over instead of resuming an interrupted pull.", chinese: "不续传，重新开始。")
    case .noWait:
      Phrase(
        "Fail at once if another process is working on the same file.", chinese: "另一个进程正在处理同一文件时立即退出。")
    }
  }
}
