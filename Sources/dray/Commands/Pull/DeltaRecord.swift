import ImageArchive
import ImageCopy

/// What a delta leaves out, in `--json`.
struct DeltaRecord: Encodable {
  /// Digests, sorted.
  let absent: [String]
  let bases: [String]

  init(_ delta: ArchiveDelta) {
    absent = delta.absent.map(\.description).sorted()
    bases = delta.bases
  }
}
