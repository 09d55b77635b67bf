/// Why an image config cannot be used. Fields are named by their path, such as `rootfs.diff_ids[2]`.
public enum ImageConfigError: ClassifiedError, Hashable {
  /// More bytes than the limit.
  case tooLarge(limit: Int)
  /// The bytes are no JSON object.
  case notJSON
  /// JSON that readers disagree about, or that is made to exhaust them.
  case unsafeJSON(JSONFault)
  /// A field of the wrong JSON type.
  case invalidField(String)
  case invalidDigest(field: String, DigestError)

  public var failureClass: FailureClass { .refused }
}
