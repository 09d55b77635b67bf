import ArchiveTools
import ImageArchive
import ImageCopy
import SystemPackage

/// The words of `dray verify`.
package enum VerifyPhrase: Phrased, Sendable {
  /// A finding as it stands on a line.
  case line(ArchiveFinding, path: String)
  case finding(ArchiveFinding, path: String)
  case summary(ArchiveVerification, path: String)

  package var phrase: Phrase {
    switch self {
    case .line(let finding, let path):
      finding.isRemark
        ? Phrase(
          "note: \(finding.phrase(of: path).english)", chinese: "注意：\(finding.phrase(of: path).chinese)")
        : Phrase(
          "fault: \(finding.phrase(of: path).english)", chinese: "问题：\(finding.phrase(of: path).chinese)")
    case .finding(let finding, let path): finding.phrase(of: path)
    case .summary(let verification, let path): Self.summary(verification, path)
    }
  }

  private static func summary(_ verification: ArchiveVerification, _ path: String) -> Phrase {
    let (images, contents) = (verification.images, verification.contents)
    let (size, time) = (ByteCount(verification.bytes), ElapsedTime(verification.elapsed))
    let faults = verification.faults
    guard faults > 0 else {
      return Phrase(
        "'\(whole: path)' is valid: \(images, "image"), \(contents, "blob"), \(size) read in \(time)",
        chinese: "“\(whole: path)” 校验通过：\(images) 个镜像，\(contents) 个数据块，读取 \(size)，用时 \(time)")
    }
    return Phrase(
      "'\(whole: path)' has \(faults, "fault"): \(images, "image"), \(contents, "blob"), \(size) read in \(time)",
      chinese: "“\(whole: path)” 有 \(faults) 个问题：\(images) 个镜像，\(contents) 个数据块，读取 \(size)，用时 \(time)")
  }
}

extension ArchiveFinding {
  /// The words of the finding in the archive at a path.
  package func phrase(of path: String) -> Phrase {
    switch self {
    case .structure(let finding): finding.phrase(of: path)
    case .wrongDigest(let name, let expected, let found):
      Phrase(
        "'\(name)' has the digest \(found); expected: \(expected)",
        chinese: "“\(name)” 的内容是 \(found)，应为 \(expected)")
    case .wrongDiffID(let name, let expected, let found):
      Phrase(
        "the layer '\(name)' has the uncompressed digest \(found); the config says \(expected)",
        chinese: "层 “\(name)” 解压后是 \(found)，配置中为 \(expected)")
    case .damagedLayer(let name, let error):
      Phrase(
        "the layer '\(name)' cannot be decompressed: \(error.phrase.english)",
        chinese: "层 “\(name)” 无法解压：\(error.phrase.chinese)")
    case .unusableLayer(let name, let error):
      Phrase(
        "the layer '\(name)' cannot be unpacked: \(error.phrase.english)",
        chinese: "层 “\(name)” 无法解包：\(error.phrase.chinese)")
    case .unreadLayer(let name, let kind):
      Phrase(
        "the layer '\(name)' \(kind.phrase.english); its digest is correct, its content was not checked",
        chinese: "层 “\(name)” \(kind.phrase.chinese)；其摘要正确，内容未检查")
    case .changed(let name):
      Phrase("'\(name)' changed while it was read", chinese: "“\(name)” 在读取过程中发生了变化")
    case .otherCompression(let name, let type, let compression):
      Phrase(
        "the layer '\(name)' is declared as '\(type)', but its compression is: \(compression.rawValue)",
        chinese: "层 “\(name)” 标为 “\(type)”，实际压缩方式：\(compression.rawValue)")
    case .zstd(let name):
      Phrase(
        "the layer '\(name)' uses zstd: Docker before version 23 cannot load it",
        chinese: "层 “\(name)” 采用 zstd 压缩：Docker 23 之前的版本无法加载")
    }
  }

  /// Its name in `--json`.
  package var name: String {
    switch self {
    case .structure(let finding): finding.name
    case .wrongDigest: "wrong-digest"
    case .wrongDiffID: "wrong-diff-id"
    case .damagedLayer: "damaged-layer"
    case .unusableLayer: "unusable-layer"
    case .unreadLayer(_, let kind): "\(kind.rawValue)-layer"
    case .changed: "changed"
    case .otherCompression: "other-compression"
    case .zstd: "zstd"
    }
  }

  /// The layers that it is about, by their digests; nil where it is about none.
  package var layers: [String]? {
    if case .structure(let finding) = self { finding.layers } else { nil }
  }

  /// The member that it is about; nil where it is about none.
  package var member: String? {
    switch self {
    case .structure(let finding): finding.member
    case .wrongDigest(let name, _, _), .wrongDiffID(let name, _, _), .damagedLayer(let name, _),
      .unusableLayer(let name, _), .unreadLayer(let name, _), .changed(let name),
      .otherCompression(let name, _, _), .zstd(let name):
      name
    }
  }
}
