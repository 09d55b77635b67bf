import DrayMessages
import FileAccess
import ImageArchive
import ImageCopy
import ImageLists
import ImageModel
import SystemPackage

/// ``RenamingOptions``, checked and read before anything is sent.
struct Renaming: Sendable {
  private let mapFile: String?
  private let rewriting: Rewriting?

  private struct Rewriting: Sendable {
    let path: String
    let file: ImageRewriting
  }

  /// What a name became, as `--map-file` writes it.
  private struct MapEntry: Encodable {
    /// Nil for an image that had none.
    let from: String?
    let to: String
    let digest: String
  }

  /// - Throws: ``PushOptionError``; ``SelectionError``.
  init(_ options: RenamingOptions, isJSON: Bool, in context: CommandContext) throws {
    guard options.mapFile != "" else { throw PushOptionError.emptyOption("--map-file") }
    mapFile = options.mapFile
    guard let path = options.rewrite else {
      rewriting = nil
      return
    }
    guard !path.isEmpty else { throw PushOptionError.emptyOption("--rewrite") }
    guard !isJSON else { throw PushOptionError.rewriteAndJSON }
    let bytes: [UInt8]
    do { bytes = try FileDescriptor.bytes(of: FilePath(path), limit: ImageList.limit + 1) } catch {
      throw SelectionError.unreadableList(path: path, (error as? Errno)?.rawValue ?? 0)
    }
    let project = ProjectVariables(beside: path, environment: context.environment)
    do {
      let file = try ImageRewriting(bytes, environment: context.environment) { project.value(of: $0) }
      if let fault = project.fault { throw fault }
      rewriting = Rewriting(path: path, file: file)
    } catch let error as ImageListError { throw SelectionError.list(path: path, error) }
  }

  /// Whether standard output is for the file with the new names.
  var takesOutput: Bool { rewriting != nil }

  /// Writes the map, and prints the file.
  ///
  /// - Parameter renamed: asked for where somebody wants to know. Lists are long.
  /// - Throws: `ArchiveError`; `StreamError`.
  func tell(_ renamed: @autoclosure () -> [RenamedImage], in context: CommandContext) throws {
    guard mapFile != nil || rewriting != nil else { return }
    let images = renamed()
    if let mapFile {
      let entries = images.map {
        MapEntry(from: $0.former, to: $0.reference.qualifiedName, digest: $0.digest.description)
      }
      try FilePlace(FilePath(mapFile)).write(Array(JSONLine.text(entries).utf8))
    }
    guard let rewriting else { return }
    let (bytes, kept) = rewriting.file.text { name in
      images.first { $0.stands(for: name) }.map { $0.reference.with(digest: $0.digest) }
    }
    for image in kept { context.say(SelectionPhrase.keptName(path: rewriting.path, image)) }
    try context.output.write(String(decoding: bytes, as: UTF8.self))
  }
}

/// An image and the name that it got.
struct RenamedImage: Sendable {
  /// The name that it had; nil where it is not known.
  let former: String?
  let reference: ImageReference
  let digest: Digest

  /// Whether a name is the one that the image had. A digest decides where the name has one.
  fileprivate func stands(for name: ImageReference) -> Bool {
    guard let former, let former = try? ImageReference(parsing: former),
      former.qualifiedRepository == name.qualifiedRepository
    else { return false }
    return name.digest.map { $0 == digest } ?? (former.tag == name.tag)
  }
}

extension RenamedImage {
  init(_ image: PushedImage) {
    self.init(former: image.formerName, reference: image.reference, digest: image.digest)
  }
}
