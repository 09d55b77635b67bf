import ArchiveTools
import DrayMessages
import ImageArchive
import ImageCopy

extension PullRequest {
  /// Reads and checks what the archive is to consist of.
  mutating func read(_ options: FormatOptions) throws(FormatOptionError) {
    if let layout = options.layout {
      guard !layout.isEmpty else { throw .emptyLayout }
      guard options.format == nil else { throw .layoutAnd("--format") }
      guard options.split == nil else { throw .layoutAnd("--split") }
    }
    if let text = options.format {
      guard let form = ArchiveFormat(rawValue: text) else { throw .format(text) }
      self.form = form
    }
    layers = try LayerCompression(option: options.layers)
    volumeSize = try VolumeSizeOption.read(options.split)
    for text in options.annotations {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else { throw .annotation(text) }
      guard !Self.nameAnnotations.contains(parts[0]) else { throw .annotationOfName(parts[0]) }
      annotations[parts[0]] = parts[1]
    }
    guard annotations.isEmpty || form.hasLayout else { throw .annotationsWithoutIndex }
  }

  /// What cannot be done with a stream, whose size and place are known before its content is.
  func checkStream() throws(FormatOptionError) {
    if volumeSize != nil { throw .optionOfStream("--split") }
    if layers != .asIs { throw .optionOfStream("--layers") }
  }

  /// What cannot be done with an archive that leaves layers out.
  func checkDelta() throws(FormatOptionError) {
    if case .layout = output { throw .layoutAnd("--base") }
    if layers != .asIs { throw .layersAndBase }
  }

  /// Annotations that hold the image's name, which `--as` sets.
  private static let nameAnnotations: Set = [NameAnnotation.fullName, NameAnnotation.tag]
}

extension LayerCompression {
  /// - Parameter option: what `--layers` says; nil for nothing.
  init(option: String?) throws(FormatOptionError) {
    guard let option else {
      self = .asIs
      return
    }
    guard let form = LayerCompression(rawValue: option) else { throw .layers(option) }
    self = form
  }
}
