import ImageCopy
import ImageModel
import RegistryClient

extension PullWarning: Phrased {
  /// The warning's name in `--json`.
  package var name: String {
    switch self {
    case .digestWins: "digest-wins"
    case .platformDiffers: "platform-differs"
    case .configDoesNotMatchLayers: "config-does-not-match-layers"
    case .fromRegistry: "from-registry"
    case .plainHTTP: "plain-http"
    case .wrongBytes: "wrong-bytes"
    case .wrongCopy: "wrong-copy"
    case .unusableArchive: "unusable-archive"
    case .mirrorDropped: "mirror-dropped"
    case .mirrorIncomplete: "mirror-incomplete"
    case .anonymousInstead: "anonymous-instead"
    case .digestChanged: "digest-changed"
    case .leftOut: "left-out"
    case .movedAside: "moved-aside"
    case .zstdLayers: "zstd-layers"
    case .unusableJournal: "unusable-journal"
    case .notLocked: "not-locked"
    case .nothingInBase: "nothing-in-base"
    case .deltaByDiffID: "delta-by-diff-id"
    case .plainArchive: "plain-archive"
    case .addressInName: "address-in-name"
    case .passedOver: "configuration"
    case .ofImage(_, let warning): warning.name
    }
  }

  /// Whether only `--verbose` tells it: what this machine says to itself, nobody on the way reads.
  package var isDetail: Bool {
    switch self {
    case .plainHTTP(let host): (try? RegistryName(parsing: host))?.isLoopback == true
    case .ofImage(_, let warning): warning.isDetail
    default: false
    }
  }

  package var phrase: Phrase {
    switch self {
    case .digestWins(let reference):
      Phrase(
        "\(reference): the digest decides; the tag is only a label",
        chinese: "\(reference)：以摘要为准，标签仅作标注")
    case .platformDiffers(let wanted, let found):
      Phrase(
        "the image is for \(found), not for \(wanted)", chinese: "该镜像适用于 \(found)，而不是 \(wanted)")
    case .configDoesNotMatchLayers(let layers, let diffIDs):
      Phrase(
        "the manifest has \(layers, "layer") and the config \(diffIDs): some engines will refuse the image",
        chinese: "清单有 \(layers) 层，配置却有 \(diffIDs) 层：有些引擎会拒绝加载")
    case .fromRegistry(let host, let text):
      Phrase("\(host) says: \(text)", chinese: "\(host) 提示：\(text)")
    case .plainHTTP(let host):
      Phrase(
        "the connection to \(host) is not encrypted; a password would be sent in the clear, too",
        chinese: "与 \(host) 之间的通信未加密，密码也不例外")
    case .wrongBytes(let host, let digest):
      Phrase(
        "\(host) sent corrupt data for \(digest), which is fetched elsewhere now",
        chinese: "\(host) 返回的 \(digest) 内容有误，不再从该处下载")
    case .mirrorDropped(let host, let fault):
      Phrase(
        "the mirror \(host) is no longer used: \(fault.phrase.english)",
        chinese: "不再使用镜像站 \(host)：\(fault.phrase.chinese)")
    case .mirrorIncomplete(let host):
      Phrase(
        "the mirror \(host) lacks a part of the image, which is fetched elsewhere",
        chinese: "镜像站 \(host) 缺少部分内容，缺少的部分将从别处下载")
    case .wrongCopy(let path, let digest):
      Phrase(
        "'\(whole: path)' has corrupt content for \(digest), which is downloaded instead",
        chinese: "“\(whole: path)” 中的 \(digest) 内容有误，改为下载")
    case .unusableArchive(let error):
      Phrase(
        "\(error.phrase.english); nothing is copied from it", chinese: "\(error.phrase.chinese)，不会从中复制")
    case .anonymousInstead(let host, let origin):
      Phrase(
        "\(host) does not accept the password \(origin.phrase.english): the image is pulled anonymously",
        chinese: "\(host) 不接受密码（\(origin.phrase.chinese)），已改为匿名拉取")
    case .ofImage(let reference, let warning):
      Phrase(
        "\(reference): \(warning.phrase.english)", chinese: "\(reference)：\(warning.phrase.chinese)")
    case .passedOver(let error): error.phrase
    case .digestChanged(let former, let now):
      Phrase(
        "the layers were recompressed, so the image digest has changed: \(now), in the registry \(former)",
        chinese: "层已重新压缩，镜像摘要变为 \(now)，仓库中为 \(former)")
    case .leftOut(let content): content.phrase
    case .movedAside(let path):
      Phrase(
        "there was a folder in the place of a blob; its content was moved to '\(whole: path)'",
        chinese: "数据块的位置上有一个目录，其内容已移至 “\(whole: path)”")
    case .zstdLayers:
      Phrase(
        "the layers use zstd, which Docker before version 23 cannot read: --layers gzip recompresses them",
        chinese: "镜像层采用 zstd 压缩，Docker 23 之前的版本无法读取：可用 --layers gzip 重新压缩")
    case .unusableJournal(let path):
      Phrase(
        "the unfinished download '\(whole: path)' cannot be resumed and starts over",
        chinese: "未完成的下载 “\(whole: path)” 无法续传，将重新开始")
    case .notLocked(let path):
      Phrase(
        "the file system of '\(whole: path)' does not support locks: do not run another dray that writes it",
        chinese: "“\(whole: path)” 所在的文件系统不支持文件锁：请勿同时运行另一个 dray 写入它")
    case .nothingInBase:
      Phrase(
        "the base has none of the image's bottom layers: the archive is complete",
        chinese: "基础中没有该镜像底部的任何层：归档是完整的")
    case .deltaByDiffID:
      Phrase(
        "the base does not say how its layers are compressed: the delta is for Docker's classic image store",
        chinese: "基础未说明各层的压缩形式：该增量归档适用于 Docker 的传统镜像存储")
    case .addressInName(let name):
      Phrase(
        "most engines cannot load names with an IPv6 address, such as '\(name)': --as NAME:TAG renames the image",
        chinese: "多数引擎无法加载含 IPv6 地址的名称（如 “\(name)”）：可用 --as 名称:标签 另取名称")
    case .plainArchive(let path):
      Phrase(
        "'\(whole: path)' will be an uncompressed tar file despite its name; dray does not compress whole archives",
        chinese: "“\(whole: path)” 将是未压缩的 tar 文件，与其扩展名不符：dray 不会压缩整个归档")
    }
  }
}

extension MirrorFault: Phrased {
  package var phrase: Phrase {
    switch self {
    // A mirror that serves a list of images says no in the words of one that wants a login.
    case .registry(.auth(.loginRequired(let host, _)), let answer?) where answer.status == 403:
      MirrorFault.registry(.auth(.accessDenied(host: host, origin: nil)), answer: answer).phrase
    case .registry(let reason, let answer?) where !answer.words.isEmpty:
      Phrase(
        "\(reason.phrase.english); it says: \(answer.words.joined(separator: "; "))",
        chinese: "\(reason.phrase.chinese)；其说明：\(answer.words.joined(separator: "；"))")
    case .registry(let reason, _): reason.phrase
    case .manifest(let error): error.phrase
    case .slow:
      Phrase("it is far slower than the others", chinese: "速度远低于其他来源")
    }
  }
}
