import ImageArchive
import ImageTransfer

/// What an archive is to consist of: ``FormOptions``, checked.
struct FormSettings: Sendable, Hashable {
  var form = ArchiveForm.ociAndDocker
  var annotations: [String: String] = [:]

  init() {}

  init(_ options: FormOptions) throws(FormOptionError) {
    if let text = options.format {
      guard let form = ArchiveForm(rawValue: text) else { throw .format(text) }
      self.form = form
    }
    for text in options.annotations {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else { throw .annotation(text) }
      guard !Self.names.contains(parts[0]) else { throw .annotationOfName(parts[0]) }
      annotations[parts[0]] = parts[1]
    }
    guard annotations.isEmpty || form.hasLayout else { throw .annotationsWithoutIndex }
  }

  /// Annotations that hold the image's name, which `--as` sets.
  private static let names: Set = ["io.containerd.image.name", "org.opencontainers.image.ref.name"]

  func apply(to request: inout PullRequest) {
    request.form = form
    request.annotations = annotations
  }
}
