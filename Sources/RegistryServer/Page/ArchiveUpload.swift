import ArchiveTools
import FileAccess
import FoundationEssentials
import HTTPTypes
import ImageArchive
import ImageModel
import Waiting

/// `POST /api/upload`: an archive that somebody dropped into the page. It is kept beside the blobs until it is complete; its
/// images are then added as if they were pushed, each blob by its digest.
public struct ArchiveUpload: RequestHandler {
  private let push: PushHandler

  public init(_ push: PushHandler) {
    self.push = push
  }

  public func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.path == "/api/upload", request.method == .post else { return nil }
    do {
      return .json(Done(images: try await add(request)))
    } catch let failure as UploadFailure {
      return failure.answer
    } catch let refusal as DistributionRefusal {
      let code =
        switch refusal.status {
        case .insufficientStorage: "no-space"
        case .tooManyRequests: "too-many"
        case .conflict: "tag-kept"
        default: "damaged"
        }
      return UploadFailure(code, refusal.status, refusal.message).answer
    } catch let error as FileError {
      guard case .noSpace = error else { throw error }
      return UploadFailure.diskIsFull.answer
    }
  }

  private func add(_ request: ServerRequest) async throws -> [String] {
    if let length = request.fields[.contentLength].flatMap({ Int64($0) }) { try push.sessions.checkSpace(for: length) }
    let file = try await Workers.current.run { try push.uploads.begin("page-\(UInt64.random(in: .min ... .max))") }
    do {
      try await receive(request, into: file)
      let stored = try await StoredImages(file)
      let names = try await Workers.current.run { try add(stored) }
      try await Workers.current.run { try file.discard() }
      return names
    } catch {
      try? await Workers.current.run { try file.discard() }
      throw error
    }
  }

  private func receive(_ request: ServerRequest, into file: LayoutUpload) async throws {
    var position: Int64 = 0
    try await push.sessions.receive(request) { bytes in
      let start = position
      try await Workers.current.run { try bytes.withUnsafeReadableBytes { try file.write($0, at: start) } }
      position += Int64(bytes.readableBytes)
    }
  }

  /// - Returns: the names of what was added.
  private func add(_ stored: StoredImages) throws -> [String] {
    var names: [String] = []
    for (name, repository) in stored.contents.repositories.sorted(by: { $0.key < $1.key }) {
      guard let reference = try? PushedName.repository(name, namespace: nil) else { continue }
      for digest in repository.blobs {
        guard let blob = stored.contents.blobs[digest],
          try push.images.holds(digest, or: blob.content, uploads: push.uploads)
        else { throw UploadFailure("damaged", .unprocessableContent, "\(digest) is damaged") }
      }
      let documents = repository.documents.compactMap { stored.contents.documents[$0] }
      // An index comes after what it leads to.
      for document in documents.sorted(by: { stored.depth(of: $0) < stored.depth(of: $1) }) {
        let digest = document.descriptor.digest
        let tags = repository.tags.filter { $0.value == digest }.map(\.key).sorted()
        let pushed = try PushedManifest(
          Array(document.bytes.readableBytesView), type: document.descriptor.mediaType, repository: reference,
          reference: "\(digest)", tags: tags)
        _ = try push.images.add(pushed, uploads: push.uploads, keepsTags: push.limits.keepsTags)
        names += tags.map { "\(reference.familiarRepository):\($0)" }
      }
    }
    return names
  }

  private struct Done: Encodable {
    let images: [String]
  }

  /// What an archive holds that can be pulled.
  private struct StoredImages {
    let contents: ServedContents

    /// Images without manifests get some, as when they are pushed.
    ///
    /// - Throws: ``UploadFailure``; `CancellationError`.
    init(_ file: LayoutUpload) async throws {
      do {
        let opened = try await Workers.current.run { try StoredArchive(opening: file.path) }
        let archive = try await ManifestMaking(opened).run()
        let built = try await Workers.current.run { ContentsBuilder.build([archive]) }
        if built.contents.tagCount == 0 {
          let isIncomplete = built.notices.contains { if case .incomplete = $0 { true } else { false } }
          throw isIncomplete
            ? UploadFailure("damaged", .unprocessableContent, "its images lack blobs")
            : UploadFailure("not-an-archive", .unprocessableContent, "it holds no image with a name")
        }
        self.contents = built.contents
      } catch is ConversionError {
        throw UploadFailure.isDamaged
      } catch ArchiveError.unreadable(_, let fault) where !fault.isAboutWhole {
        throw UploadFailure.isDamaged
      } catch is ArchiveError {
        throw UploadFailure.notAnArchive
      }
    }

    /// How many steps lead from a document to the images below it.
    func depth(of document: ServedContents.Document) -> Int {
      guard document.descriptor.mediaType.isIndex,
        case .index(let index)? = try? ManifestDocument(
          parsing: Array(document.bytes.readableBytesView), contentType: document.descriptor.mediaType)
      else { return 0 }
      return 1 + (index.manifests.compactMap { contents.documents[$0.digest] }.map(depth).max() ?? 0)
    }
  }
}
