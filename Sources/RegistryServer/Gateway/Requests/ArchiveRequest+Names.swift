import HTTPAccess
import ImageArchive
import ImageCopy
import ImageModel

/// What an archive is called in the answer.
extension ArchiveRequest {
  /// What the file should be called where it is saved: of plain letters, digits and `._-`.
  var fileName: String {
    let first = images[0]
    var image = first
    image.reference = first.reference.tag == nil ? first.reference : first.reference.with(digest: nil)
    let name = image.archiveNames().first ?? "image.tar"
    let whole = images.count == 1 ? name : "\(name.dropLast(".tar".count))_and_\(images.count - 1).tar"
    if case .volume(let number) = part { return whole + VolumeSize.ending(number) }
    return whole
  }

  /// The files that a checksum is of.
  func volumeNames(size: Int64) -> [String] {
    guard let volumeSize else { return [fileName] }
    let count = Int(clamping: (size + volumeSize - 1) / volumeSize)
    return (0..<min(count, VolumeSize.countLimit)).map { fileName + VolumeSize.ending($0 + 1) }
  }

  /// The path and the query that always lead to these bytes, as long as the registry has them: with the digests. They hold
  /// nothing but what URLs may hold.
  var location: String {
    let names = images.map {
      "\(Self.escaped($0.reference.qualifiedName))@\($0.reference.digest.map { "\($0)" } ?? "")"
    }
    var path = "/archive/\(names.joined(separator: ",")).tar"
    switch part {
    case .all: break
    case .volume(let number): path += VolumeSize.ending(number)
    case .checksum: path += ".sha256"
    }
    var query: [String] = []
    switch images[0].platforms {
    case .one(nil): query.append("platform=\(Platform.host)")
    case .one(let platform?): query.append("platform=\(Self.escaped("\(platform)"))")
    case .several(let platforms):
      query.append("platform=\(platforms.map { Self.escaped("\($0)") }.joined(separator: ","))")
    case .all: query.append("platform=all")
    }
    if form != .ociAndDocker { query.append("form=\(Self.escaped(form.rawValue))") }
    if let name = images[0].name { query.append("as=\(Self.escaped("\(name)"))") }
    if let volumeSize { query.append("split=\(volumeSize)") }
    return path + "?" + query.joined(separator: "&")
  }

  /// A strong validator (RFC 9110 §8.8.3): what decides every byte.
  func entityTag(_ archive: PlannedArchive) -> String {
    let fingerprint = archive.plan.fingerprint.hexadecimal.prefix(40)
    switch part {
    case .volume(let number): return "\"\(fingerprint)-\(volumeSize ?? 0)-\(number)\""
    case .all, .checksum: return "\"\(fingerprint)\""
    }
  }

  /// The path of an archive of what a tag stands for.
  static func path(of tag: String, in repository: String) -> String {
    "/archive/\(escaped("\(repository):\(tag)")).tar"
  }

  private static func escaped(_ text: String) -> String {
    PercentEncoding.encoded(text) { $0.isLetterOrDigit || "-._~/:@".utf8.contains($0) }
  }
}

extension DownloadPlan {
  /// - Parameter place: which bytes of the archive the file consists of.
  init(_ archive: PlannedArchive, in place: Range<Int64>) {
    self.init(
      images: archive.images.map { "\($0.name?.familiarName ?? "\($0.reference)")" },
      size: place.upperBound - place.lowerBound,
      layers: archive.plan.blobs.compactMap { blob in
        let part = blob.range.clamped(to: place)
        guard !part.isEmpty else { return nil }
        return Layer(
          digest: blob.digest, range: part.lowerBound - place.lowerBound..<part.upperBound - place.lowerBound)
      })
  }
}
