/// What `--help` says about the options for archives.
enum ArchiveHelp: Phrased, CaseIterable {
  case operand, image, salvage

  var phrase: Phrase {
    switch self {
    case .operand:
      Phrase(
        "The image: nginx, harbor.example.com:8443/team/app:1.0; or an archive: nginx_1.21.4.tar",
        chinese: "镜像：nginx、harbor.example.com:8443/team/app:1.0；或归档：nginx_1.21.4.tar")
    case .image:
      Phrase("Of an archive with several images, the one of this name.", chinese: "归档中有多个镜像时，指定其中一个。")
    case .salvage:
      Phrase(
        "Of a damaged archive, show what is whole, and what is wrong.", chinese: "归档损坏时，显示完好的部分以及损坏之处。")
    }
  }
}
