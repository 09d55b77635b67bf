import Crypto

extension ImageFixture {
  /// Bytes with their type and digest.
  public struct Blob: Sendable {
    public let mediaType: String
    public let body: ReplyBody
    public let digest: String
    private let stored: [UInt8]?

    public init(mediaType: String, bytes: [UInt8]) {
      self.mediaType = mediaType
      body = ReplyBody(bytes)
      stored = bytes
      digest = ImageFixture.digest(bytes)
    }

    /// A blob that need not be in memory.
    public init(mediaType: String, body: ReplyBody) {
      self.mediaType = mediaType
      self.body = body
      stored = nil
      var hash = SHA256()
      body.forEachPiece { hash.update(data: $0) }
      digest = ImageFixture.text(of: hash.finalize())
    }

    /// In bytes.
    public var size: Int64 { body.count }

    /// All its bytes in memory.
    public var bytes: [UInt8] { stored ?? body.allBytes }

    /// As it stands in a manifest (image-spec, "OCI Content Descriptors").
    public var descriptor: String {
      #"{"mediaType":"\#(mediaType)","digest":"\#(digest)","size":\#(size)}"#
    }
  }

  public static func digest(_ bytes: [UInt8]) -> String {
    text(of: SHA256.hash(data: bytes))
  }

  private static func text(of digest: SHA256Digest) -> String {
    let digits = Array("0123456789abcdef")
    return "sha256:" + String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
