import RegistryServer
import SystemPackage

extension ServerError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .listen(let host, let port, nil):
      Phrase("cannot listen on \(host):\(port): there is no such host", chinese: "无法监听 \(host):\(port)：没有这个主机")
    case .listen(let host, let port, .addressInUse?):
      Phrase("cannot listen on \(host):\(port): the port is in use", chinese: "无法监听 \(host):\(port)：端口已被占用")
    case .listen(let host, let port, .addressNotAvailable?):
      Phrase(
        "cannot listen on \(host):\(port): this machine does not have that address",
        chinese: "无法监听 \(host):\(port)：本机没有这个地址")
    case .listen(let host, let port, let number?):
      Phrase(
        "cannot listen on \(host):\(port): \(SystemError(number.rawValue))",
        chinese: "无法监听 \(host):\(port)：\(SystemError(number.rawValue))")
    case .folderInUse(let path):
      Phrase(
        "another dray serve uses '\(whole: path.string)'", chinese: "另一个 dray serve 正在使用 “\(whole: path.string)”")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .listen(_, _, .addressInUse?):
      Phrase("choose another one: --listen 127.0.0.1:5001", chinese: "请换一个端口：--listen 127.0.0.1:5001")
    case .listen(_, let port, .permissionDenied?) where port < 1_024:
      Phrase("ports below 1024 are for root; choose a higher one", chinese: "1024 以下的端口只有 root 可用；请换一个更大的端口")
    case .listen: nil
    case .folderInUse:
      Phrase("stop the other one, or name another folder", chinese: "请停止另一个服务，或指定其他目录")
    }
  }
}
