import ImageModel

/// Which bytes of which blobs an unfinished archive holds, as an earlier run wrote it down.
///
/// A journal is a hint: it is only ever used to find bytes that are then hashed. It is lines of text; each ends with a
/// check of itself, so that a torn or damaged line is dropped and the others stay of use.
///
/// The header names the boot of the machine. Read on the same boot, every claim counts: what a killed process wrote is
/// in the page cache. Read after another boot, only those claims count that a `durable` line covers.
public struct TransferJournal: Sendable, Hashable {
  /// Bytes of a blob that are in the unfinished file.
  public struct Claim: Sendable, Hashable {
    public let digest: Digest
    /// The size of the whole blob in bytes.
    public let size: Int64
    /// Where the blob starts in the file, in bytes.
    public let offset: Int64
    /// Positions within the blob.
    public let range: Range<Int64>

    public init(_ blob: ArchivePlan.Blob, _ range: Range<Int64>) {
      self.init(digest: blob.digest, size: blob.size, offset: blob.offset, range: range)
    }

    init(digest: Digest, size: Int64, offset: Int64, range: Range<Int64>) {
      self.digest = digest
      self.size = size
      self.offset = offset
      self.range = range
    }
  }

  /// What is known of one blob.
  public struct Blob: Sendable, Hashable {
    /// The size of the whole blob in bytes.
    public let size: Int64
    /// Where the blob starts in the file, in bytes.
    public let offset: Int64
    /// Positions within the blob.
    public fileprivate(set) var ranges: RangeSet
  }

  /// The fingerprint of the plan that the file was laid out by; nil where that line is damaged.
  public private(set) var plan: Digest?
  /// The images that the file is to hold, one line of text each; none where an earlier version of dray wrote the journal.
  public private(set) var images: Set<String> = []
  public private(set) var blobs: [Digest: Blob] = [:]

  public init(plan: Digest, images: Set<String> = []) {
    self.plan = plan
    self.images = images
  }

  /// Whether a file for `images` that holds `blobs` can go on from this one, and nothing of another image is lost by that.
  package func isContained(in images: Set<String>, blobs: [Digest]) -> Bool {
    !self.images.isEmpty && self.images.isSubset(of: images) || Set(self.blobs.keys).isSubset(of: blobs)
  }

  /// Takes a claim in. One with another place for the blob replaces what was known of it.
  public mutating func insert(_ claim: Claim) {
    var blob = blobs[claim.digest] ?? Blob(size: claim.size, offset: claim.offset, ranges: RangeSet())
    if blob.size != claim.size || blob.offset != claim.offset {
      blob = Blob(size: claim.size, offset: claim.offset, ranges: RangeSet())
    }
    blob.ranges.insert(claim.range)
    blobs[claim.digest] = blob
  }

  /// Every claim, in an order that depends on nothing but the claims.
  public var claims: [Claim] {
    blobs.sorted { ($0.value.offset, $0.key.hexadecimal) < ($1.value.offset, $1.key.hexadecimal) }.flatMap {
      digest, blob in
      blob.ranges.ranges.map { Claim(digest: digest, size: blob.size, offset: blob.offset, range: $0) }
    }
  }
}

/// The form on disk.
extension TransferJournal {
  private static let header = "dray-journal 1"

  /// Reads a journal; nil for a file that is none, or one of another version. Lines that are damaged or make no sense
  /// are left out.
  ///
  /// - Parameter boot: what tells this boot of the machine from others; nil where nothing does.
  package init?(parsing bytes: [UInt8], boot: String?) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first, Self.content(of: first) == Self.header else { return nil }
    var isSameBoot = false
    var claims: [(claim: Claim, end: Int64)] = []
    var durable: Int64 = 0
    for line in lines.dropFirst() {
      guard let content = Self.content(of: line) else { continue }
      let fields = content.split(separator: " ", omittingEmptySubsequences: false)
      switch fields.first {
      case "plan" where fields.count == 2: plan = try? Digest(parsing: String(fields[1]))
      case "image": images.insert(String(content.dropFirst("image ".count)))
      case "boot" where fields.count == 2: isSameBoot = boot != nil && fields[1] == boot ?? ""
      case "durable" where fields.count == 2: durable = max(durable, Int64(fields[1]) ?? 0)
      case "have": if let claim = Claim(fields: fields.dropFirst()) { claims.append((claim, Int64(line.endIndex))) }
      default: continue
      }
    }
    for (claim, end) in claims where isSameBoot || end < durable { insert(claim) }
  }

  /// The whole journal. Its claims are of bytes that last.
  func encoded(boot: String?) -> [UInt8] {
    let head =
      [Self.header] + (plan.map { ["plan \($0)"] } ?? []) + (boot.map { ["boot \($0)"] } ?? [])
      + images.sorted().map { "image \($0)" }
    let lines = head.flatMap(Self.line) + Self.encode(claims)
    return lines + Self.encodeDurable(upTo: Int64(lines.count))
  }

  /// The line that says: the claims in the first `length` bytes of the journal are of bytes that last.
  static func encodeDurable(upTo length: Int64) -> [UInt8] { line("durable \(length)") }

  /// The lines that add claims to a journal.
  static func encode(_ claims: [Claim]) -> [UInt8] {
    claims.flatMap { claim in
      let range = claim.range
      return line("have \(claim.digest) \(claim.size) \(claim.offset) \(range.lowerBound) \(range.upperBound)")
    }
  }

  private static func line(_ content: String) -> [UInt8] {
    let bytes = Array(content.utf8)
    return bytes + [UInt8(ascii: " ")] + check(of: bytes) + [UInt8(ascii: "\n")]
  }

  /// A line without its check; nil if they do not fit.
  private static func content(of line: ArraySlice<UInt8>) -> String? {
    guard line.count > checkLength + 1 else { return nil }
    let content = line.dropLast(checkLength + 1)
    guard line.dropLast(checkLength).last == UInt8(ascii: " "),
      line.suffix(checkLength).elementsEqual(check(of: Array(content)))
    else { return nil }
    return String(decoding: content, as: UTF8.self)
  }

  private static let checkLength = 16

  private static func check(of content: [UInt8]) -> [UInt8] {
    Array(Digest.hash(content).hexadecimal.utf8.prefix(checkLength))
  }
}

extension TransferJournal.Claim {
  /// Reads digest, size, offset and range; nil unless they fit one another.
  fileprivate init?(fields: some Collection<Substring>) {
    let numbers = fields.dropFirst().compactMap { Int64($0) }
    guard fields.count == 5, numbers.count == 4, let digest = fields.first.flatMap({ try? Digest(parsing: String($0)) })
    else { return nil }
    let (size, offset, lower, upper) = (numbers[0], numbers[1], numbers[2], numbers[3])
    guard offset >= 0, !offset.addingReportingOverflow(size).overflow, 0 <= lower, lower < upper, upper <= size
    else { return nil }
    self.init(digest: digest, size: size, offset: offset, range: lower..<upper)
  }
}
