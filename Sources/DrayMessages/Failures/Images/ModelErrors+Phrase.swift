import ImageModel

extension DigestError: Phrased {
  package var phrase: Phrase {
    switch self {
    case .malformed(let text): Phrase("'\(text)' is not a digest", chinese: "“\(text)” 不是有效的摘要")
    case .unsupportedAlgorithm(let text):
      Phrase(
        "the digest '\(text)' uses a hash function other than SHA-256 and SHA-512",
        chinese: "摘要 “\(text)” 使用的散列算法不是 SHA-256 或 SHA-512")
    }
  }
}

extension JSONFault: Phrased {
  package var phrase: Phrase {
    switch self {
    case .syntax(let offset): Phrase("a syntax error at byte \(offset)", chinese: "第 \(offset) 字节处语法错误")
    case .trailingBytes(let offset):
      Phrase("data after its end at byte \(offset)", chinese: "第 \(offset) 字节处有多余内容")
    case .byteOrderMark: Phrase("a byte order mark", chinese: "开头有字节序标记（BOM）")
    case .invalidUTF8: Phrase("bytes that are not UTF-8", chinese: "含有非 UTF-8 字节")
    case .loneSurrogate(let offset):
      Phrase("an incomplete character at byte \(offset)", chinese: "第 \(offset) 字节处有不完整的字符")
    case .tooDeep(let limit): Phrase("more than \(limit) nesting levels", chinese: "嵌套超过 \(limit) 层")
    case .duplicateKey(let key): Phrase("the key '\(key)' twice", chinese: "键 “\(key)” 重复")
    case .keyTooLong(let limit): Phrase("a key of more than \(limit) bytes", chinese: "有的键超过 \(limit) 字节")
    case .number(let offset): Phrase("an invalid number at byte \(offset)", chinese: "第 \(offset) 字节处的数字无效")
    }
  }
}

extension ArtifactKind: Phrased {
  package var phrase: Phrase {
    switch self {
    case .helmChart: Phrase("a Helm chart", chinese: "Helm chart")
    case .signature: Phrase("a signature of an image", chinese: "镜像签名")
    case .attestation: Phrase("an attestation about an image", chinese: "镜像证明（attestation）")
    case .sbom: Phrase("a software bill of materials", chinese: "软件物料清单（SBOM）")
    case .wasmModule: Phrase("a WebAssembly module", chinese: "WebAssembly 模块")
    case .model: Phrase("a machine-learning model", chinese: "机器学习模型")
    case .cnabBundle: Phrase("a CNAB bundle", chinese: "CNAB 应用包")
    case .dockerPlugin: Phrase("a Docker plugin", chinese: "Docker 插件")
    case .unknown(let type): Phrase("an artifact of the type '\(type)'", chinese: "类型为 “\(type)” 的制品")
    }
  }
}

extension ImageConfigError: Phrased {
  package var phrase: Phrase {
    switch self {
    case .tooLarge(let limit):
      Phrase("it is larger than \(ByteCount(Int64(limit)))", chinese: "大小超过 \(ByteCount(Int64(limit)))")
    case .notJSON: Phrase("it is not JSON", chinese: "不是 JSON")
    case .unsafeJSON(let fault):
      Phrase("its JSON has \(fault.phrase.english)", chinese: "JSON 有问题：\(fault.phrase.chinese)")
    case .invalidField(let field): Phrase("the field '\(field)' is invalid", chinese: "字段 “\(field)” 无效")
    case .invalidDigest(let field, let error):
      Phrase("the field '\(field)': \(error.phrase.english)", chinese: "字段 “\(field)”：\(error.phrase.chinese)")
    }
  }
}
