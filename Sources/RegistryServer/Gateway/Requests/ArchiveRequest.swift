import ImageArchive
import ImageCopy
import ImageLists
import ImageModel

/// What the URL of an archive asks for.
///
/// `/archive/NAME[,NAME…].tar`, or `/archive.tar?image=NAME&image=NAME…`; behind it `.sha256`, or the number of a volume.
/// `platform`, `form`, `as` and `split` in the query mean what the options of a pull of these names mean.
struct ArchiveRequest: Sendable, Hashable {
  /// Images of one archive.
  static let imageLimit = 64
  private static let folder = "/archive/"
  private static let form = "/archive.tar"
  /// `id` is what the page calls a download by.
  private static let parameters: Set<String> = ["platform", "form", "as", "name", "split", "id"]

  enum Part: Sendable, Hashable {
    case all
    /// A volume, counted from 1.
    case volume(Int)
    /// What `sha256sum` prints of the archive, or of its volumes.
    case checksum
  }

  var images: [RequestedImage]
  let form: ArchiveFormat
  let part: Part
  /// Bytes; nil for an archive in one piece.
  let volumeSize: Int64?

  static func isMeant(by path: String) -> Bool { split(path) != nil }

  /// - Parameter find: which image a text means.
  /// - Returns: nil where the path is none of an archive.
  /// - Throws: ``GatewayError``; `ImageReferenceError`; what `find` throws.
  init?(_ request: ServerRequest, finding find: (String) async throws -> ImageReference) async throws {
    guard let (stem, part) = Self.split(request.path) else { return nil }
    guard request.method == .get || request.method == .head else {
      throw GatewayError.methodNotAllowed(request.method.rawValue)
    }
    self.part = part
    let unknown = request.query.first { !Self.parameters.contains($0.name) && !(stem == nil && $0.name == "image") }
    if let unknown { throw GatewayError.unknownParameter(unknown.name) }
    let names =
      stem.map { [$0] }
      ?? request.query.filter { $0.name == "image" && !$0.value.allSatisfy(\.isWhitespace) }.map(\.value)
    let texts = stem.map { $0.split(separator: ",").map(String.init) } ?? names
    guard !texts.isEmpty else { throw GatewayError.noImage }
    guard texts.count <= Self.imageLimit else { throw GatewayError.tooManyImages(limit: Self.imageLimit) }
    let selection = try Self.platforms(request, typed: texts)
    // A mistake in the query is one whoever may be asked for the images.
    let form = Self.value("form", request)
    guard let known = form.map(ArchiveFormat.init(rawValue:)) ?? .ociAndDocker else {
      throw GatewayError.parameter(name: "form", value: form ?? "")
    }
    self.form = known
    volumeSize = try Self.value("split", request).map { text in
      guard let size = VolumeSize.read(text) else { throw GatewayError.parameter(name: "split", value: text) }
      return size
    }
    if case .volume = part, volumeSize == nil { throw GatewayError.parameter(name: "split", value: "") }
    if part == .all, volumeSize != nil {
      throw GatewayError.parameter(name: "split", value: request.value(of: "split") ?? "")
    }
    let name = Self.value("as", request) ?? Self.value("name", request)
    let newName = try name.map { try ImageReference(parsing: $0) }
    var images: [RequestedImage] = []
    for text in texts {
      var image = RequestedImage(reference: try await find(text))
      image.platforms = selection
      image.tagIsLabel = true
      if !images.contains(image) { images.append(image) }
    }
    if let newName {
      guard images.count == 1 else { throw GatewayError.parameter(name: "as", value: name ?? "") }
      images[0].name = newName
    }
    self.images = images
  }

  /// What is pulled for it.
  var pullRequest: PullRequest {
    var request = PullRequest(images)
    request.form = form
    request.output = .standardOutput
    return request
  }

  /// Empty fields of a form count as not given.
  private static func value(_ name: String, _ request: ServerRequest) -> String? {
    request.value(of: name).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What the query says; else what the commands say that were pasted, for all of the archive.
  private static func platforms(_ request: ServerRequest, typed: [String]) throws -> PlatformSelection {
    var values = request.query.filter { $0.name == "platform" && !$0.value.isEmpty }.map(\.value)
    if values.isEmpty {
      let pasted = Set(typed.compactMap(PastedCommand.platform)).sorted()
      guard pasted.count < 2 else {
        throw GatewayError.parameter(name: "platform", value: pasted.joined(separator: ", "))
      }
      values = pasted
    }
    let texts = values.flatMap { $0.split(separator: ",") }
    if texts == ["all"] { return .all }
    var platforms: [Platform] = []
    for text in texts {
      guard let platform = try? Platform(parsing: String(text)) else {
        throw GatewayError.parameter(name: "platform", value: String(text))
      }
      if !platforms.contains(platform) { platforms.append(platform) }
    }
    return platforms.count > 1 ? .several(platforms) : .one(platforms.first)
  }

  /// The names of a path, nil where the query has them, and what is asked for of their archive.
  private static func split(_ path: String) -> (stem: String?, part: Part)? {
    var rest = path[...]
    var part = Part.all
    if rest.hasSuffix(".tar.sha256") {
      rest.removeLast(".sha256".count)
      part = .checksum
    } else if let dot = rest.lastIndex(of: "."), rest[..<dot].hasSuffix(".tar"),
      let number = Int(rest[rest.index(after: dot)...]),
      number > 0, rest[dot...] == VolumeSize.ending(number)
    {
      rest = rest[..<dot]
      part = .volume(number)
    }
    if rest == form { return (nil, part) }
    guard rest.hasPrefix(folder), rest.hasSuffix(".tar"), rest.count > folder.count + ".tar".count else { return nil }
    return (String(rest.dropFirst(folder.count).dropLast(".tar".count)), part)
  }
}
