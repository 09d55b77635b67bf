import ImageModel

/// Options for the registries behind `dray serve` that cannot be carried out as they stand.
package enum UpstreamOptionError: ClassifiedError, Hashable {
  /// Not a registry's host.
  case registry(String)
  case cacheWithoutUpstream
  case cacheSize(String)
  case cacheSizeWithoutCache
  case emptyPath(option: String)
  /// A login of this user's would be lent to whoever reaches the server.
  case loginLent

  package var failureClass: FailureClass { .usage }
}

extension UpstreamOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .registry(let text):
      Phrase("--upstream takes a registry's host, not '\(text)'", chinese: "--upstream 需要镜像仓库的主机名，而不是 “\(text)”")
    case .cacheWithoutUpstream:
      Phrase("--cache keeps what registries give, but none is named", chinese: "--cache 缓存镜像仓库的内容，但没有指定仓库")
    case .cacheSize(let text):
      Phrase("--cache-size takes a size such as 20G, not '\(text)'", chinese: "--cache-size 需要 20G 这样的大小，而不是 “\(text)”")
    case .cacheSizeWithoutCache:
      Phrase("--cache-size is of use with --cache alone", chinese: "--cache-size 须与 --cache 一起使用")
    case .emptyPath(let option): Phrase("\(option) needs a path", chinese: "\(option) 需要一个路径")
    case .loginLent:
      Phrase(
        "whoever reaches this server would get images by this user's registry login",
        chinese: "任何能访问此服务的人都能以当前用户的仓库登录获取镜像")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .cacheWithoutUpstream:
      Phrase("name the registries: --upstream docker.io", chinese: "请指定仓库：--upstream docker.io")
    case .loginLent:
      Phrase(
        """
        ask clients for a password: --token-file FILE; or listen on this machine alone: --listen 127.0.0.1:5000; or lend the \
        login to everybody: --anonymous
        """,
        chinese: "请要求客户端输入密码：--token-file 文件；或只监听本机：--listen 127.0.0.1:5000；或允许所有人使用该登录：--anonymous")
    case .registry, .cacheSize, .cacheSizeWithoutCache, .emptyPath: nil
    }
  }
}
