import ImageModel

/// A `dray serve` that cannot be carried out as it stands.
package enum ServeOptionError: ClassifiedError, Hashable {
  case emptyPath
  /// Not an address and a port.
  case listen(String)
  /// Whoever reaches this address could push.
  case openPush(String)
  case deleteWithoutPush

  package var failureClass: FailureClass { .usage }
}

extension ServeOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .emptyPath: Phrase("a path is empty", chinese: "有一个路径为空")
    case .openPush(let host):
      Phrase(
        "--accept-push on \(host) would let everybody who reaches it push",
        chinese: "在 \(host) 上使用 --accept-push 会让所有能访问它的人推送镜像")
    case .deleteWithoutPush:
      Phrase("--allow-delete is of use with --accept-push alone", chinese: "--allow-delete 须与 --accept-push 一起使用")
    case .listen(let text):
      Phrase("'\(text)' is not an ADDRESS:PORT to listen on", chinese: "“\(text)” 不是可监听的 “地址:端口”")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .listen:
      Phrase(
        "for example 127.0.0.1:5000, [::1]:5000, 0.0.0.0:5000 or :5000",
        chinese: "例如 127.0.0.1:5000、[::1]:5000、0.0.0.0:5000 或 :5000")
    case .openPush:
      Phrase("listen on this machine alone: --listen 127.0.0.1:5000", chinese: "请只在本机监听：--listen 127.0.0.1:5000")
    case .emptyPath, .deleteWithoutPush: nil
    }
  }
}
