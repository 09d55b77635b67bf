import ImageArchive
import RegistryServer
import SystemPackage

extension ContentsNotice: Phrased {
  package var phrase: Phrase {
    switch self {
    case .unreadable(_, let error):
      Phrase("not served: \(error.phrase.english)", chinese: "不提供：\(error.phrase.chinese)")
    case .unsuitable(_, let error):
      Phrase("not served: \(error.phrase.english)", chinese: "不提供：\(error.phrase.chinese)")
    case .nameless(let path, let digest):
      Phrase(
        """
        not served: an image of \(whole: path.string) has no name to pull it by (\(digest)); give it one in another file: \
        dray copy \(whole: ShellWord.quoted(path.string)) named.tar --as NAME:TAG (--image chooses one of several)
        """,
        chinese: """
          不提供：\(whole: path.string) 中有一个镜像没有可供拉取的名称（\(digest)）；请另存一份并命名：\
          dray copy \(whole: ShellWord.quoted(path.string)) named.tar --as 名称:标签（有多个镜像时用 --image 选择）
          """)
    case .incomplete(let path, let name, let missing, let bases):
      Phrase(
        "not served: \(name) of \(whole: path.string) lacks \(missing, "blob")\(Self.wanted(bases).english)",
        chinese: "不提供：\(whole: path.string) 中的 \(name) 缺少 \(missing) 个数据块\(Self.wanted(bases).chinese)")
    case .madeManifest(let path, let digest):
      Phrase(
        """
        \(whole: path.string) has no manifests (docker save before Docker 25): its image is served under a new digest: \
        \(digest)
        """,
        chinese: "\(whole: path.string) 中没有清单（Docker 25 之前的 docker save 格式）：镜像以新的摘要 \(digest) 提供")
    case .verified(let path):
      Phrase("Verified: \(whole: path.string)", chinese: "校验通过：\(whole: path.string)")
    case .damaged(let path):
      Phrase(
        "not served any more: \(whole: path.string) is damaged; dray verify tells where",
        chinese: "不再提供：\(whole: path.string) 已损坏；具体问题可用 dray verify 查看")
    case .faulty(let path):
      Phrase(
        "\(whole: path.string) is served, but something is wrong with it: dray verify tells what",
        chinese: "\(whole: path.string) 仍在提供，但存在问题：具体问题可用 dray verify 查看")
    case .rewritten(let path):
      Phrase(
        "not served for now: \(whole: path.string) was written to, and is served again once all of it was read",
        chinese: "暂不提供：\(whole: path.string) 的内容被改写，全部重新校验后恢复提供")
    case .tagTaken(let path, let name, let first):
      Phrase(
        "\(name) is that of \(whole: first.string); the one of \(whole: path.string) is served by its digest alone",
        chinese: "\(name) 取自 \(whole: first.string)；\(whole: path.string) 中的同名镜像只能按摘要拉取")
    case .leftOut(let path, let kind): Self.leftOut(path, kind)
    case .moreLeftOut(let path, let count):
      Phrase(
        "not served: \(count) more of what is in \(whole: path.string)",
        chinese: "不提供：\(whole: path.string) 中还有 \(count) 项")
    case .crowded(let path, let limit):
      Phrase(
        """
        \(whole: path.string) holds more than \(limit) entries: only these are looked at; put the archives into a folder of \
        their own
        """,
        chinese: "\(whole: path.string) 中超过 \(limit) 项，只查看其中这些；请将归档放入单独的目录")
    }
  }

  private static func leftOut(_ path: FilePath, _ kind: ContentsNotice.LeftOut) -> Phrase {
    let folder = path.removingLastComponent().string
    return switch kind {
    case .folder:
      Phrase(
        "not served: \(whole: path.string) is a folder inside of \(whole: folder): name it on the command line",
        chinese: "不提供：\(whole: path.string) 是 \(whole: folder) 中的子目录：请在命令行中指定它")
    case .link:
      Phrase(
        "not served: \(whole: path.string) is a symbolic link: name the file itself on the command line",
        chinese: "不提供：\(whole: path.string) 是符号链接：请在命令行中指定原文件")
    case .compressed(let compression):
      Phrase(
        "not served: \(whole: path.string) is compressed; decompress it first: \(compression.command(path.string))",
        chinese: "不提供：\(whole: path.string) 是压缩文件，请先解压：\(compression.command(path.string))")
    case .volume(let first):
      Phrase(
        "not served: \(whole: path.string) is a volume, and the first one, \(whole: first), is missing",
        chinese: "不提供：\(whole: path.string) 是分卷，但缺少第一卷 \(whole: first)")
    }
  }

  private static func wanted(_ bases: [String]) -> Phrase {
    guard !bases.isEmpty else { return Phrase("", chinese: "") }
    let list = bases.joined(separator: " ")
    return Phrase("; also serve its base: \(list)", chinese: "；请同时提供其基础镜像：\(list)")
  }
}
