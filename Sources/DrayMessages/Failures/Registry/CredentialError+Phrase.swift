import ImageModel
import RegistryAuth
import RegistryClient

extension CredentialOrigin: Phrased {
  package var phrase: Phrase {
    switch self {
    case .commandLine: Phrase("from the command line", chinese: "命令行中")
    case .prompt: Phrase("that was typed", chinese: "刚才输入")
    case .environment(let variable):
      Phrase("from the variable \(variable)", chinese: "环境变量 \(variable) 中")
    case .file(let path, let key):
      Phrase("from \(whole: path), entry '\(key)'", chinese: "\(whole: path) 中 “\(key)” 条目")
    case .helper(let name, let key):
      Phrase(
        "from the helper docker-credential-\(name), entry '\(key)'",
        chinese: "凭据助手 docker-credential-\(name) 中 “\(key)” 条目")
    }
  }
}

extension CredentialPlace {
  fileprivate var text: MessageText {
    switch self {
    case .file(let path): "\(whole: path)"
    case .helper(let name): "docker-credential-\(name)"
    }
  }

  /// The places, one after another.
  package static func list(_ places: [CredentialPlace]) -> MessageText {
    places.dropFirst().reduce(places.first?.text ?? "") { "\($0), \($1.text)" }
  }
}

extension CredentialError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .unreadableFile(let path, let detail):
      Phrase(
        "the credentials in '\(whole: path)' cannot be read: \(detail)", chinese: "无法读取 “\(whole: path)” 中的凭据：\(detail)"
      )
    case .malformedFile(let path, let place, let found):
      Phrase(
        "the credential file \(whole: path), \(place.phrase.english): \(JSONPhrase.fault(found).english)",
        chinese: "凭据文件 \(whole: path) \(place.phrase.chinese)：\(JSONPhrase.fault(found).chinese)")
    case .malformedEntry(let path, let line, let key):
      Phrase(
        "\(whole: path)\(TextPlace.line(line).english): the entry '\(key)' is not a login: 'auth' must be NAME:PASSWORD in base64",
        chinese: "\(whole: path)\(TextPlace.line(line).chinese)：“\(key)” 条目不是登录信息：“auth” 应为 base64 编码的 用户名:密码")
    case .malformedHelperName(let path, let line, let name):
      Phrase(
        "\(whole: path)\(TextPlace.line(line).english): '\(name)' is not the name of a credential helper",
        chinese: "\(whole: path)\(TextPlace.line(line).chinese)：凭据助手名称 “\(name)” 无效")
    case .malformedHost(let host):
      Phrase("'\(host)' cannot be passed to a credential helper", chinese: "不能把 “\(host)” 交给凭据助手")
    case .helperMissing(let name, let path, let line):
      Phrase(
        """
        the credential helper docker-credential-\(name), which \
        \(whole: path)\(TextPlace.line(line).english) names, was not found
        """,
        chinese: "找不到程序 docker-credential-\(name)（\(whole: path)\(TextPlace.line(line).chinese) 指定的凭据助手）")
    case .helperFailed(let name, let end): end.phrase(of: name)
    case .helperTimedOut(let name, let seconds):
      Phrase(
        "docker-credential-\(name) did not answer within \(seconds) s",
        chinese: "docker-credential-\(name) 在 \(seconds) 秒内没有应答")
    case .helperAnswer(let name):
      Phrase(
        "docker-credential-\(name) did not return a password for this registry",
        chinese: "docker-credential-\(name) 的应答不是该仓库的密码")
    case .helperInputTooLong(let name):
      Phrase(
        "the password is too long for docker-credential-\(name)", chinese: "密码过长，无法交给 docker-credential-\(name)")
    case .unwritableFile(let path, let detail):
      Phrase("'\(whole: path)' cannot be written: \(detail)", chinese: "无法写入 “\(whole: path)”：\(detail)")
    case .lockedFile(let path):
      Phrase(
        "'\(whole: path)' is locked by other processes", chinese: "“\(whole: path)” 一直被其他进程锁定")
    case .noPlace:
      Phrase(
        "there is no home folder to store a login in", chinese: "没有可以保存登录信息的主目录")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .malformedHost, .helperInputTooLong, .lockedFile: nil
    case .helperMissing:
      Phrase(
        """
        install the helper; if the program that it came with (such as Docker Desktop) was removed, remove the setting from \
        the file and log in again; meanwhile use --username NAME --password-stdin to pull, or --authfile FILE to log in
        """,
        chinese: """
          请安装该助手；如果它所属的程序（例如 Docker Desktop）已卸载，请从文件中删除该设置并重新登录；\
          也可临时在拉取时使用 --username 用户名 --password-stdin，在登录时使用 --authfile 文件
          """)
    case .malformedEntry:
      Phrase(
        "log in again (dray login), or remove the entry", chinese: "请重新登录（dray login），或删除该条目")
    case .unreadableFile:
      Phrase(
        "if it belongs to another user (for example after 'sudo docker login'), take ownership: sudo chown \"$USER\" FILE",
        chinese: "若文件属于其他用户（例如由 “sudo docker login” 留下），请改为自己的：sudo chown \"$USER\" 文件")
    case .unwritableFile, .noPlace:
      Phrase("name another file: --authfile FILE", chinese: "请指定其他文件：--authfile 文件")
    default:
      Phrase(
        "or provide the password on standard input: --username NAME --password-stdin",
        chinese: "也可改用标准输入提供密码：--username 用户名 --password-stdin")
    }
  }
}

extension CredentialError.HelperEnd {
  fileprivate func phrase(of name: String) -> Phrase {
    switch self {
    case .exited(let code):
      Phrase(
        "docker-credential-\(name) failed with exit code \(code)", chinese: "docker-credential-\(name) 执行失败，退出码 \(code)"
      )
    case .signaled(let signal):
      Phrase(
        "docker-credential-\(name) was terminated by signal \(signal)",
        chinese: "docker-credential-\(name) 被信号 \(signal) 终止")
    case .notRun(let words):
      Phrase("docker-credential-\(name) cannot be run: \(words)", chinese: "无法运行 docker-credential-\(name)：\(words)")
    }
  }
}
