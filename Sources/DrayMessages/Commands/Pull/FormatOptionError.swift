import ImageModel

/// Options about the form of an archive that make no sense, alone or together.
package enum FormatOptionError: ClassifiedError, Hashable {
  case format(String)
  case annotation(String)
  /// An annotation that holds the image's name.
  case annotationOfName(String)
  /// Annotations, and a form that has no place for them.
  case annotationsWithoutIndex
  case layers(String)
  case volumeSize(String)
  case layersAndBase
  /// An option that needs a file, and standard output.
  case optionOfStream(String)
  /// `dray convert` without `-o`.
  case noOutput
  case formatOfConversion(String)
  case emptyLayout
  /// An option that is about an archive, and `--layout`.
  case layoutAnd(String)

  package var failureClass: FailureClass { .usage }
}

extension FormatOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .format(let text):
      Phrase("--format: '\(text)' is not an archive format", chinese: "--format：“\(text)” 不是归档格式")
    case .annotation(let text):
      Phrase("--annotation: '\(text)' is not KEY=VALUE", chinese: "--annotation：“\(text)” 不是 “键=值” 的形式")
    case .annotationOfName(let key):
      Phrase("--annotation: '\(key)' is reserved for the image's name", chinese: "--annotation：“\(key)” 用于镜像名称")
    case .annotationsWithoutIndex:
      Phrase(
        "--annotation is written to index.json, which --format docker does not include",
        chinese: "--annotation 写入 index.json，而 --format docker 不含该文件")
    case .layers(let text):
      Phrase("--layers: '\(text)' is not a form of compression", chinese: "--layers：“\(text)” 不是层的形式")
    case .volumeSize(let text):
      Phrase("--split: '\(text)' is not a valid volume size", chinese: "--split：“\(text)” 不是有效的分卷大小")
    case .layersAndBase:
      Phrase(
        "--layers and --base cannot be used together: recompressed layers differ from those of the base",
        chinese: "--layers 与 --base 不能同时使用：重新压缩的层与基础镜像中的层不同")
    case .optionOfStream(let option):
      Phrase("\(option) requires a file; it cannot be used with standard output", chinese: "\(option) 需要写入文件，不能用于标准输出")
    case .noOutput: Phrase("-o is missing: the path of the output", chinese: "缺少 -o：未指定输出")
    case .formatOfConversion(let text):
      Phrase("--format: '\(text)' is not an output format", chinese: "--format：无法写成 “\(text)”")
    case .emptyLayout:
      Phrase("--layout requires a folder", chinese: "--layout 需要一个目录")
    case .layoutAnd(let option):
      Phrase("--layout and \(option) cannot be used together", chinese: "--layout 与 \(option) 不能同时使用")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .format:
      Phrase("one of: docker+oci, oci, docker", chinese: "可用的格式：docker+oci、oci、docker")
    case .annotation:
      Phrase("for example --annotation com.example.release=42", chinese: "例如 --annotation com.example.release=42")
    case .annotationOfName:
      Phrase("use --as to rename the image", chinese: "请用 --as 指定镜像名称")
    case .layers: Phrase("one of: as-is, gzip, plain", chinese: "可用：as-is、gzip、plain")
    case .volumeSize:
      Phrase(
        "at least 64K, such as 700M or 10G; or fat32 for FAT32 disks, whose files must be smaller than 4G",
        chinese: "至少 64K，例如 700M、10G；fat32 适用于 FAT32 磁盘，其文件不能达到 4G")
    case .noOutput:
      Phrase(
        "for example: dray convert app.tar -o app-oci.tar --format oci",
        chinese: "例如：dray convert app.tar -o app-oci.tar --format oci")
    case .formatOfConversion:
      Phrase("one of: docker+oci, oci, docker, layout", chinese: "可用：docker+oci、oci、docker、layout")
    case .annotationsWithoutIndex, .optionOfStream, .layersAndBase: nil
    case .emptyLayout, .layoutAnd:
      Phrase("for example --layout images", chinese: "例如 --layout images")
    }
  }
}
