import ImageArchive
import SystemPackage

extension ArchiveFault {
  /// What is wrong with the archive at a path.
  package func phrase(of path: FilePath) -> Phrase {
    let path = path.string
    return switch self {
    case .notAnArchive:
      Phrase(
        "'\(whole: path)' is not an image archive", chinese: "“\(whole: path)” 不是镜像归档")
    case .notAFileToRead:
      Phrase(
        "'\(whole: path)' is standard input, a pipe or a device: archives are read in random order, which requires a file",
        chinese: "“\(whole: path)” 是标准输入、管道或设备：归档需要随机读取，必须是文件")
    case .skopeoFolder:
      Phrase(
        "'\(whole: path)' is a folder in skopeo's dir: format, not an image layout",
        chinese: "“\(whole: path)” 是 skopeo 以 dir: 格式写出的目录，不是镜像布局")
    case .compressed(let compression):
      Phrase(
        "'\(whole: path)' is compressed as a whole (\(compression.rawValue)): its images cannot be read in place",
        chinese: "“\(whole: path)” 整个文件经过 \(compression.rawValue) 压缩，无法直接读取其中的镜像")
    case .otherKind(.rootFileSystem):
      Phrase(
        "'\(whole: path)' holds a file system, as docker export writes it, not an image",
        chinese: "“\(whole: path)” 是文件系统（如 docker export 的输出），不是镜像归档")
    case .otherKind(.imageV1):
      Phrase(
        "'\(whole: path)' is an archive of docker save before Docker 1.10, a format that current engines do not load",
        chinese: "“\(whole: path)” 是 Docker 1.10 之前 docker save 的归档，如今的引擎已不能加载")
    case .otherKind(.insideFolder(let folder)):
      Phrase(
        "'\(whole: path)' is not an image archive: the archive is inside its folder '\(folder)'",
        chinese: "“\(whole: path)” 不是镜像归档：归档内容位于其中的目录 “\(folder)”")
    case .truncated:
      Phrase("'\(whole: path)' is truncated: the end of the archive is missing", chinese: "“\(whole: path)” 不完整：归档没有结尾")
    case .volumeMissing(let name):
      Phrase(
        "the volume '\(whole: name)' is missing; '\(whole: path)' continues in it",
        chinese: "缺少分卷 “\(whole: name)”，“\(whole: path)” 的后续内容在其中")
    case .volumeSizeDiffers(let name, let expected, let actual):
      Phrase(
        "the volume '\(whole: name)' has \(actual) bytes; the other volumes have \(expected)",
        chinese: "分卷 “\(whole: name)” 有 \(actual) 字节，其他分卷为 \(expected) 字节")
    case .bytesBehindEnd:
      Phrase("'\(whole: path)' has data after the end of the archive", chinese: "“\(whole: path)” 在归档结尾之后还有内容")
    case .malformedHeader, .conflictingSizes, .sparseMember, .tooLarge, .documentsTooLarge: memberPhrase(of: path)
    case .tooManyMembers(let limit):
      Phrase("'\(whole: path)' has more than \(limit) members", chinese: "“\(whole: path)” 的成员超过 \(limit) 个")
    case .link(let name):
      Phrase(
        "'\(name)' in '\(whole: path)' is a symbolic link; links in a layout are not followed",
        chinese: "“\(whole: path)” 中的 “\(name)” 是符号链接，不会跟随布局中的链接")
    case .notAFile(let name):
      Phrase("'\(name)' in '\(whole: path)' is not a regular file", chinese: "“\(whole: path)” 中的 “\(name)” 不是普通文件")
    case .duplicate(let name):
      Phrase("'\(name)' occurs twice in '\(whole: path)'", chinese: "“\(whole: path)” 中有两个 “\(name)”")
    case .overlapping(let name):
      Phrase(
        "'\(name)' in '\(whole: path)' is below a regular file", chinese: "“\(whole: path)” 中的 “\(name)” 位于另一个文件之下")
    case .unreadableIndex:
      Phrase("the index.json of '\(whole: path)' cannot be read", chinese: "无法读取 “\(whole: path)” 的 index.json")
    case .unknownDigest(let digest):
      Phrase(
        "an entry in the index.json of '\(whole: path)' has a digest that is neither sha256 nor sha512: '\(digest)'",
        chinese: "“\(whole: path)” 的 index.json 中有一项的摘要既不是 sha256 也不是 sha512：“\(digest)”")
    case .unreadableDockerManifest:
      Phrase("the manifest.json of '\(whole: path)' cannot be read", chinese: "无法读取 “\(whole: path)” 的 manifest.json")
    case .byteOrderMark(let name):
      Phrase(
        "the \(name) of '\(whole: path)' begins with a byte order mark (BOM), which JSON must not have",
        chinese: "“\(whole: path)” 的 \(name) 以字节序标记（BOM）开头，JSON 不允许有它")
    case .unreadableManifest(let name, let error):
      Phrase(
        "'\(name)' in '\(whole: path)' cannot be read: \(error.phrase.english)",
        chinese: "无法读取 “\(whole: path)” 中的 “\(name)”：\(error.phrase.chinese)")
    case .unreadableConfig(let name, let error):
      Phrase(
        "the config '\(name)' in '\(whole: path)' cannot be read: \(error.phrase.english)",
        chinese: "无法读取 “\(whole: path)” 中的配置 “\(name)”：\(error.phrase.chinese)")
    case .indexTooDeep(let name, let limit):
      Phrase(
        "'\(name)' in '\(whole: path)' is an index nested more than \(limit) levels deep",
        chinese: "“\(whole: path)” 中的 “\(name)” 是嵌套超过 \(limit) 层的索引")
    case .missing(let name):
      Phrase("'\(name)' is missing in '\(whole: path)'", chinese: "“\(whole: path)” 中没有 “\(name)”")
    case .wrongContent(let name):
      Phrase(
        "the content of '\(name)' in '\(whole: path)' does not match its digest",
        chinese: "“\(whole: path)” 中 “\(name)” 的内容与其摘要不符")
    case .wrongSize(let name):
      Phrase(
        "the size of '\(name)' in '\(whole: path)' differs from its descriptor",
        chinese: "“\(whole: path)” 中 “\(name)” 的大小与其描述符不符")
    }
  }
}
