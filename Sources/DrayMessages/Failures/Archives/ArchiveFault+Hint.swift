import ImageArchive
import SystemPackage

extension ArchiveFault {
  /// What helps with an archive at a path; nil where there is nothing to say.
  package func hint(of path: FilePath) -> Phrase? {
    switch self {
    case .notAnArchive:
      Phrase(
        "an archive is a tar file written by docker save, podman save, skopeo, crane, regctl or dray, or the folder of an OCI layout",
        chinese: "归档指 docker save、podman save、skopeo、crane、regctl 或 dray 生成的 tar 文件，或 OCI 布局目录")
    case .notAFileToRead:
      Phrase(
        "save it to a file first: cat \(whole: Self.source(path)) > image.tar",
        chinese: "请先保存为文件：cat \(whole: Self.source(path)) > image.tar")
    case .skopeoFolder:
      Phrase(
        "convert it to an archive: skopeo copy dir:\(whole: ShellWord.quoted(path.string)) oci-archive:image.tar",
        chinese: "请先转换为归档：skopeo copy dir:\(whole: ShellWord.quoted(path.string)) oci-archive:image.tar")
    case .link:
      Phrase(
        "make a copy that contains the files themselves: \(whole: Self.copy(path))",
        chinese: "请复制出实际文件：\(whole: Self.copy(path))")
    case .compressed(let compression):
      Phrase(
        "decompress it first: \(whole: compression.command(path.string))",
        chinese: "请先解压：\(whole: compression.command(path.string))")
    case .otherKind(.rootFileSystem):
      Phrase(
        "save the image instead: docker save -o FILE IMAGE; or create an image from these files: docker import \(whole: ShellWord.quoted(path.string)) NAME:TAG",
        chinese: "请导出镜像：docker save -o 文件 镜像名；或由这些文件生成镜像：docker import \(whole: ShellWord.quoted(path.string)) 名称:标签")
    case .otherKind(.imageV1):
      Phrase(
        "convert it with an older Docker, such as 20.10: docker load -i \(whole: ShellWord.quoted(path.string)), then docker save",
        chinese: "可用旧版 Docker（例如 20.10）读取并重新导出：先 docker load -i \(whole: ShellWord.quoted(path.string))，再 docker save")
    case .otherKind(.insideFolder(let folder)):
      Phrase(
        "unpack it and use the folder: tar -xf \(whole: ShellWord.quoted(path.string)), then ./\(whole: ShellWord.quoted(folder))",
        chinese: "请先解包，再指定该目录：tar -xf \(whole: ShellWord.quoted(path.string))，然后使用 ./\(whole: ShellWord.quoted(folder))"
      )
    case .byteOrderMark:
      Phrase(
        "save the file without it, as UTF-8; podman and skopeo do not read it either",
        chinese: "请将该文件另存为不带 BOM 的 UTF-8；podman 和 skopeo 也不读取带 BOM 的文件")
    case .truncated, .missing:
      Phrase(
        "copy or download it again; dray verify shows which parts are intact",
        chinese: "请重新复制或下载；dray verify 可说明其中哪些部分完整")
    default: nil
    }
  }

  private static func source(_ path: FilePath) -> String { path == "-" ? "-" : ShellWord.quoted(path.string) }

  /// The command that copies a folder and follows its links.
  private static func copy(_ path: FilePath) -> String {
    "cp -rL \(ShellWord.quoted(path.string)) \(ShellWord.quoted(path.string + ".copy"))"
  }
}

extension ArchiveCompression {
  /// The command that makes the archive of a compressed file, and keeps that.
  package func command(_ path: String) -> String {
    if self == .zip { return "unzip -q \(ShellWord.quoted(path))" }
    let program =
      switch self {
      case .gzip: "gunzip"
      case .zstd: "unzstd"
      case .bzip2: "bunzip2"
      case .xz: "unxz"
      case .lz4, .zip: "unlz4"
      }
    return "\(program) < \(ShellWord.quoted(path)) > \(ShellWord.quoted(plainName(path)))"
  }

  /// The name without the ending that tells of the compression.
  private func plainName(_ path: String) -> String {
    let endings =
      switch self {
      case .gzip: [(".tgz", ".tar"), (".gz", "")]
      case .zstd: [(".tzst", ".tar"), (".zst", "")]
      case .bzip2: [(".tbz2", ".tar"), (".tbz", ".tar"), (".bz2", "")]
      case .xz: [(".txz", ".tar"), (".xz", "")]
      case .lz4, .zip: [(".lz4", "")]
      }
    for (ending, plain) in endings where path.hasSuffix(ending) && path.utf8.count > ending.utf8.count {
      return path.dropLast(ending.count) + plain
    }
    return path + ".plain.tar"
  }
}
