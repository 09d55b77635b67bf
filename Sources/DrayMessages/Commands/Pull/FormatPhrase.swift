/// What is said about the form of an archive, and about layouts.
package enum FormatPhrase: Phrased {
  /// How others name an image in a layout.
  case inLayout(path: String, name: String?)
  /// How a layout in one file is loaded, which stock commands take only in part; of several volumes the path is the first's.
  case loadLayout(path: String)
  /// How volumes are loaded; the path is that of the first.
  case loadVolumes(path: String)

  package var phrase: Phrase {
    switch self {
    case .inLayout(let path, let name?):
      Phrase(
        "To copy it: skopeo copy \(whole: ShellWord.quoted("oci:\(path):\(name)")) docker://REGISTRY/NAME:TAG",
        chinese: "复制镜像：skopeo copy \(whole: ShellWord.quoted("oci:\(path):\(name)")) docker://仓库/名称:标签")
    case .inLayout(let path, nil):
      Phrase("Added to the OCI layout \(whole: path)", chinese: "已加入 OCI 布局 \(whole: path)")
    case .loadLayout(let path):
      Phrase(
        "To load it: dray load \(whole: ShellWord.quoted(path))",
        chinese: "加载镜像：dray load \(whole: ShellWord.quoted(path))")
    case .loadVolumes(let path):
      Phrase(
        "To load it: cat \(whole: ShellWord.quoted(String(path.dropLast(3))))[0-9]* | docker load",
        chinese: "加载镜像：cat \(whole: ShellWord.quoted(String(path.dropLast(3))))[0-9]* | docker load")
    }
  }
}
