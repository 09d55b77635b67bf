/// What `--help` says about `dray sync`.
package enum SyncHelp: CommandHelp {
  case abstract, usage, details
  case list, target, tags, newest, platform, failFast, noClobber, referrers, lock, prune, yes, shard
  case dryRun, quiet, connections

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Synchronize a list of images to a registry.", chinese: "将列表中的镜像同步到镜像仓库。")
    case .usage: Phrase("dray sync <list> [<target>] [options]", chinese: "dray sync <列表> [<目标>] [选项]")
    case .details:
      Phrase(
        """
        Copies the images of a list from their registries to another one, below a path and under their own names and tags, \
        and keeps their digests and all their platforms. For an image that is already present, both registries are only \
        asked for its digest. A layer of several images is sent once and mounted into the other repositories. Nothing is \
        stored on disk: a run that was interrupted is resumed by running it again.

        The list has one name per line, or is a compose file, Kubernetes manifests or Helm's output, as for dray pull \
        --from-file. A name may be a pattern of repositories: 'harbor.example.com/team/*'. It may also be a file of skopeo \
        sync, regsync or image-syncer, whose logins are used; if such a file names its targets, no other is needed. Images \
        of a skopeo file keep only the last part of their repository, as with skopeo sync; with --as '{registry}/{path}:{tag}' \
        they are named as with skopeo sync --scoped.

        An image that fails does not stop the others; those that failed are listed at the end. The names with their \
        digests are printed to standard output.

        Examples:
          dray sync images.txt harbor.example.com/mirror
          dray sync images.txt harbor.example.com/mirror --dry-run
          dray sync images.txt harbor.example.com/mirror --as '{registry}/{path}:{tag}'
          dray sync regsync.yml
          dray sync repositories.txt harbor.example.com/mirror --tags '1.*' --newest 5
          dray sync images.txt harbor.example.com/mirror --lock images.lock
          dray sync images.txt harbor.example.com/mirror --shard 2/8
          dray tags nginx | sed 's/^/nginx:/' | dray sync - harbor.example.com/mirror

        The exit codes are those of dray copy, and 1 if only some of the images failed.
        """,
        chinese: """
          将列表中的镜像从各自的仓库复制到另一仓库的某个路径下，名称、标签、摘要和全部平台保持不变。镜像已存在时，只向两个仓库
          查询其摘要。多个镜像共有的层只发送一次，再挂载到其他仓库。不经过磁盘：中断后再次运行即可继续。

          列表每行一个名称，也可以是 compose 文件、Kubernetes 清单或 Helm 输出，与 dray pull --from-file 相同。名称可以是
          仓库的通配名称：'harbor.example.com/team/*'。也可以是 skopeo sync、regsync 或 image-syncer 的文件，其中的登录信息会被使用；
          文件已写明目标时无需另行指定。skopeo 文件中的镜像与 skopeo sync 一样只保留仓库名的最后一段；加上
          --as '{registry}/{path}:{tag}' 则与 skopeo sync --scoped 相同。

          某个镜像失败不影响其他镜像；失败的镜像在最后列出。带摘要的镜像名写到标准输出。

          示例：
            dray sync images.txt harbor.example.com/mirror
            dray sync images.txt harbor.example.com/mirror --dry-run
            dray sync images.txt harbor.example.com/mirror --as '{registry}/{path}:{tag}'
            dray sync regsync.yml
            dray sync repositories.txt harbor.example.com/mirror --tags '1.*' --newest 5
            dray sync images.txt harbor.example.com/mirror --lock images.lock
            dray sync images.txt harbor.example.com/mirror --shard 2/8
            dray tags nginx | sed 's/^/nginx:/' | dray sync - harbor.example.com/mirror

          退出码与 dray copy 相同；只有部分镜像失败时为 1。
          """)
    case .list:
      Phrase(
        "The list of images, or the file of another tool; - is standard input.", chinese: "镜像列表，或其他工具的文件；- 表示标准输入。")
    case .target:
      Phrase(
        "The registry, and the path there, for all images: harbor.example.com/mirror",
        chinese: "全部镜像的目标仓库和路径：harbor.example.com/mirror")
    case .tags:
      Phrase(
        "Synchronize these tags of each repository in the list: '1.*', '>=1.2 <2' or newest:3. (repeatable; all must match)",
        chinese: "同步列表中每个仓库的这些标签：'1.*'、'>=1.2 <2' 或 newest:3。（可重复，须同时满足）")
    case .newest:
      Phrase("Synchronize the newest tags only, this many per repository.", chinese: "每个仓库只同步最新的若干个标签。")
    case .platform:
      Phrase("The platform to synchronize of multi-platform images.", chinese: "镜像含多个平台时，只同步该平台。")
    case .failFast: Phrase("Stop at the first image that fails.", chinese: "遇到第一个失败的镜像即停止。")
    case .noClobber:
      Phrase("Leave tags of the target that point to another image as they are.", chinese: "目标标签已指向其他镜像时保持不变。")
    case .referrers:
      Phrase(
        "Also synchronize signatures, SBOMs and attestations, including new ones of images that are already present.",
        chinese: "一并同步签名、SBOM 和证明，包括已存在镜像的新增内容。")
    case .lock:
      Phrase(
        "Copy the digests that this file lists for the names, and add to it what names without an entry point to.",
        chinese: "按此文件中记录的摘要复制；没有记录的名称，把解析到的摘要写入。")
    case .prune:
      Phrase(
        "Delete tags of the target that the list, with --tags and --newest, does not name: in its repositories only, and not in those of which an image failed. Asks first.",
        chinese: "删除目标中列表（含 --tags、--newest）未列出的标签：仅限列表中的仓库，且其镜像全部成功。删除前会询问。")
    case .yes: Phrase("Delete without asking.", chinese: "不询问，直接删除。")
    case .shard:
      Phrase(
        "Synchronize only the repositories that fall to this of several machines: 2/8, or auto in a job array.",
        chinese: "多台机器分担时只同步分给本机的仓库：2/8，作业数组中用 auto。")
    case .dryRun:
      Phrase(
        "Show what would be copied, sent and deleted, without doing it.", chinese: "只显示将要复制、发送和删除的内容，不实际执行。")
    case .quiet: Phrase("Print the names only.", chinese: "只输出镜像名。")
    case .connections:
      Phrase(
        "The number of blobs sent at the same time (default: 8), and of images checked at the same time (default: 32).",
        chinese: "同时发送的数据块数（默认：8）和同时检查的镜像数（默认：32）。")
    }
  }
}
