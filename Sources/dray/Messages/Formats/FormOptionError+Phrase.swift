extension FormOptionError: ExplainedError {
  var phrase: Phrase {
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
    }
  }

  var hint: Phrase? {
    switch self {
    case .format:
      Phrase("one of: docker+oci, oci, docker", chinese: "可用的格式：docker+oci、oci、docker")
    case .annotation:
      Phrase("for example --annotation com.example.release=42", chinese: "例如 --annotation com.example.release=42")
    case .annotationOfName:
      Phrase("--as gives the image another name", chinese: "请用 --as 指定镜像名称")
    case .annotationsWithoutIndex: nil
    }
  }
}
