import HTTPAccess
import ImageModel
import RegistryAuth
import RegistryClient

extension RegistryFailure: Phrased {
  package var phrase: Phrase {
    switch self {
    case .network(let failure): failure.phrase
    case .auth(let failure): failure.phrase
    case .storageRefused(let host, let status):
      Phrase(
        "the registry's storage at \(host) rejects all addresses that the registry gives, with HTTP \(status)",
        chinese: "仓库的存储 \(host) 拒绝了仓库给出的所有下载地址，HTTP \(status)")
    case .storageUnreachable(let storage, let reason):
      Phrase(
        "the registry stores its layers at \(storage), which cannot be reached from here: \(reason.phrase.english)",
        chinese: "仓库的数据存放在 \(storage)，本机无法访问：\(reason.phrase.chinese)")
    case .tagsNotDeleted(let host):
      Phrase("\(host) does not let tags be deleted", chinese: "\(host) 不支持删除标签")
    case .manifestInUse(let digest, let tag):
      Phrase(
        "the registry deletes tags only together with their manifest, but '\(tag)' needs \(digest), too",
        chinese: "该仓库只能连同清单一起删除标签，而 “\(tag)” 也需要 \(digest)")
    case .listNotOffered(let host):
      Phrase(
        "\(host) does not list its repositories, at least not for this user",
        chinese: "\(host) 不提供仓库列表，或不向该用户提供")
    case .listRefused(let host, let refusal): refusal.phrase(host: host)
    case .repositoryNotFound:
      Phrase("the registry has no such repository", chinese: "仓库中没有该镜像")
    case .manifestNotFound:
      Phrase("the registry has no such tag or digest", chinese: "仓库中没有该标签或摘要")
    case .blobNotFound(let digest):
      Phrase("the registry does not have the blob \(digest)", chinese: "仓库中没有数据块 \(digest)")
    case .manifestDigestMismatch(let expected, let found):
      Phrase(
        "the manifest does not match the request: expected \(expected), got \(found)",
        chinese: "清单与请求不符：应为 \(expected)，实为 \(found)")
    case .headerDigestMismatch(let header, let found):
      Phrase(
        "the registry declares the manifest as \(header), but it is \(found)",
        chinese: "仓库声明清单为 \(header)，实为 \(found)")
    case .blobDigestMismatch(let expected, let found):
      Phrase(
        "a blob is corrupt: expected \(expected), got \(found)", chinese: "数据块内容有误：应为 \(expected)，实为 \(found)")
    case .sizeMismatch(let digest, let expected, let found):
      Phrase(
        "the size of \(digest) differs: the manifest says \(expected) bytes, the registry \(found)",
        chinese: "\(digest) 的大小不符：清单为 \(expected) 字节，仓库为 \(found) 字节")
    case .bodyTooLong(let digest, let size):
      Phrase(
        "the registry sent more than the expected \(size) bytes of \(digest)",
        chinese: "仓库发来的 \(digest) 超过了应有的 \(size) 字节")
    case .foreignAddressRefused(let address):
      Phrase(
        "a layer is hosted at '\(address)', but layers are fetched from https:// addresses only",
        chinese: "有一层存放在 “\(address)”，而层只从 https:// 地址获取")
    case .upload(let failure): failure.phrase
    }
  }
}
