import FileAccess
import ImageModel
import SystemPackage

extension FileError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .outputIsDirectory(let path):
      Phrase("'\(whole: path.string)' is a folder", chinese: "“\(whole: path.string)” 是目录")
    case .outputIsNotRegular(let path):
      Phrase(
        "'\(whole: path.string)' exists and is not a regular file; it is not replaced",
        chinese: "“\(whole: path.string)” 已存在且不是普通文件，不会替换")
    case .folderMissing(let path):
      Phrase("the folder '\(whole: path.string)' does not exist", chinese: "目录 “\(whole: path.string)” 不存在")
    case .notAFolder(let path):
      Phrase("'\(whole: path.string)' is not a folder", chinese: "“\(whole: path.string)” 不是目录")
    case .folderNotWritable(let path, let error):
      Phrase(
        "the folder '\(whole: path.string)' is not writable: \(error)",
        chinese: "目录 “\(whole: path.string)” 不可写：\(error)")
    case .untrustedFile(let path):
      Phrase(
        "the unfinished file '\(whole: path.string)' is a symbolic link or belongs to another user; it is not used",
        chinese: "未完成的文件 “\(whole: path.string)” 是链接或属于其他用户，不会使用")
    case .fileReplaced(let path):
      Phrase(
        "'\(whole: path.string)' was replaced or removed while it was being written",
        chinese: "“\(whole: path.string)” 在写入过程中被替换或删除")
    case .lockedByOther(let path):
      Phrase(
        "another process is writing '\(whole: path.string)'", chinese: "另一个进程正在写入 “\(whole: path.string)”")
    case .noSpace(let path, let needed, let free):
      Phrase(
        "not enough space for '\(whole: path.string)': \(ByteCount(needed)) needed, \(ByteCount(free)) free",
        chinese: "“\(whole: path.string)” 空间不足：需要 \(ByteCount(needed))，可用 \(ByteCount(free))")
    case .fileSizeLimit(let path, let needed, let limit):
      Phrase(
        "'\(whole: path.string)' would be \(ByteCount(needed)), and this process may write at most \(ByteCount(limit)) to one file",
        chinese: "“\(whole: path.string)” 将有 \(ByteCount(needed))，而本进程单个文件最多只能写 \(ByteCount(limit))")
    case .fileTooLarge(let path, let size):
      Phrase(
        "'\(whole: path.string)' would be \(ByteCount(size)), and its file system does not support files of that size",
        chinese: "“\(whole: path.string)” 将有 \(ByteCount(size))，而所在磁盘不支持这么大的文件")
    case .system(let operation, let path, let error):
      Phrase(
        "'\(whole: path.string)' could not be \(operation.participle): \(error)",
        chinese: "\(operation.verb) “\(whole: path.string)” 失败：\(error)")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .outputIsDirectory(let path):
      Phrase(
        "name a file in it, or end the path with a slash: -o \(whole: ShellWord.quoted(path.string + "/"))",
        chinese: "请指定其中的文件，或在末尾加斜杠：-o \(whole: ShellWord.quoted(path.string + "/"))")
    case .folderMissing(let path) where path.components.first == "~" && path.isRelative:
      Phrase(
        "the shell takes ~ for your home only where no quotes are around it and no '=' is before it: -o ~/app.tar, or -o \"$HOME/app.tar\"",
        chinese: "只有不加引号、前面也没有 “=” 时，shell 才会把 ~ 展开为主目录：-o ~/app.tar，或 -o \"$HOME/app.tar\"")
    case .folderMissing(let path):
      Phrase(
        "create it: mkdir -p \(whole: ShellWord.quoted(path.string))",
        chinese: "请先创建：mkdir -p \(whole: ShellWord.quoted(path.string))")
    case .folderNotWritable, .noSpace:
      Phrase("choose another location", chinese: "请指定其他位置")
    case .untrustedFile:
      Phrase("remove it, or name another file with -o", chinese: "请删除它，或用 -o 指定其他文件")
    case .fileSizeLimit: Phrase("raise the limit: ulimit -f unlimited", chinese: "请放宽限制：ulimit -f unlimited")
    case .fileTooLarge:
      Phrase(
        "FAT32 supports files below 4 GiB: --split fat32 writes volumes of that size (dray pull, dray convert)",
        chinese: "FAT32 磁盘上的文件须小于 4 GiB：可用 --split fat32 按此大小分卷（dray pull、dray convert）")
    case .lockedByOther:
      Phrase("without --no-wait dray waits for it", chinese: "不加 --no-wait 时 dray 会等待")
    case .outputIsNotRegular, .notAFolder, .fileReplaced, .system: nil
    }
  }
}

extension FileError.Operation {
  fileprivate var participle: MessageText {
    switch self {
    case .open: "opened"
    case .lock: "locked"
    case .reserve: "allocated"
    case .read: "read"
    case .write: "written"
    case .synchronize: "flushed to disk"
    case .rename: "renamed"
    case .remove: "removed"
    case .inspect: "inspected"
    }
  }

  fileprivate var verb: MessageText {
    switch self {
    case .open: "打开"
    case .lock: "锁定"
    case .reserve: "预留空间给"
    case .read: "读取"
    case .write: "写入"
    case .synchronize: "同步"
    case .rename: "重命名"
    case .remove: "删除"
    case .inspect: "查看"
    }
  }
}

/// An error of the system on its own: standard output, where an archive goes there.
extension Errno: ExplainedError {
  public var failureClass: FailureClass { .localIO }

  package var phrase: Phrase {
    Phrase("cannot write to standard output: \(self)", chinese: "无法写入标准输出：\(self)")
  }
}
