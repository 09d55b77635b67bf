import ArchiveTools
import DrayMessages
import ImageArchive
import ImageCopy

/// What an archive is to consist of: ``FormatOptions``, checked.
struct FormatSettings: Sendable, Hashable {
  var form = ArchiveFormat.ociAndDocker
  var annotations: [String: String] = [:]
  var layers = LayerCompression.asIs
  /// Bytes; nil for an archive in one file.
  var volumeSize: Int64?

  init() {}

  init(_ options: FormatOptions) throws(FormatOptionError) {
    if let layout = options.layout {
      guard !layout.isEmpty else { throw .emptyLayout }
      guard options.format == nil else { throw .layoutAnd("--format") }
      guard options.split == nil else { throw .layoutAnd("--split") }
    }
    if let text = options.format {
      guard let form = ArchiveFormat(rawValue: text) else { throw .format(text) }
      self.form = form
    }
    layers = try Self.layers(options.layers)
    volumeSize = try VolumeSizeOption.read(options.split)
    for text in options.annotations {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else { throw .annotation(text) }
      guard !Self.names.contains(parts[0]) else { throw .annotationOfName(parts[0]) }
      annotations[parts[0]] = parts[1]
    }
    guard annotations.isEmpty || form.hasLayout else { throw .annotationsWithoutIndex }
  }

  static func layers(_ text: String?) throws(FormatOptionError) -> LayerCompression {
    guard let text else { return .asIs }
    guard let form = LayerCompression(rawValue: text) else { throw .layers(text) }
    return form
  }

  /// What cannot be done with a stream, whose size and place are known before its content is.
  func checkStream() throws(FormatOptionError) {
    if volumeSize != nil { throw .optionOfStream("--split") }
    if layers != .asIs { throw .optionOfStream("--layers") }
  }

  /// What cannot be done with an archive that leaves layers out.
  func checkDelta(isInLayout: Bool) throws(FormatOptionError) {
    if isInLayout { throw .layoutAnd("--base") }
    if layers != .asIs { throw .layersAndBase }
  }

  /// Annotations that hold the image's name, which `--as` sets.
  private static let names: Set = [NameAnnotation.fullName, NameAnnotation.tag]

  func apply(to request: inout PullRequest) {
    request.form = form
    request.annotations = annotations
    request.layers = layers
    request.volumeSize = volumeSize
  }
}
