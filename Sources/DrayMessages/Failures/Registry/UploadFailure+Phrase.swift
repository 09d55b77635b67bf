import HTTPAccess
import ImageModel
import RegistryClient

extension UploadFailure {
  package var phrase: Phrase {
    switch self {
    case .nameMissing(let host, let repository):
      Phrase(
        "the project or repository of '\(repository)' does not exist at \(host)",
        chinese: "\(host) 上没有 “\(repository)” 的位置：项目或仓库不存在")
    case .denied(let host, let repository):
      Phrase(
        "\(host) does not allow this user to push to '\(repository)'", chinese: "\(host) 不允许该用户推送到 “\(repository)”")
    case .projectNotMade(let host, let project):
      Phrase(
        "the project '\(project)' does not exist at \(host), and this user may not create it",
        chinese: "\(host) 上没有项目 “\(project)”，该用户也无权创建")
    case .quotaExceeded(let host):
      Phrase("the storage quota of \(host) is exhausted", chinese: "\(host) 的存储配额已用完")
    case .readOnly(let host, let repository):
      Phrase(
        "'\(repository)' at \(host) is a proxy cache, which does not accept pushes",
        chinese: "\(host) 上的 “\(repository)” 属于代理缓存项目，不能推送")
    case .pushNotOffered(let host):
      Phrase("\(host) is read-only: it does not accept pushes", chinese: "\(host) 是只读仓库，不接受推送")
    case .tagImmutable(let tag):
      Phrase("the tag '\(tag)' is immutable and refers to another image", chinese: "标签 “\(tag)” 不可变，且已指向其他镜像")
    case .tooLarge(let host, let bytes):
      Phrase(
        "a proxy in front of \(host) rejects requests of \(ByteCount(bytes))",
        chinese: "\(host) 前面的代理不接受 \(ByteCount(bytes)) 的请求")
    case .sessionLost(let host):
      Phrase("\(host) lost the upload in progress", chinese: "\(host) 丢失了已开始的上传")
    case .beingCollected(let digest, let host):
      Phrase(
        "\(host) is removing \(digest) in its garbage collection, and does not accept it until that is done",
        chinese: "\(host) 的垃圾回收正在删除 \(digest)，完成之前不接受该内容")
    case .locationRefused(let from, let location): location.phrase(from: from)
    case .digestDiffers(let expected, let found):
      Phrase(
        "the registry stored other content than was sent: sent \(expected), stored \(found)",
        chinese: "仓库保存的内容与发送的不符：发送 \(expected)，仓库为 \(found)")
    case .notStored(let digest):
      Phrase("the registry accepted \(digest), but does not have it", chinese: "仓库应答成功，却没有保存 \(digest)")
    case .manifestRefused(let status):
      Phrase(
        "the registry does not accept this kind of manifest: HTTP \(status)", chinese: "仓库不接受这种清单：HTTP \(status)")
    case .manifestTooLarge(let digest, let bytes, let host, let status):
      Phrase(
        "\(host) does not accept the manifest \(digest), which has \(ByteCount(bytes)): HTTP \(status)",
        chinese: "\(host) 不接受清单 \(digest)，其大小为 \(ByteCount(bytes))：HTTP \(status)")
    case .zstdRefused(let host, let status):
      Phrase(
        "\(host) does not accept this manifest, which has zstd layers: HTTP \(status)",
        chinese: "\(host) 不接受该清单，其中的层以 zstd 压缩：HTTP \(status)")
    case .artifactRefused(let type, let host, let status):
      Phrase(
        "\(host) does not accept this artifact of the type \(type): HTTP \(status)",
        chinese: "\(host) 不接受类型为 \(type) 的制品：HTTP \(status)")
    case .attestationsRefused(let host):
      Phrase(
        "\(host) does not accept attestations, and this image has some",
        chinese: "\(host) 不接受证明（attestation），而该镜像带有证明")
    case .wantsDockerFormat(let host):
      Phrase(
        "\(host) accepts only a Docker manifest list, not an OCI index",
        chinese: "\(host) 不接受 OCI 格式的索引，只接受 Docker 格式")
    case .wantsOCIFormat(let host):
      Phrase(
        "\(host) accepts only OCI manifests, and this one is a Docker manifest",
        chinese: "\(host) 只接受 OCI 格式的清单，而该清单为 Docker 格式")
    case .contentMissing:
      Phrase(
        "the registry reports that content referenced by the manifest is missing", chinese: "仓库称清单引用的内容不完整")
    }
  }

  package var hint: Phrase? { firstStep?.phrase ?? generalHint }

  /// What to do wherever it happens.
  private var generalHint: Phrase? {
    switch self {
    case .projectNotMade(_, let project):
      Phrase(
        "ask an administrator of Harbor to create the private project '\(project)', or for a robot that may create projects",
        chinese: "请 Harbor 管理员创建私有项目 “\(project)”，或提供有权创建项目的机器人账户")
    case .nameMissing:
      Phrase(
        "create it first (on Harbor: the project), or check the name", chinese: "请先创建（Harbor 为项目），或检查名称")
    case .denied:
      Phrase("the account needs permission to push there", chinese: "该账号需要相应的推送权限")
    case .quotaExceeded:
      Phrase(
        "increase the quota, or delete content that is no longer needed", chinese: "请提高配额，或删除不再需要的内容")
    case .pushNotOffered:
      Phrase(
        "push to another registry, or let this one accept pushes (dray serve --accept-push)",
        chinese: "请推送到其他仓库，或让该仓库接受推送（dray serve --accept-push）")
    case .tagImmutable:
      Phrase("push it under another tag", chinese: "请换一个标签推送")
    case .tooLarge:
      Phrase(
        "increase the limit of the proxy (nginx: client_max_body_size 0)",
        chinese: "请调大代理的限制（nginx：client_max_body_size 0）")
    case .sessionLost:
      Phrase(
        "several instances behind one name must share http.secret, or use session affinity",
        chinese: "同一域名后的多个仓库实例须使用相同的 http.secret，或启用会话保持")
    case .beingCollected:
      Phrase(
        "run the same command again when the garbage collection is over (on Harbor at most two hours later)",
        chinese: "请在垃圾回收结束后再次运行同一命令（Harbor 最多两小时）")
    case .manifestRefused:
      Phrase(
        "some registries accept only one format: dray convert --help", chinese: "部分仓库只接受某一种格式：见 dray convert --help")
    case .manifestTooLarge:
      Phrase(
        "most registries accept manifests of at most 4 MiB; a proxy may accept less (nginx: client_max_body_size 0)",
        chinese: "多数仓库只接受不超过 4 MiB 的清单；代理的限制可能更小（nginx：client_max_body_size 0）")
    case .zstdRefused:
      Phrase(
        "some registries (Nexus) accept only gzip: dray pull … --layers gzip, then dray push (new digest)",
        chinese: "部分仓库（Nexus）只接受 gzip：先 dray pull … --layers gzip，再 dray push（摘要会改变）")
    case .artifactRefused:
      Phrase(
        "signatures and the like can be left out: dray copy … --no-referrers; or let the registry accept the type (Quay: ALLOWED_OCI_ARTIFACT_TYPES)",
        chinese: "可不复制签名等内容：dray copy … --no-referrers；或让仓库接受该类型（Quay：ALLOWED_OCI_ARTIFACT_TYPES）")
    case .attestationsRefused:
      Phrase(
        "leave them out: dray copy … --attestations drop (new digest)",
        chinese: "可去掉证明：dray copy … --attestations drop（摘要会改变）")
    case .wantsDockerFormat:
      Phrase(
        "convert it on the way: dray copy … --format docker (new digest)",
        chinese: "可在复制时转换格式：dray copy … --format docker（摘要会改变）")
    case .wantsOCIFormat:
      Phrase(
        "zot takes them with \"compat\": [\"docker2s2\"] in its configuration; or convert it on the way: dray copy … --format oci (new digest)",
        chinese:
          "zot 可在配置中加入 \"compat\": [\"docker2s2\"]；或在复制时转换格式：dray copy … --format oci（摘要会改变）")
    case .contentMissing, .notStored:
      Phrase(
        "run the same command again: content that is already there is not sent again", chinese: "请再次运行同一命令：已存在的内容不会重复发送"
      )
    case .readOnly, .locationRefused, .digestDiffers: nil
    }
  }
}

extension UploadLocationRefusal {
  fileprivate func phrase(from: String) -> Phrase {
    switch self {
    case .missing:
      Phrase("the answer from \(from) does not contain an upload address", chinese: "\(from) 的应答没有给出上传地址")
    case .malformed:
      Phrase("the answer from \(from) contains a malformed upload address", chinese: "\(from) 给出的上传地址无效")
    case .unencrypted(let address):
      Phrase(
        "\(from) asks for the upload to be sent unencrypted to \(address)", chinese: "\(from) 要求以明文上传到 \(address)")
    case .privateAddress(let address):
      Phrase(
        "\(from) asks for the upload to be sent to a private address on another host, \(address)",
        chinese: "\(from) 要求上传到另一主机的内网地址 \(address)")
    }
  }
}
