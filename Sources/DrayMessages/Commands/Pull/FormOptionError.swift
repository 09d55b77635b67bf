import ImageModel

/// Options about the form of an archive that make no sense, alone or together.
package enum FormOptionError: ClassifiedError, Hashable {
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

extension FormOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .format(let text):
      Phrase("--format: '\(text)' is no format of archives", chinese: "--format：“\(text)” 不是归档格式")
    case .annotation(let text):
      Phrase("--annotation: '\(text)' is not KEY=VALUE", chinese: "--annotation：“\(text)” 不是 “键=值” 的形式")
    case .annotationOfName(let key):
      Phrase("--annotation: '\(key)' holds the image's name", chinese: "--annotation：“\(key)” 用于镜像名称")
    case .annotationsWithoutIndex:
      Phrase(
        "--annotation goes into index.json, which --format docker leaves out",
        chinese: "--annotation 写入 index.json，而 --format docker 不含该文件")
    case .layers(let text):
      Phrase("--layers: '\(text)' is no form of layers", chinese: "--layers：“\(text)” 不是层的形式")
    case .volumeSize(let text):
      Phrase("--split: '\(text)' is no size of a volume", chinese: "--split：“\(text)” 不是有效的分卷大小")
    case .layersAndBase:
      Phrase(
        "--layers and --base exclude each other: layers that are written anew are other ones than the base has",
        chinese: "--layers 与 --base 不能同时使用：重新压缩的层与基础镜像中的层不同")
    case .optionOfStream(let option):
      Phrase("\(option) needs a file, and -o - is none", chinese: "\(option) 需要写入文件，不能用于 -o -")
    case .noOutput: Phrase("-o is missing: it names what to write", chinese: "缺少 -o：未指定输出")
    case .formatOfConversion(let text):
      Phrase("--format: '\(text)' is nothing that can be written", chinese: "--format：无法写成 “\(text)”")
    case .emptyLayout:
      Phrase("--layout needs a folder", chinese: "--layout 需要一个目录")
    case .layoutAnd(let option):
      Phrase("--layout and \(option) exclude each other", chinese: "--layout 与 \(option) 不能同时使用")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .format:
      Phrase("one of: docker+oci, oci, docker", chinese: "可用的格式：docker+oci、oci、docker")
    case .annotation:
      Phrase("for example --annotation com.example.release=42", chinese: "例如 --annotation com.example.release=42")
    case .annotationOfName:
      Phrase("--as gives the image another name", chinese: "请用 --as 指定镜像名称")
    case .layers: Phrase("one of: as-is, gzip, plain", chinese: "可用：as-is、gzip、plain")
    case .volumeSize:
      Phrase(
        "a number of bytes of at least 64K, such as 700M or 10G, or fat32 for a FAT32 disk, which takes no file of 4G",
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
