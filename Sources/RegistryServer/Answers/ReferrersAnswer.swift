import HTTPTypes
import ImageModel

extension ServerAnswer {
  /// A list of referrers (distribution-spec, "Listing Referrers"): an index, with nothing in it where there is none.
  ///
  /// - Parameter filter: the type of those that are asked for; nil for all.
  static func referrers(_ referrers: [Descriptor], filter: String?) -> ServerAnswer {
    let listed = referrers.filter { filter == nil || $0.artifactType?.rawValue == filter }
    var fields: HTTPFields = [.contentType: MediaType.ociIndex.rawValue]
    if filter != nil { fields[.ociFiltersApplied] = "artifactType" }
    return ServerAnswer(.ok, fields, body: .json(ReferrersDocument(listed)))
  }
}

private struct ReferrersDocument: Encodable {
  struct Entry: Encodable {
    let mediaType: String
    let digest: String
    let size: Int64
    let artifactType: String?
    let annotations: [String: String]?
  }

  let schemaVersion = 2
  let mediaType = MediaType.ociIndex.rawValue
  let manifests: [Entry]

  init(_ referrers: [Descriptor]) {
    manifests = referrers.map {
      Entry(
        mediaType: $0.mediaType.rawValue, digest: "\($0.digest)", size: $0.size,
        artifactType: $0.artifactType?.rawValue,
        annotations: $0.annotations.isEmpty ? nil : $0.annotations)
    }
  }
}
