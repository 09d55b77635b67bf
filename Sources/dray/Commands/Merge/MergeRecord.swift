import ArchiveTools
import ImageCopy

/// What `dray merge --json` answers with.
struct MergeRecord: Encodable {
  let event = "merged"
  let path: String
  let archiveSize: Int64
  let images: [String]
  let elapsedMilliseconds: Int64

  init(_ result: ArchiveMerge.Result) {
    path = result.path
    archiveSize = result.size
    images = result.images
    elapsedMilliseconds = result.elapsed.wholeMilliseconds
  }
}
