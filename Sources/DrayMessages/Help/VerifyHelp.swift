/// What `--help` says about `dray verify`.
package enum VerifyHelp: CommandHelp {
  case abstract, usage, details
  case archive, quiet, json

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Verify an archive completely.", chinese: "完整校验归档。")
    case .usage: Phrase("dray verify <archive> [options]", chinese: "dray verify <归档> [选项]")
    case .details:
      Phrase(
        """
        Reads every byte and checks digests and sizes of all blobs, uncompressed layers against the config, whether \
        oci-layout, index.json and manifest.json agree, what is missing, duplicate or unreferenced, and what loaders do \
        not accept. Supports archives of docker save, podman save, skopeo, crane, regctl and dray, folders of OCI layouts, \
        and the first of several volumes. Each finding is one line; a note is not a fault.

        Examples:
          dray verify nginx_1.21.4.tar
          dray verify bundle.tar.001
          dray verify ./layout --json

        Exit codes:
          0  ok           the archive is valid
          6  findings     there are faults
        The others are those of dray pull.
        """,
        chinese: """
          读取全部内容：所有数据块的摘要和大小、各层解压后是否与配置相符、oci-layout、index.json 与 manifest.json 是否一致，
          有无缺失、重复或无人引用的内容，以及加载时会出错的地方。支持 docker save、podman save、skopeo、crane、regctl 和 dray
          生成的归档、OCI 布局目录，以及分卷归档的第一卷。每项发现占一行；“注意” 不算问题。

          示例：
            dray verify nginx_1.21.4.tar
            dray verify bundle.tar.001
            dray verify ./layout --json

          退出码：
            0  ok           一切正确
            6  findings     存在问题
          其余与 dray pull 相同。
          """)
    case .archive:
      Phrase("The archive: nginx_1.21.4.tar, a folder, or a first volume.", chinese: "归档：nginx_1.21.4.tar、目录或第一卷。")
    case .quiet: Phrase("Print faults only.", chinese: "只输出问题。")
    case .json:
      Phrase("Print each finding as JSON, one object per line.", chinese: "以 JSON 输出每项发现，每行一个对象。")
    }
  }
}
