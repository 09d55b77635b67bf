import FileAccess
import ImageArchive
import SystemPackage

extension ImagePull {
  /// The file of a request's archive.
  func file(_ request: PullRequest, at output: OutputPath) -> ArchiveFile {
    var file = ArchiveFile(at: output, images: request.unfinishedNames)
    file.restarts = request.restarts
    file.waits = request.waits
    file.mayBeDone = request.reusesSiblings || request.reusedPaths.contains(output.path.string)
    if case .directory(let folder) = request.output {
      // The name was chosen before the first request: by now another process may have used it.
      file.place = { try OutputPath.check(request.path(in: FilePath(folder)), volumeSize: request.volumeSize) }
    }
    return file
  }
}
