import ImageLayers
import SystemPackage

extension UnpackError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .rootReplaced(let entry):
      Phrase("'\(entry)' would replace the root folder itself", chinese: "“\(entry)” 会替换根目录本身")
    case .tooManyLinks(let entry):
      Phrase(
        "there are more symbolic links in the path to '\(entry)' than any system follows",
        chinese: "“\(entry)” 经过的符号链接过多，任何系统都无法解析")
    case .notAFolder(let entry):
      Phrase("there is a file in the place of a folder that '\(entry)' needs", chinese: "“\(entry)” 需要目录的位置上是文件")
    case .noLinkTarget(let entry, let target):
      Phrase(
        "'\(entry)' is a hard link to '\(target)', which does not exist or is a folder",
        chinese: "“\(entry)” 是指向 “\(target)” 的硬链接，而目标不存在或是目录")
    case .sameName(let entry):
      Phrase(
        "this file system does not distinguish '\(entry)' from another name in its folder",
        chinese: "此文件系统把 “\(entry)” 与同目录中的另一个名称视为相同")
    case .tooLarge(let limit):
      Phrase("the files of the image exceed \(ByteCount(limit))", chinese: "镜像中文件的总大小超过 \(ByteCount(limit))")
    case .tooManyEntries(let limit):
      Phrase("the layers of the image have more than \(limit) entries", chinese: "镜像各层的条目超过 \(limit) 个")
    case .folder(let path, let error):
      Phrase(
        "the folder '\(whole: path.string)' cannot be created or used: \(error)",
        chinese: "无法创建或使用目录 “\(whole: path.string)”：\(error)")
    case .folderNotEmpty(let path):
      Phrase("the folder '\(whole: path.string)' is not empty", chinese: "目录 “\(whole: path.string)” 不为空")
    case .notADirectory(let path):
      Phrase("'\(whole: path.string)' exists and is not a folder", chinese: "“\(whole: path.string)” 已存在且不是目录")
    case .leftOver(let path):
      Phrase(
        "'\(whole: path.string)' exists: an interrupted unpack left it behind",
        chinese: "“\(whole: path.string)” 已存在：是先前被中断的解包留下的")
    case .lockedByOther(let path):
      Phrase("another process is unpacking to '\(whole: path.string)'", chinese: "另一个进程正在解包到 “\(whole: path.string)”")
    case .changedByOther(let entry):
      Phrase(
        "another process changed '\(entry)' while it was being unpacked", chinese: "解包 “\(entry)” 时，它被其他进程改动")
    case .system(let operation, let entry, let error):
      Phrase(
        "'\(entry.isEmpty ? "/" : entry)' could not be \(operation.participle): \(error)",
        chinese: "\(operation.verb) “\(entry.isEmpty ? "/" : entry)” 失败：\(error)")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .tooLarge:
      Phrase("if you trust the image: --max-size 2T", chinese: "若信任该镜像：--max-size 2T")
    case .tooManyEntries:
      Phrase("if you trust the image: --max-entries 20000000", chinese: "若信任该镜像：--max-entries 20000000")
    case .sameName:
      Phrase(
        "unpack it to a case-sensitive file system that keeps names as they are, such as ext4",
        chinese: "请解包到区分大小写且不改变名称编码的文件系统，如 ext4")
    case .folderNotEmpty, .notADirectory:
      Phrase("specify a folder that does not exist, or is empty", chinese: "请指定不存在的目录或空目录")
    case .leftOver(let path):
      Phrase(
        "remove it: rm -r \(whole: ShellWord.quoted(path.string))",
        chinese: "请删除它：rm -r \(whole: ShellWord.quoted(path.string))")
    case .rootReplaced, .tooManyLinks, .notAFolder, .noLinkTarget, .folder, .lockedByOther, .changedByOther, .system:
      nil
    }
  }
}

extension UnpackError.Operation {
  fileprivate var participle: MessageText {
    switch self {
    case .make: "created"
    case .write: "written"
    case .describe: "given its owner, mode and time"
    case .remove: "removed"
    case .finish: "finished"
    }
  }

  fileprivate var verb: MessageText {
    switch self {
    case .make: "创建"
    case .write: "写入"
    case .describe: "设置属主、权限和时间"
    case .remove: "删除"
    case .finish: "收尾"
    }
  }
}
