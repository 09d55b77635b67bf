import ImageArchive

/// The words of what `dray inspect` shows of an archive.
package enum ArchiveInspectPhrase: Phrased, Sendable {
  case form(StoredArchive)
  /// Several images are there; one can be named.
  case nameOne(String)
  case missing(Int)
  case missingLayer

  package var phrase: Phrase {
    switch self {
    case .form(let archive): Self.form(archive.form, isFolder: archive.isFolder)
    case .nameOne(let name):
      Phrase(
        "One of them in full: --image \(whole: ShellWord.quoted(name))",
        chinese: "查看其中一个的详情：--image \(whole: ShellWord.quoted(name))")
    case .missing(1): Phrase("1 blob is not in the archive", chinese: "归档中缺 1 个数据块")
    case .missing(let count): Phrase("not in the archive: \(count, "blob")", chinese: "归档中缺 \(count) 个数据块")
    case .missingLayer: Phrase("missing", chinese: "缺失")
    }
  }

  package static func form(_ form: ArchiveFormat, isFolder: Bool) -> Phrase {
    switch (form, isFolder) {
    case (.ociAndDocker, false): Phrase("docker and OCI, a tar file", chinese: "docker 与 OCI 双格式 tar 文件")
    case (.oci, false): Phrase("OCI, a tar file", chinese: "OCI 格式 tar 文件")
    case (.docker, false): Phrase("docker, a tar file", chinese: "docker 格式 tar 文件")
    case (.ociAndDocker, true): Phrase("docker and OCI, a folder", chinese: "docker 与 OCI 双格式目录")
    case (.oci, true): Phrase("OCI, a folder", chinese: "OCI 布局目录")
    case (.docker, true): Phrase("docker, a folder", chinese: "docker 格式目录")
    }
  }
}
