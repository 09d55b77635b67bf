import ImageModel
import RegistryServer

extension GatewayError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noImage: Phrase("no image is named", chinese: "没有指定镜像")
    case .parameter(let name, let value):
      Phrase("'\(value)' is no value for the parameter '\(name)'", chinese: "参数 “\(name)” 的值 “\(value)” 无效")
    case .unknownParameter(let name):
      Phrase("there is no parameter '\(name)'", chinese: "没有参数 “\(name)”")
    case .tooManyImages(let limit):
      Phrase("one archive here takes at most \(limit) images", chinese: "这里一个归档最多包含 \(limit) 个镜像")
    case .upstreamNotAllowed(let registry, let allowed) where allowed.isEmpty:
      Phrase("this server asks no registries, not even \(registry)", chinese: "此服务不访问任何镜像仓库，包括 \(registry)")
    case .upstreamNotAllowed(let registry, let allowed):
      Phrase(
        "this server does not ask \(registry), only \(allowed.map(\.description).joined(separator: ", "))",
        chinese: "此服务不访问 \(registry)，只访问 \(allowed.map(\.description).joined(separator: "、"))")
    case .severalMeant(let name, let images):
      Phrase(
        "'\(name)' may mean \(images.joined(separator: " or "))",
        chinese: "“\(name)” 可能指 \(images.joined(separator: " 或 "))")
    case .fileGone:
      Phrase(
        "the file on this server that holds the image is gone or has changed, or is still being read",
        chinese: "此服务器上包含该镜像的文件已不存在、已改变，或仍在读取中")
    case .tagNotPinned(let image):
      Phrase(
        "the rest of \(image) is not served: it is not known any more which image the first part was of",
        chinese: "无法续传 \(image)：已不知道先前下载的部分属于哪个镜像")
    case .tagMoved(let image):
      Phrase(
        "the rest of \(image) is not served: the tag was moved, and the first part may be of another image",
        chinese: "无法续传 \(image)：标签已指向其他镜像，先前下载的部分可能属于旧镜像")
    case .gone(let image):
      Phrase(
        "the rest of \(image) is not served: the registry no longer has this image, or the archive is another",
        chinese: "无法续传 \(image)：仓库中已没有此镜像，或归档已不同")
    case .range(let text):
      Phrase("'\(text)' is not one range of bytes", chinese: "“\(text)” 不是单个字节范围")
    case .noSuchVolume(let number, let count):
      Phrase("there is no volume \(number): the archive has \(count)", chinese: "没有第 \(number) 卷：归档共 \(count) 卷")
    case .upstreamSilent(let seconds):
      Phrase("the registry gave no answer within \(seconds) seconds", chinese: "镜像仓库在 \(seconds) 秒内没有给出响应")
    case .wrongBytes(let digest):
      Phrase(
        "the registry sent wrong bytes for \(digest): the download cannot be resumed",
        chinese: "仓库发送的 \(digest) 数据有误，此次下载不能续传")
    case .tooManyDownloads(let limit, perClient: true):
      Phrase("at most \(limit) downloads for one client at the same time", chinese: "每个客户端最多同时下载 \(limit) 个")
    case .tooManyDownloads(let limit, perClient: false):
      Phrase("the server is busy with \(limit) downloads, its limit", chinese: "服务器正在进行 \(limit) 个下载，已达上限")
    case .tooManyLookups(let limit, perClient: true):
      Phrase("at most \(limit) images a minute are looked up for one client", chinese: "每个客户端每分钟最多查询 \(limit) 个镜像")
    case .tooManyLookups(let limit, perClient: false):
      Phrase("at most \(limit) images a minute are looked up here", chinese: "此服务每分钟最多查询 \(limit) 个镜像")
    case .unknownDownload(let id): Phrase("there is no download '\(id)'", chinese: "没有下载 “\(id)”")
    case .methodNotAllowed(let method): Phrase("\(method) is not possible here", chinese: "此处不支持 \(method)")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .upstreamNotAllowed:
      Phrase(
        "the operator of this server can allow it with --upstream HOST",
        chinese: "此服务的管理员可以用 --upstream 主机 允许访问")
    case .tagNotPinned, .tagMoved, .gone, .wrongBytes:
      Phrase("delete the partial file and download again", chinese: "请删除未完成的文件，重新下载")
    case .severalMeant: Phrase("put the registry in front of the path", chinese: "请在路径前写明仓库")
    case .fileGone, .upstreamSilent, .tooManyDownloads, .tooManyLookups:
      Phrase("try again a little later", chinese: "请稍后重试")
    case .unknownParameter:
      Phrase(
        "an archive has these: image, platform, form, as, split",
        chinese: "归档可用的参数：image、platform、form、as、split")
    case .noImage, .parameter, .tooManyImages, .range, .noSuchVolume, .unknownDownload, .methodNotAllowed: nil
    }
  }
}

extension UpstreamError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .openThroughProxy:
      Phrase(
        "--upstream '*' cannot be used with a proxy: the proxy resolves names, so private addresses would be reachable",
        chinese: "使用代理时不能用 --upstream '*'：域名由代理解析，内网地址将无法拦截")
    case .pinFile(let path, let detail):
      Phrase("'\(whole: path)' cannot be read: \(detail)", chinese: "无法读取 “\(whole: path)”：\(detail)")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .openThroughProxy:
      Phrase(
        "name the registries: --upstream docker.io --upstream quay.io",
        chinese: "请逐个指定仓库：--upstream docker.io --upstream quay.io")
    case .pinFile: Phrase("name another file: --pin-file FILE", chinese: "请指定其他文件：--pin-file 文件")
    }
  }
}
