/// What `--help` says about arguments and options of several commands.
package enum OptionHelp: HelpText {
  case image, reference, platform, quiet, json, imageOrArchive

  package var phrase: Phrase {
    switch self {
    case .image:
      Phrase(
        "The image to use if an archive contains several: a name or a digest.", chinese: "归档含多个镜像时，指定其中之一：名称或摘要。")
    case .reference:
      Phrase(
        "The image: nginx, nginx:1.21.4, harbor.example.com:8443/team/app@sha256:…",
        chinese: "镜像：nginx、nginx:1.21.4、harbor.example.com:8443/team/app@sha256:…")
    case .platform:
      Phrase("The platform. (default: linux on this machine's architecture)", chinese: "平台。（默认：linux 加本机架构）")
    case .quiet:
      Phrase("Print only the file's path.", chinese: "只输出文件路径。")
    case .json: Phrase("Print the answer as JSON, one object per line.", chinese: "以 JSON 输出结果，每行一个对象。")
    case .imageOrArchive:
      Phrase(
        "The image: an archive, the folder of an OCI layout, or a reference",
        chinese: "镜像：归档、OCI 布局目录或镜像引用")
    }
  }
}
