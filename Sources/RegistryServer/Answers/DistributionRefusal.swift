import HTTPTypes

/// Why a request to the distribution API is refused (distribution-spec, "Error Codes").
public struct DistributionRefusal: Error, Sendable, Hashable {
  public let code: Code
  public let status: HTTPResponse.Status
  /// For people, in English: clients show it as it is.
  public let message: String
  /// What else a client may read: the names that a name may mean, for example.
  public let detail: [String: String]
  public var fields: HTTPFields

  public enum Code: String, Sendable, Hashable {
    case blobUnknown = "BLOB_UNKNOWN"
    case blobUploadInvalid = "BLOB_UPLOAD_INVALID"
    case blobUploadUnknown = "BLOB_UPLOAD_UNKNOWN"
    case digestInvalid = "DIGEST_INVALID"
    case manifestBlobUnknown = "MANIFEST_BLOB_UNKNOWN"
    case manifestInvalid = "MANIFEST_INVALID"
    case manifestUnknown = "MANIFEST_UNKNOWN"
    case nameInvalid = "NAME_INVALID"
    case nameUnknown = "NAME_UNKNOWN"
    case sizeInvalid = "SIZE_INVALID"
    case unauthorized = "UNAUTHORIZED"
    case denied = "DENIED"
    case unsupported = "UNSUPPORTED"
    case tooManyRequests = "TOOMANYREQUESTS"
    case unavailable = "UNAVAILABLE"
    case unknown = "UNKNOWN"
  }

  public init(
    _ code: Code, _ status: HTTPResponse.Status, _ message: String, detail: [String: String] = [:],
    fields: HTTPFields = [:]
  ) {
    self.code = code
    self.status = status
    self.message = message
    self.detail = detail
    self.fields = fields
  }

  public var answer: ServerAnswer {
    var fields = fields
    fields[.contentType] = "application/json"
    return ServerAnswer(status, fields, body: .json(File(errors: [Entry(self)])))
  }

  private struct File: Encodable {
    let errors: [Entry]
  }

  private struct Entry: Encodable {
    let code: String
    let message: String
    let detail: [String: String]?

    init(_ refusal: DistributionRefusal) {
      (code, message) = (refusal.code.rawValue, refusal.message)
      detail = refusal.detail.isEmpty ? nil : refusal.detail
    }
  }
}
