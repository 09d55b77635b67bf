import ImageModel

extension ManifestError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .tooLarge(let limit):
      Phrase(
        "the manifest is larger than \(ByteCount(Int64(limit)))", chinese: "清单超过 \(ByteCount(Int64(limit)))")
    case .notJSON(looksLikeHTML: true):
      Phrase(
        "a web page answered, not a registry (captive portal or proxy?)",
        chinese: "返回的是网页，而不是仓库的应答（可能是上网认证页面或代理）")
    case .notJSON(looksLikeHTML: false):
      Phrase("the answer is not a manifest: it is not a JSON object", chinese: "应答不是清单：不是 JSON 对象")
    case .unsafeJSON(let fault):
      Phrase("the manifest's JSON has \(fault.phrase.english)", chinese: "清单的 JSON 有问题：\(fault.phrase.chinese)")
    case .ambiguous(let fields):
      Phrase(
        "the manifest is ambiguous: it has \(fields.joined(separator: ", "))",
        chinese: "清单类型自相矛盾：同时含有 \(fields.joined(separator: "、"))")
    case .mediaTypeMismatch(let contentType, let mediaType):
      Phrase(
        "the manifest says it is '\(mediaType)', the registry says it is '\(contentType)'",
        chinese: "清单自称 “\(mediaType)”，仓库却声明为 “\(contentType)”")
    case .schema1:
      Phrase(
        "the image has only a manifest of schema 1, a format that Docker deprecated in 2017",
        chinese: "该镜像只有 schema 1 清单，Docker 早在 2017 年已弃用该格式")
    case .unsupportedSchemaVersion(let version):
      Phrase("a manifest of schema version \(version) is not supported", chinese: "不支持 schema 版本 \(version) 的清单")
    case .unsupportedMediaType(let type):
      Phrase("'\(type)' is not a supported manifest type", chinese: "不支持的清单类型 “\(type)”")
    case .notAManifest: Phrase("the answer is JSON, but not a manifest", chinese: "应答是 JSON，但不是清单")
    case .missingField(let field):
      Phrase("the manifest has no field '\(field)'", chinese: "清单缺少字段 “\(field)”")
    case .invalidField(let field):
      Phrase("the manifest's field '\(field)' is invalid", chinese: "清单的字段 “\(field)” 无效")
    case .invalidDigest(let field, let error):
      Phrase(
        "the manifest's field '\(field)': \(error.phrase.english)",
        chinese: "清单的字段 “\(field)”：\(error.phrase.chinese)")
    case .inlineDataSize(let field, let expected, let actual):
      Phrase(
        "the manifest's field '\(field)' has \(actual) bytes; expected: \(expected)",
        chinese: "清单的字段 “\(field)” 有 \(actual) 字节，应为 \(expected) 字节")
    case .tooManyLayers(let count, let limit):
      Phrase(
        "the image has \(count) layers; at most \(limit) are accepted", chinese: "镜像有 \(count) 层，最多接受 \(limit) 层")
    case .tooManyIndexEntries(let count, let limit):
      Phrase(
        "the index has \(count) entries; at most \(limit) are accepted",
        chinese: "索引有 \(count) 项，最多接受 \(limit) 项")
    case .conflictingSizes(let digest):
      Phrase(
        "the manifest gives two different sizes for \(digest)", chinese: "清单为 \(digest) 给出了两个不同的大小")
    case .totalSizeOverflow:
      Phrase("the sizes in the manifest add up to more than any disk can hold", chinese: "清单中的大小之和超出任何磁盘的容量")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .notJSON:
      Phrase(
        "open the registry's address in a browser to see what answers", chinese: "用浏览器打开仓库地址，看看是谁在应答")
    case .schema1:
      Phrase(
        "push the image again with a current Docker, or: skopeo copy --format v2s2 docker://IMAGE docker://IMAGE",
        chinese: "请用新版 Docker 重新推送，或执行：skopeo copy --format v2s2 docker://镜像 docker://镜像")
    case .ambiguous, .mediaTypeMismatch:
      Phrase(
        "dray refuses manifests that other tools could read differently (CVE-2021-41190)",
        chinese: "dray 不接受可能被不同工具作不同解读的清单（CVE-2021-41190）")
    default: nil
    }
  }
}
