import HTTPAccess
import ImageModel
import RegistryAuth
import RegistryClient

extension RegistryFailure: HintedReason {
  /// What the user can do about it.
  package func hint(_ answer: ServerAnswer?) -> Phrase? {
    switch self {
    case .network(let failure): failure.hint(answer)
    case .auth(let failure): failure.hint(answer)
    case .storageUnreachable:
      Phrase(
        "allow access to it (firewall, proxy, --resolve), or ask the registry's administrator to disable its redirects",
        chinese: "请打通到该地址的网络（防火墙、代理、--resolve），或请仓库管理员关闭存储重定向")
    case .repositoryNotFound, .manifestNotFound:
      Phrase(
        "check the name and the tag; a proxy cache also answers this way when it cannot get the image from its source",
        chinese: "请检查镜像名和标签；代理缓存无法从上游取得镜像时，也会这样应答")
    case .tagsNotDeleted:
      Phrase(
        "delete them with the registry's own page, API or retention rules, or run without --prune",
        chinese: "请使用仓库自身的页面、API 或保留规则删除，或去掉 --prune")
    case .listNotOffered:
      Phrase(
        "specify a repository, such as: dray tags HOST/team/app", chinese: "请直接指定仓库名，例如：dray tags 主机/team/app")
    case .upload(let failure): failure.hint
    case .foreignAddressRefused:
      Phrase(
        "push the image with that layer to a registry of your own, and pull it from there",
        chinese: "请把镜像连同该层推送到自己的仓库，再从那里拉取")
    case .manifestDigestMismatch, .headerDigestMismatch, .blobDigestMismatch, .sizeMismatch, .bodyTooLong:
      Phrase(
        "the wrong content was discarded; a proxy or a mirror in between may have changed it",
        chinese: "错误的内容没有保留；可能被中间的代理或镜像站改动过")
    case .storageRefused, .blobNotFound, .listRefused, .manifestInUse: nil
    }
  }
}
