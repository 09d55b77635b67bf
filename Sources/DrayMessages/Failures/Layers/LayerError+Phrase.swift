import ImageLayers

/// What is wrong with a layer, as the end of a sentence that names it.
extension LayerError: Phrased {
  package var phrase: Phrase {
    switch self {
    case .unsupportedCompression, .truncated, .damaged, .wrongChecksum, .bytesBehindEnd, .windowTooLarge, .tooLarge,
      .tooManyEmptyMembers:
      streamPhrase
    case .notATar: Phrase("it is not a tar archive", chinese: "不是 tar 归档")
    case .truncatedTar(let offset):
      Phrase("the tar archive ends within a member, at byte \(offset)", chinese: "tar 归档在第 \(offset) 字节处中断")
    case .malformedHeader(let offset):
      Phrase("malformed tar header at byte \(offset)", chinese: "第 \(offset) 字节处的 tar 文件头格式有误")
    case .conflictingHeaders(let offset):
      Phrase("two headers contradict each other at byte \(offset)", chinese: "第 \(offset) 字节处的两个文件头互相矛盾")
    case .extensionTooLarge(let offset, let limit):
      Phrase(
        "the header at byte \(offset) is larger than \(ByteCount(Int64(limit)))",
        chinese: "第 \(offset) 字节处的文件头超过 \(ByteCount(Int64(limit)))")
    case .malformedSparseMap(let member):
      Phrase("the map of the sparse file '\(member)' is malformed", chinese: "稀疏文件 “\(member)” 的映射表有误")
    case .tooManyEntries(let limit): Phrase("more than \(limit) entries", chinese: "条目超过 \(limit) 个")
    case .unsupportedKind(let member, let type):
      Phrase(
        "'\(member)' is of the tar type '\(Self.letter(type))', which engines do not unpack",
        chinese: "“\(member)” 的 tar 类型为 “\(Self.letter(type))”，各引擎均不支持解包")
    case .repeatedPath(let member):
      Phrase(
        "'\(member)' occurs twice: docker's classic store and podman refuse that",
        chinese: "“\(member)” 出现两次：docker 的传统存储和 podman 不接受")
    case .unsafePath(let member):
      Phrase("the path '\(member)' is outside the root", chinese: "路径 “\(member)” 不在根目录之内")
    case .pathTooLong(let member, let limit):
      Phrase("'\(member)' has a path of more than \(limit) bytes", chinese: "“\(member)” 的路径超过 \(limit) 字节")
    case .unsafeWhiteout(let member):
      Phrase("the whiteout '\(member)' names no file", chinese: "删除标记 “\(member)” 没有指明对象")
    case .holesTooLarge(let member, let limit):
      Phrase(
        "the holes of sparse files exceed \(ByteCount(limit)), at '\(member)'",
        chinese: "稀疏文件的空洞超过 \(ByteCount(limit))，位于 “\(member)”")
    case .missingLinkTarget(let member, let target):
      Phrase(
        "'\(member)' is a hard link to '\(target)', where there is no file",
        chinese: "“\(member)” 是指向 “\(target)” 的硬链接，但那里没有文件")
    case .namesTooLarge(let limit):
      Phrase("the names exceed \(ByteCount(Int64(limit))) in total", chinese: "名称总长超过 \(ByteCount(Int64(limit)))")
    case .tooManyLinks(let member):
      Phrase("too many symbolic links in the path to '\(member)'", chinese: "到 “\(member)” 的路径上符号链接过多")
    }
  }

  /// The type as it is written, or its number where it is no letter.
  private static func letter(_ type: UInt8) -> String {
    (0x21...0x7E).contains(type) ? String(Unicode.Scalar(type)) : "\(type)"
  }

  private var streamPhrase: Phrase {
    switch self {
    case .unsupportedCompression(let compression):
      Phrase("it is compressed with \(compression.rawValue)", chinese: "使用了 \(compression.rawValue) 压缩")
    case .truncated(let compression):
      Phrase("the \(compression.rawValue) stream is truncated", chinese: "\(compression.rawValue) 数据不完整")
    case .damaged(let compression):
      Phrase("the \(compression.rawValue) stream is damaged", chinese: "\(compression.rawValue) 数据已损坏")
    case .wrongChecksum(let compression):
      Phrase("the checksum in the \(compression.rawValue) stream is wrong", chinese: "\(compression.rawValue) 数据的校验和不符")
    case .bytesBehindEnd(let compression):
      Phrase(
        "there is data after the end of the \(compression.rawValue) stream",
        chinese: "\(compression.rawValue) 数据结尾之后还有内容")
    case .windowTooLarge(let log):
      Phrase(
        "its zstd window is larger than \(ByteCount(1 << Int64(log)))",
        chinese: "zstd 窗口超过 \(ByteCount(1 << Int64(log)))")
    case .tooLarge(let limit):
      Phrase("it is larger than \(ByteCount(limit)) when unpacked", chinese: "解压后超过 \(ByteCount(limit))")
    case .tooManyEmptyMembers(let limit):
      Phrase("more than \(limit) empty members", chinese: "空数据段超过 \(limit) 个")
    default: phrase
    }
  }
}
