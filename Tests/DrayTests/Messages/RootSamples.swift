import ImageLayers

@testable import DrayMessages
@testable import dray

enum RootSamples {
  static let all = image + folder + usage + warnings

  private static func sample(_ name: String, _ error: UnpackError) -> MessageSample {
    .init("unpack \(name)", error: error)
  }

  private static let image = [
    sample("root replaced", .rootReplaced(entry: ".")), sample("too many links", .tooManyLinks(entry: "a/b")),
    sample("not a folder", .notAFolder(entry: "etc/passwd/x")),
    sample("no link target", .noLinkTarget(entry: "bin/sh", target: "bin/dash")),
    sample("same name", .sameName(entry: "README")), sample("too large", .tooLarge(limit: 1 << 40)),
    sample("too many entries", .tooManyEntries(limit: 5_000_000)),
  ]

  private static let folder = [
    sample("folder", .folder("no/such.part", .noSuchFileOrDirectory)), sample("not empty", .folderNotEmpty("rootfs")),
    sample("not a directory", .notADirectory("rootfs")), sample("left over", .leftOver("my rootfs.part")),
    sample("locked", .lockedByOther("rootfs")), sample("changed", .changedByOther(entry: "etc")),
    sample("make", .system(.make, entry: "etc/passwd", .noSpace)),
    sample("write", .system(.write, entry: "etc/passwd", .noSpace)),
    sample("describe", .system(.describe, entry: "", .notPermitted)),
    sample("remove", .system(.remove, entry: "etc", .permissionDenied)),
    sample("finish", .system(.finish, entry: "", .ioError)),
  ]

  private static let usage: [MessageSample] =
    [RootUsageError.emptyFolder, .size("2 GB"), .noOutput, .rootToTerminal].enumerated().map {
      .init("root usage \($0.offset)", error: $0.element)
    }

  private static let warnings: [MessageSample] = zip(
    ["devices", "owners", "modes", "attributes"], UnpackWarning.allCases
  ).map { .init("unpack-\($0)", warning: $1.phrase) }
}
