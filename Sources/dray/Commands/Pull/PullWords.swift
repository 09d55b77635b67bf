import DrayMessages
import ImageCopy
import ImageModel

/// The lines that a person gets around the progress display.
struct PullWords: Sendable {
  let language: Language
  let detail: OutputFormat.Detail
  /// The folder that relative paths begin in, for somebody who was asked for the image and may not know it. Where it
  /// is nil, the file's path goes to standard output as it is.
  var currentFolder: String?

  /// Whether only failures and the path are told.
  var isQuiet: Bool { detail == .quiet }

  func started(_ started: PullStarted) -> String {
    guard !isQuiet else { return "" }
    guard started.images.count < 2 else { return startedSeveral(started) }
    let pulling = PullPhrase.pulling(
      image: started.reference.description, platform: Self.platforms(started),
      size: ByteCount(started.archiveSize), blobs: started.blobs.count)
    let referrers = started.images.reduce(0) { $0 + $1.referrers }
    let more =
      (started.delta.map { "\(DeltaPhrase($0).text(language))\n" } ?? "")
      + (referrers > 0 ? SelectionPhrase.referrers(referrers).text(language) + "\n" : "")
    guard detail == .verbose else { return line(pulling) + more }
    return line(pulling) + more + line(.manifest(digest: started.manifestDigest.description))
  }

  func blobFinished(_ blob: BlobFinished) -> String {
    guard detail == .verbose else { return "" }
    return line(.blob(blob.digest.description, size: ByteCount(blob.size), blob.origin))
  }

  func warning(_ warning: PullWarning) -> String {
    isQuiet || warning.isDetail && detail != .verbose ? "" : line(.warning(warning.phrase))
  }

  /// What would be done; with `--quiet` only how much would be fetched.
  func previewed(_ preview: PullPreview) -> Presentation {
    let total = PreviewPhrase.total(
      toFetch: preview.bytesToFetch, size: preview.blobs.reduce(0) { $0 + $1.size })
    let leftOut = leftOut(preview.leftOut)
    guard !isQuiet else { return Presentation(output: "\(total.text(language))\n", errors: leftOut) }
    let head = PreviewPhrase.archive(
      image: preview.reference.description, platform: Self.platforms(preview), path: preview.path,
      size: preview.archiveSize)
    if preview.images.count > 1 { return previewedSeveral(preview, total) }
    let phrases = [head] + preview.blobs.map { .blob($0) } + [total]
    return Presentation(output: phrases.map { "\($0.text(language))\n" }.joined(), errors: leftOut)
  }

  func finished(_ result: PullResult) -> Presentation {
    let path = result.path.map { "\($0)\n" } ?? ""
    guard result.leftOut.isEmpty else {
      let done = isQuiet ? "" : line(Self.done(result))
      return Presentation(output: path, errors: done + leftOut(result.leftOut))
    }
    guard !isQuiet else { return Presentation(output: path) }
    var text = line(Self.done(result))
    guard let file = result.path else { return Presentation(errors: text) }
    if result.isLayout {
      let names = result.layoutNames.isEmpty ? [nil] : result.layoutNames
      let lines = names.map { "\(FormatPhrase.inLayout(path: file, name: $0).text(language))\n" }
      return Presentation(output: path, errors: text + lines.joined())
    }
    if result.form == .oci, currentFolder == nil {
      return Presentation(output: path, errors: text + "\(FormatPhrase.loadLayout(path: file).text(language))\n")
    }
    if result.isSplit {
      return Presentation(output: path, errors: text + "\(FormatPhrase.loadVolumes(path: file).text(language))\n")
    }
    guard let currentFolder else { return Presentation(output: path, errors: text + line(.load(path: file))) }
    let whole = file.hasPrefix("/") ? file : "\(currentFolder)/\(file)"
    text += line(.savedAs(path: whole)) + line(.load(path: whole))
    if let name = result.imageName { text += line(.run(image: name)) }
    return Presentation(errors: text)
  }

  func failed(_ failure: PullFailure) -> String {
    switch failure {
    case .error(let report): report.lines(language).map { "\($0)\n" }.joined()
    case .interrupted(_, let isResumable):
      isQuiet ? "" : line(isResumable ? .resumable : .interrupted)
    }
  }

  private static func platforms(_ pull: some ImagesOfPull) -> String {
    pull.images[0].platforms.map(\.description).joined(separator: ", ")
  }

  func line(_ phrase: PullPhrase) -> String { "\(phrase.text(language))\n" }

  static func done(_ result: PullResult) -> PullPhrase {
    let size = ByteCount(result.archiveSize)
    let time = ElapsedTime(result.elapsed)
    if result.bytesFetched == 0 { return .doneWithout(size: size) }
    // What surrounds the blobs in the archive is not worth a word.
    if result.bytesFetched < result.archiveSize - result.archiveSize / 100 - Self.surroundings {
      return .doneWithLess(size: size, fetched: ByteCount(result.bytesFetched), time: time)
    }
    return .done(size: size, time: time, rate: ByteRate(bytes: result.bytesFetched, during: result.elapsed))
  }

  /// Manifests, headers and padding of a small archive, in bytes.
  private static let surroundings: Int64 = 64 << 10
}
