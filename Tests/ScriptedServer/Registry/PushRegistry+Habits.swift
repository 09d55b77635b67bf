extension PushRegistry {
  /// How `Location` is written.
  public enum Location: Sendable {
    case absolute
    /// From the first slash on, as GHCR and Gitea have it.
    case relative
    /// As a registry writes it that does not know of the proxy before it: `http`, and no port.
    case plainHTTP
    /// On this origin.
    case other(String)
    /// This text.
    case text(String)
  }

  public enum Mounts: Sendable {
    /// As far as the blob is there.
    case offered
    /// 202, whatever is there.
    case ignored
    case refused(Int)
  }

  /// What a question about an upload is answered (distribution-spec "Get upload status").
  public enum Status: Sendable {
    /// How much is there.
    case told
    /// One byte too many, with a unit: Quay.
    case toldOneTooMany
    /// 404, and the session is over: distribution 2.8 and so Harbor, where a body was cut.
    case ends
  }

  /// What Harbor's search for a blob answers. That exchange is not recorded: the question is that of Harbor's own replication
  /// (`reg/adapter/harbor/v2/client.go`), the answer has the form of its lists of repositories.
  public enum HarborSearch: Sendable {
    /// The first repository, by name, that has the blob, to who has a login.
    case finds
    /// This one, whatever is there.
    case names(String)
    /// This, and no list.
    case answers(Reply)
  }

  /// What befalls one request.
  public enum Fault: Sendable, Hashable {
    /// The connection ends before it is looked at.
    case hangUp
    /// It is done, and the connection ends before the answer.
    case lostAnswer
    /// It is done, and a gateway that would not wait answers this.
    case gateway(Int)
    /// It is not done, and this is the answer.
    case status(Int)
    /// It is not done: its token is not accepted any more.
    case unauthorized
  }

  public struct Habits: Sendable {
    /// What befalls the request of this number, which counts from 0.
    public var fault: @Sendable (_ number: Int, RecordedRequest) -> Fault? = { _, _ in nil }
    public var location = Location.absolute
    public var mounts = Mounts.offered
    /// What PATCH answers.
    public var chunkStatus = 202
    /// What the closing PUT of a blob answers where it took it.
    public var blobStatus = 201
    /// Whether it says the digest of a blob that it took.
    public var saysBlobDigest = true
    /// Above so many bytes a request is answered 413, its body unread, and the connection ends.
    public var bodyLimit: Int64?
    /// What a blob in the closing request is answered by a registry that takes them by PATCH alone; nil where it takes them.
    public var wholeStatus: Int?
    /// A piece that says where it belongs may have so many bytes (GHCR).
    public var pieceLimit: Int64?
    /// A piece that is not the last must have so many bytes, which the beginning of an upload says (ECR).
    public var pieceMinimum: Int64?
    /// How many pieces behind the first are answered 416 without a reason (ACR). Their session is over.
    public var oddRefusals = 0
    /// Whether it goes on saying how much it had after the first piece (ECR).
    public var rangeStays = false
    /// Whether the end of an upload may bring bytes after pieces. Harbor books them as all of the blob.
    public var takesLastPieceAtEnd = true
    public var status = Status.told
    /// How many pieces are kept, and their answer is lost.
    public var lostPieces = 0
    /// How many pieces end in the middle, one half of them kept.
    public var cutPieces = 0
    /// How many pieces a gateway answers with 504 before they are read.
    public var pieceTimeouts = 0
    /// Whether a blob that any repository has is given to an upload that asks for a mount from nowhere (zot).
    public var mountsFromAnywhere = false
    /// What such a question is answered; nil: as any beginning of an upload.
    public var openMountStatus: Int?
    /// Harbor's search for the repositories that have a blob; nil where there is none.
    public var search: HarborSearch?
    /// How many blobs are being collected as garbage when they come (Harbor).
    public var collecting = 0
    /// How many manifests are refused since blobs are gone that were there (Quay, after an hour). They are gone then.
    public var forgottenBlobs = 0
    /// How many sessions are gone when they are used.
    public var lostSessions = 0
    /// How many closing PUTs end without an answer, their blob kept.
    public var lostAnswers = 0
    /// How many closing PUTs are answered 504, their blob kept.
    public var gatewayTimeouts = 0
    /// How many connections end in the middle of a body.
    public var brokenBodies = 0
    /// The `Docker-Content-Digest` of a manifest's PUT; empty for none.
    public var manifestDigest: String?
    /// Says 200 to a manifest and keeps nothing, as a portal does.
    public var forgetsManifests = false
    public var immutableTags: Set<String> = []
    /// Bytes of blobs that it keeps, in Harbor's words.
    public var quota: Int64?
    /// Harbor's answer to a project that is not there.
    public var lacksProject = false
    /// Whether it wants `token(for scopes)`.
    public var wantsToken = false
    /// Whose first answer this is, by which clients know it; nil where it wants no token, or says nothing of itself.
    public var product: Product?
    /// A manifest of more bytes is refused as distribution does it, and so Harbor.
    public var manifestLimit: Int?
    /// Whether the label `quay.expires-after` gives a tag an end (Quay): see ``PushRegistry/expirations(_:)``.
    public var expiresTags = false
    /// What the beginning of an upload is answered where nobody made the namespace; nil where a push makes it.
    public var namespaceRefusal: NamespaceRefusal?
    /// Whether a manifest that is asked for comes with its digest in a header: older registries leave that out.
    public var headTellsDigest = true
    /// What Harbor's role lacks.
    public var deniesPush = false
    public var lifetime = 1800
    /// Whether it lists what refers to a manifest.
    public var listsReferrers = false
    /// The `Content-Type` of that list: Harbor before 2.10 has `application/json`.
    public var referrersType = ImageFixture.indexType
    /// Whether it says so when it takes one (`OCI-Subject`).
    public var tellsSubject = false
    /// Refuses a manifest as long as something is missing that it names, what it refers to as well: distribution 3, GitLab.
    public var wantsAllNamed = false
    /// The `Warning` headers of a manifest's PUT.
    public var warnings: [String] = []
    /// What others write under a tag, once, right after it was written.
    public var overwrites: [String: [UInt8]] = [:]
    /// What DELETE of a tag answers where it is not taken away; nil where it is.
    public var deletionStatus: Int?
    /// Whether that is for tags alone, so that manifests can be deleted by digest: distribution before 3.0.
    public var deletesDigests = false
    /// What anything that writes is answered; nil where it is taken.
    public var readOnlyStatus: Int?
    /// What the list of tags answers instead of it.
    public var listStatus: Int?

    public init() {}
  }
}
