extension UsageError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .unknownOption(let option, let similar?):
      Phrase(
        "unknown option '\(option)'. Did you mean '\(similar)'?",
        chinese: "没有选项 “\(option)”。是不是想用 “\(similar)”？")
    case .unknownOption(let option, nil):
      Phrase("unknown option '\(option)'", chinese: "没有选项 “\(option)”")
    case .missingValue(let option):
      Phrase("the option '\(option)' requires a value", chinese: "选项 “\(option)” 缺少取值")
    case .unwantedValue(let option):
      Phrase("the option '\(option)' takes no value", chinese: "选项 “\(option)” 不接受取值")
    case .unexpectedArgument(let argument, _):
      Phrase("unexpected argument '\(argument)'", chinese: "多余的参数 “\(argument)”")
    case .missingArgument(let name):
      Phrase("the argument \(name) is missing", chinese: "缺少参数 \(name)")
    case .malformed(let words):
      Phrase("the command line is invalid: \(words)", chinese: "命令行有误：\(words)")

    case .noReference:
      Phrase("no image is specified", chinese: "没有指定镜像")
    case .oneNameForSeveral:
      Phrase("--as names one image, but several are specified", chinese: "--as 只能用于一个镜像，这里指定了多个")
    case .quietAndJSON:
      Phrase("--quiet and --json cannot be used together", chinese: "--quiet 与 --json 不能同时使用")
    case .reuseAndNoReuse:
      Phrase("--reuse and --no-reuse cannot be used together", chinese: "--reuse 与 --no-reuse 不能同时使用")
    case .outputAndLayout:
      Phrase("-o and --layout cannot be used together", chinese: "-o 与 --layout 不能同时使用")
    case .severalFormsOfInspection:
      Phrase("--raw, --config and --json cannot be used together", chinese: "--raw、--config 与 --json 不能同时使用")
    case .onlyForArchives(let option):
      Phrase(
        "\(option) is for archives, but an image in a registry is specified", chinese: "\(option) 只用于归档文件，这里指定的是仓库中的镜像")
    case .archiveToPull(let path):
      Phrase(
        "'\(whole: path)' is an archive on this machine; pull fetches from registries",
        chinese: "“\(whole: path)” 是本机上的归档文件，而 pull 从仓库拉取")
    case .fileOfThatName(let path, _):
      Phrase("'\(whole: path)' is a file here, but not an image archive", chinese: "“\(whole: path)” 是本机上的文件，但不是镜像归档")
    case .archiveToTerminal:
      Phrase("standard output is a terminal: no archive is written to it", chinese: "标准输出是终端，不能输出归档")

    case .repositoryWithTag(let text):
      Phrase(
        "'\(text)' has a tag or a digest; a repository is expected", chinese: "“\(text)” 带有标签或摘要；此处需要仓库名")
    case .emptyOutput:
      Phrase("-o requires a path", chinese: "-o 需要一个路径")
    case .emptyReuse:
      Phrase("--reuse requires a path", chinese: "--reuse 需要一个路径")
    case .platform(let text):
      Phrase("'\(text)' is not a platform", chinese: "“\(text)” 不是有效的平台")
    case .imageName(let error):
      Phrase("--as: \(error.phrase.english)", chinese: "--as：\(error.phrase.chinese)")
    case .imageNameWithDigest(let text):
      Phrase(
        "--as: '\(text)' has a digest; the name after loading can have a tag only",
        chinese: "--as：“\(text)” 带有摘要；加载用的名称只能带标签")
    case .nameAndNaming(let text):
      Phrase(
        "--strip-prefix and --flatten make names, but --as '\(text)' is one already",
        chinese: "--strip-prefix、--flatten 用于生成名称，而 --as “\(text)” 已是完整名称")
    case .number(let option, let text, let range):
      Phrase(
        "\(option): '\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)",
        chinese: "\(option)：“\(text)” 不是 \(range.lowerBound) 到 \(range.upperBound) 之间的整数")
    case .resolve(let text):
      Phrase(
        "--resolve: '\(text)' is not HOST[:PORT]=ADDRESS[:PORT]",
        chinese: "--resolve：“\(text)” 不是 “主机[:端口]=地址[:端口]” 的形式")
    case .host(let option, let text):
      Phrase("\(option): '\(text)' is not a host name", chinese: "\(option)：“\(text)” 不是主机名")
    case .tokenRealm(let text):
      Phrase("--token-realm: '\(text)' is not a URL", chinese: "--token-realm：“\(text)” 不是网址")

    case .rate(let text):
      Phrase("--limit-rate: '\(text)' is not a valid rate", chinese: "--limit-rate：“\(text)” 不是有效的速率")
    case .mirror(let text):
      Phrase(
        "--mirror: '\(text)' is not HOST[:PORT][/PREFIX]", chinese: "--mirror：“\(text)” 不是 “主机[:端口][/前缀]” 的形式")
    case .proxy:
      Phrase(
        "--proxy: this is not the address of a proxy, or its type is not supported",
        chinese: "--proxy：不是代理地址，或属于不支持的类型")

    case .passwordOnCommandLine:
      Phrase(
        "there is no option --password: every user of the machine could read the password in the list of processes",
        chinese: "没有 --password 选项：写在命令行上的密码，本机所有用户都能在进程列表里看到")
    case .noRegistry:
      Phrase("no registry is specified", chinese: "没有指定仓库")
    case .loginWithoutName:
      Phrase(
        "without a terminal, a login requires --username and --password-stdin",
        chinese: "无法询问用户名和密码，登录需要 --username 与 --password-stdin")
    case .passwordWithoutName:
      Phrase("--password-stdin requires --username", chinese: "--password-stdin 需要与 --username 一起使用")
    case .nameWithoutPassword:
      Phrase(
        "without a terminal, --username requires --password-stdin",
        chinese: "无法询问密码，--username 需要与 --password-stdin 一起使用")
    case .username(let text):
      Phrase("'\(text)' cannot be a user name", chinese: "“\(text)” 不能作为用户名")
    case .emptyPassword:
      Phrase("the password is empty", chinese: "密码为空")
    case .passwordTooLong(let limit):
      Phrase("the password is longer than \(limit) bytes", chinese: "密码超过 \(limit) 字节")
    case .passwordNotText:
      Phrase("the password is not UTF-8 text", chinese: "密码不是 UTF-8 文本")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .unknownOption, .missingArgument, .missingValue, .unwantedValue, .malformed, .quietAndJSON, .emptyOutput,
      .reuseAndNoReuse, .onlyForArchives, .outputAndLayout,
      .emptyReuse:
      Phrase("'dray help COMMAND' shows all options of a command", chinese: "运行 “dray help 命令” 查看该命令的全部选项")
    case .unexpectedArgument(_, let command?):
      Phrase("did you mean: dray \(command)", chinese: "是不是想用：dray \(command)")
    case .unexpectedArgument(let argument, nil):
      Phrase(
        "to pull an image: dray pull \(ShellWord.quoted(argument))",
        chinese: "拉取镜像请用：dray pull \(ShellWord.quoted(argument))")
    case .noReference:
      Phrase("for example: dray pull nginx:1.21.4", chinese: "例如：dray pull nginx:1.21.4")
    case .oneNameForSeveral:
      Phrase("run dray once for each name", chinese: "请对每个名称单独运行 dray")
    case .archiveToPull(let path):
      Phrase(
        "to load it: dray load \(whole: ShellWord.quoted(path)); to look into it: dray inspect \(whole: ShellWord.quoted(path))",
        chinese: "加载请用：dray load \(whole: ShellWord.quoted(path))；查看请用：dray inspect \(whole: ShellWord.quoted(path))")
    case .fileOfThatName(_, let image):
      Phrase(
        "the image of that name in full: \(whole: ShellWord.quoted(image))",
        chinese: "如要指定同名镜像，请写全名：\(whole: ShellWord.quoted(image))")
    case .archiveToTerminal:
      Phrase(
        "pipe it, for example: dray pull IMAGE -o - | ssh SERVER docker load",
        chinese: "请用管道转发，例如：dray pull 镜像 -o - | ssh 服务器 docker load")
    case .platform:
      Phrase("for example linux/amd64, linux/arm64, linux/arm/v7", chinese: "例如 linux/amd64、linux/arm64、linux/arm/v7")
    case .imageName(let error): error.hint
    case .nameAndNaming:
      Phrase(
        "use a template: --as 'harbor.example.com/mirror/{path}:{tag}'",
        chinese: "请使用模板：--as 'harbor.example.com/mirror/{path}:{tag}'")
    case .imageNameWithDigest:
      Phrase("for example --as nginx:1.21.4", chinese: "例如 --as nginx:1.21.4")
    case .resolve:
      Phrase(
        "for example harbor.example.com=10.0.0.7, or, for a tunnel, harbor.example.com:443=127.0.0.1:8443",
        chinese: "例如 harbor.example.com=10.0.0.7；使用隧道时，例如 harbor.example.com:443=127.0.0.1:8443")
    case .tokenRealm:
      Phrase(
        "for example --token-realm https://harbor.example.com/service/token",
        chinese: "例如 --token-realm https://harbor.example.com/service/token")
    case .rate:
      Phrase(
        "bytes per second, such as 500K, 10M or 1G", chinese: "单位为字节每秒，例如 500K、10M 或 1G")
    case .mirror:
      Phrase(
        "such as mirror.example.com or harbor.example.com/hub-proxy; the prefix http:// means plain HTTP",
        chinese: "例如 mirror.example.com 或 harbor.example.com/hub-proxy；前面加 http:// 表示明文 HTTP")
    case .proxy:
      Phrase(
        "http://, https:// or socks5://, then [USER:PASSWORD@]HOST[:PORT]; or none",
        chinese: "格式为 http://、https:// 或 socks5://，后接 [用户名:密码@]主机[:端口]；或 none")
    case .noRegistry:
      Phrase(
        "for example: dray login harbor.example.com, or, for Docker Hub, dray login docker.io",
        chinese: "例如：dray login harbor.example.com；Docker Hub 请用 dray login docker.io")
    case .loginWithoutName:
      Phrase(
        "for example: dray login REGISTRY --username NAME --password-stdin < FILE",
        chinese: "例如：dray login 仓库 --username 用户名 --password-stdin < 文件")
    case .passwordOnCommandLine, .nameWithoutPassword, .passwordWithoutName:
      Phrase(
        "provide it on standard input: --username NAME --password-stdin < FILE",
        chinese: "请从标准输入提供密码：--username 用户名 --password-stdin < 文件")
    case .username:
      Phrase("a user name is not empty and has no colon", chinese: "用户名不能为空，也不能含冒号")
    case .repositoryWithTag:
      Phrase("for example: dray tags nginx", chinese: "例如：dray tags nginx")
    case .severalFormsOfInspection, .number, .host, .emptyPassword, .passwordTooLong,
      .passwordNotText:
      nil
    }
  }
}
