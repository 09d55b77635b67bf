import ImageModel

extension ManifestError {
  /// What is wrong with a manifest that was pushed, for people, in English: clients show it as it is.
  var sentence: String {
    switch self {
    case .tooLarge(let limit): "the manifest has more than \(limit) bytes"
    case .notJSON: "the manifest is not a JSON object"
    case .unsafeJSON(let fault): "the manifest's JSON has \(fault.subject)"
    case .ambiguous(let fields): "the manifest is ambiguous: it has \(fields.joined(separator: ", "))"
    case .mediaTypeMismatch(let contentType, let mediaType):
      "the manifest says it is \(mediaType), and Content-Type says \(contentType)"
    case .schema1: "manifests of schema 1 are not supported"
    case .unsupportedSchemaVersion(let version): "a manifest of schema version \(version) is not supported"
    case .unsupportedMediaType(let type): "\(type) is not a supported manifest type"
    case .notAManifest: "this is JSON, but not a manifest"
    case .missingField(let field): "the manifest has no field \(field)"
    case .invalidField(let field): "the manifest's field \(field) is invalid"
    case .invalidDigest(let field, .malformed): "the manifest's field \(field) is not a digest"
    case .invalidDigest(let field, .unsupportedAlgorithm):
      "the manifest's field \(field) is not a digest of sha256 or sha512"
    case .inlineDataSize(let field, let expected, let actual):
      "the manifest's field \(field) has \(actual) bytes; expected: \(expected)"
    case .tooManyLayers(let count, let limit): "the manifest has \(count) layers; at most \(limit) are accepted"
    case .tooManyIndexEntries(let count, let limit): "the index has \(count) entries; at most \(limit) are accepted"
    case .conflictingSizes(let digest): "the manifest gives two different sizes for \(digest)"
    case .totalSizeOverflow: "the sizes in the manifest add up to more than any disk can hold"
    }
  }
}

extension JSONFault {
  fileprivate var subject: String {
    switch self {
    case .syntax(let offset): "a syntax error at byte \(offset)"
    case .trailingBytes(let offset): "data after its end at byte \(offset)"
    case .byteOrderMark: "a byte order mark"
    case .invalidUTF8: "bytes that are not UTF-8"
    case .loneSurrogate(let offset): "an incomplete character at byte \(offset)"
    case .tooDeep(let limit): "more than \(limit) nesting levels"
    case .duplicateKey(let key): "the key \(key) twice"
    case .keyTooLong(let limit): "a key of more than \(limit) bytes"
    case .number(let offset): "an invalid number at byte \(offset)"
    }
  }
}
