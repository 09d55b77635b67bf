import ImageModel
import ImageTransfer
import SystemPackage

/// What `dray diff` takes: an archive, or a reference.
enum ComparedImage: Hashable {
  case archive(FilePath)
  case reference(ImageReference)

  /// - Throws: `ImageReferenceError` for what is neither.
  init(parsing text: String) throws(ImageReferenceError) {
    if let path = ArchiveArgument.path(text) {
      self = .archive(path)
    } else {
      self = .reference(try ImageReference(parsing: text))
    }
  }

  var registry: RegistryName? {
    if case .reference(let reference) = self { reference.registry } else { nil }
  }
}
