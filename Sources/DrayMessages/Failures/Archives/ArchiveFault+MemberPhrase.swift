import ImageArchive

/// Faults of one member, which has a name unless its header is what cannot be read.
extension ArchiveFault {
  package func memberPhrase(of path: String) -> Phrase {
    switch self {
    case .malformedHeader(let offset, nil):
      Phrase(
        "'\(whole: path)' has a malformed header at byte \(offset)",
        chinese: "“\(whole: path)” 在第 \(offset) 字节处的文件头格式有误")
    case .malformedHeader(let offset, let name?):
      Phrase(
        "'\(name)' in '\(whole: path)' has a malformed header, at byte \(offset)",
        chinese: "“\(whole: path)” 中 “\(name)” 的文件头格式有误（第 \(offset) 字节处）")
    case .conflictingSizes(let offset, let name):
      Phrase(
        "'\(whole: path)' gives two sizes for \(Self.member(name).english) at byte \(offset)",
        chinese: "“\(whole: path)” 在第 \(offset) 字节处为\(Self.member(name).chinese)给出了两个不同的大小")
    case .sparseMember(let offset, let name):
      Phrase(
        "'\(whole: path)' has a sparse member at byte \(offset)\(name.map { ": '\($0)'" } ?? "")",
        chinese: "“\(whole: path)” 在第 \(offset) 字节处是稀疏文件\(name.map { "：“\($0)”" } ?? "")")
    case .tooLarge(let limit, nil):
      Phrase(
        "'\(whole: path)' has a header or an index larger than \(ByteCount(Int64(limit)))",
        chinese: "“\(whole: path)” 的文件头或索引超过 \(ByteCount(Int64(limit)))")
    case .tooLarge(let limit, let name?):
      Phrase(
        "'\(name)' in '\(whole: path)' is larger than the limit of \(ByteCount(Int64(limit)))",
        chinese: "“\(whole: path)” 中的 “\(name)” 超过 \(ByteCount(Int64(limit)))，不予读取")
    case .documentsTooLarge(let limit, let name):
      Phrase(
        "the manifests and indexes of '\(whole: path)' are larger than \(ByteCount(Int64(limit))) in total\(name.map { ", up to '\($0)'" } ?? "")",
        chinese:
          "“\(whole: path)” 的清单和索引合计超过 \(ByteCount(Int64(limit)))\(name.map { "（至 “\($0)” 为止）" } ?? "")")
    default: Phrase("'\(whole: path)' cannot be read", chinese: "无法读取 “\(whole: path)”")
    }
  }

  private static func member(_ name: String?) -> Phrase {
    name.map { Phrase("'\($0)'", chinese: "“\($0)”") } ?? Phrase("the member", chinese: "该成员")
  }
}
