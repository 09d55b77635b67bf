import FoundationEssentials
import SystemPackage
import Testing
import WatchedPrograms

/// A program that reads tar archives and is not ours.
enum ArchiveReader: String, CaseIterable {
  case gnuTar, bsdtar, python

  /// A member as the program sees it.
  struct Member: Hashable {
    let name: String
    let size: Int64
    /// `drwxr-xr-x` and the like.
    let mode: String
  }

  /// The members in order.
  func list(_ archive: FilePath) async throws -> [Member] {
    let output = try await run(listing, archive.string)
    return output.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      let sizeIndex = self == .bsdtar ? 4 : 2
      guard fields.count > sizeIndex, let name = fields.last, let size = Int64(fields[sizeIndex]) else {
        Issue.record("\(self) wrote: \(line)")
        return nil
      }
      return Member(name: String(name), size: size, mode: String(fields[0]))
    }
  }

  /// Unpacks an archive into a folder.
  func extract(_ archive: FilePath, into folder: FilePath) async throws {
    _ = try await run(extraction, archive.string, folder.string)
  }

  private var program: String {
    switch self {
    case .gnuTar: "tar"
    case .bsdtar: "bsdtar"
    case .python: "python3"
    }
  }

  private var listing: [String] {
    switch self {
    case .gnuTar: ["--numeric-owner", "-tvf"]
    case .bsdtar: ["--numeric-owner", "-tvf"]
    case .python:
      [
        "-c",
        """
        import stat, sys, tarfile
        for m in tarfile.open(sys.argv[1]):
            assert (m.uid, m.gid, m.mtime) == (0, 0, 0), m
            kind = stat.S_IFDIR if m.isdir() else stat.S_IFREG
            print(stat.filemode(kind | m.mode), '0/0', m.size, m.name + ('/' if m.isdir() else ''))
        """,
      ]
    }
  }

  private var extraction: [String] {
    switch self {
    case .gnuTar: ["--no-same-owner", "-xf"]
    case .bsdtar: ["--no-same-owner", "-xf"]
    case .python: ["-c", "import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])"]
    }
  }

  private func run(_ arguments: [String], _ archive: String, _ folder: String? = nil) async throws -> String {
    let target = folder.map { self == .python ? [$0] : ["-C", $0] } ?? []
    let ended = try await WatchedProgram.run(program, arguments + [archive] + target)
    #expect(ended.isSuccess && ended.errors.isEmpty, "\(self): \(ended.errors)")
    return ended.output
  }
}
