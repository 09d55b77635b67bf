import Waiting

/// Decides which of several sources of the same blobs is asked for what. Fast sources get most requests, slow or failing ones
/// fewer, useless ones none. A value without I/O; the executors tell it what happens.
///
/// A source may have some of the blobs and not others: what it has is its scope.
package struct SourceBoard: Sendable {
  /// What the user is told.
  package enum News: Sendable {
    /// A mirror is not asked again.
    case dropped(Int, DropReason)
    /// A mirror lacks something.
    case incomplete(Int)
  }

  /// Why a mirror is not asked again.
  package enum DropReason: Sendable {
    case failed(any RetriableFailure)
    /// It is far slower than the others.
    case slow
  }

  /// Where a range that failed is to be tried again.
  package enum Verdict: Sendable {
    /// At the same source, by the policy of retries: no other has it.
    case retry
    case switchSource(News?)
  }

  package let policy: Policy
  package private(set) var sources: [SourceScore]
  private var contributors: [Int: Set<Int>] = [:]
  private var originFailures: [Int: any RetriableFailure] = [:]
  /// Why an origin is not asked any more.
  private var droppedOrigins: [Int: any RetriableFailure] = [:]
  private var lastFailures: [Int: any RetriableFailure] = [:]
  private var lastFailure: (any RetriableFailure)?
  private var ceiling: RateCeiling?

  /// Whether the limit of bytes per second is what makes everything slow, and no source.
  package var isHeldBack: Bool { ceiling?.isReached ?? false }

  /// - Parameters:
  ///   - areMirrors: for each source, best first, whether it is a mirror.
  ///   - scopes: for each source, the blobs that it may have; nil where each has all.
  ///   - connections: at most this many to each.
  ///   - bytesPerSecond: what may come from all of them together; nil for no limit.
  package init(
    areMirrors: [Bool], scopes: [Set<Int>?]? = nil, connections: Int, bytesPerSecond: Int64? = nil,
    policy: Policy = Policy()
  ) {
    self.policy = policy
    ceiling = bytesPerSecond.map { RateCeiling(bytesPerSecond: $0) }
    sources = areMirrors.enumerated().map { index, isMirror in
      SourceScore(isMirror: isMirror, scope: scopes?[index], connections: connections)
    }
  }

  package subscript(source: Int) -> SourceScore {
    get { sources[source] }
    set { sources[source] = newValue }
  }

  /// Whether a source may be asked for a blob.
  package func allows(_ source: Int, _ blob: Int) -> Bool {
    !sources[source].isDropped && sources[source].covers(blob) && !sources[source].refused.contains(blob)
  }

  /// How many sources a blob may be asked of in all.
  package func count(for blob: Int) -> Int { sources.count { $0.covers(blob) } }

  /// Whether another source may be asked for a blob.
  package func hasAlternative(to source: Int, for blob: Int) -> Bool {
    sources.indices.contains { $0 != source && allows($0, blob) }
  }

  /// Whether another source may be asked for a range of a blob.
  package func hasRangedAlternative(to source: Int, for blob: Int) -> Bool {
    sources.indices.contains { $0 != source && allows($0, blob) && !sources[$0].isRangeless }
  }

  /// Whether some blob can come from nowhere else.
  private func isNeeded(_ source: Int) -> Bool {
    if let scope = sources[source].scope {
      return scope.contains { !hasAlternative(to: source, for: $0) }
    }
    let others = usable.filter { $0 != source }.map { sources[$0].refused }
    guard let first = others.first else { return true }
    return !others.dropFirst().reduce(first) { $0.intersection($1) }.isEmpty
  }

  private var usable: [Int] { sources.indices.filter { !sources[$0].isDropped } }

  /// The pace of the quickest source, in bytes per second of a connection.
  private var bestPace: Double { usable.compactMap { sources[$0].pace }.max() ?? 0 }

  // MARK: Choosing

  /// A source that may be given work now.
  package struct Candidate: Sendable, Equatable {
    package let source: Int
    /// It is asked only for what nobody else has.
    package let isLastResort: Bool
  }

  /// The sources that may be given work now, the best first.
  ///
  /// - Parameter isSmall: the work is a blob that takes one short request.
  package func candidates(at now: Duration, connections: Int, isSmall: Bool = false) -> [Candidate] {
    let usable = usable
    let trial = max((connections + usable.count - 1) / max(usable.count, 1), 1)
    let best = bestPace
    let ranked = usable.compactMap { index -> (candidate: Candidate, value: Double)? in
      let score = sources[index]
      guard score.active < (isSmall ? score.governor.allowedForSmallBlobs : score.governor.allowed) else { return nil }
      guard usable.count > 1 else { return (Candidate(source: index, isLastResort: false), 0) }
      guard !score.isPaused(at: now) else { return nil }
      // What is not known yet gets its share of the connections, and small pieces.
      guard let pace = score.pace else {
        return score.active < trial ? (Candidate(source: index, isLastResort: false), .infinity) : nil
      }
      // Connections to one source may share its line.
      let value = pace / Double(score.active + 1)
      return (Candidate(source: index, isLastResort: pace * policy.neglected < best), value)
    }
    return ranked.sorted { ($0.value, -$0.candidate.source) > ($1.value, -$1.candidate.source) }.map(\.candidate)
  }

  /// How many connections may be busy, of those that there are.
  package func connectionLimit(of connections: Int) -> Int {
    min(usable.reduce(0) { $0 + sources[$1].governor.allowed }, connections)
  }

  /// Lets every source have all connections from the beginning.
  package mutating func allowAllConnections() {
    for index in sources.indices { sources[index].governor.allowMost() }
  }

  /// How much of a connection's even share a source is given at a time: 1 for the quickest; nil where its pace is not
  /// known.
  package func share(of source: Int) -> Double? {
    guard usable.count > 1 else { return 1 }
    guard let pace = sources[source].pace else { return nil }
    return bestPace > 0 ? min(pace / bestPace, 1) : 1
  }

  // MARK: What happens

  /// Notes that bytes of a blob come from a source.
  package mutating func contributed(_ source: Int, to blob: Int) {
    contributors[blob, default: []].insert(source)
  }

  /// Looks at all paces, and drops mirrors that only hold things up.
  package mutating func measure(at now: Duration) -> [News] {
    for index in sources.indices { sources[index].measure(at: now) }
    ceiling?.measure(bytes: sources.reduce(0) { $0 + $1.fetched }, at: now)
    let best = bestPace
    var news: [News] = []
    for index in usable where sources[index].isMirror {
      guard !isHeldBack, let pace = sources[index].pace, pace * policy.hopeless < best, sources[index].active > 0
      else {
        sources[index].slowSince = nil
        continue
      }
      let since = sources[index].slowSince ?? now
      sources[index].slowSince = since
      guard now - since >= policy.hopelessTime, !isNeeded(index) else { continue }
      sources[index].isDropped = true
      news.append(.dropped(index, .slow))
    }
    return news
  }

  /// Judges a failed request.
  ///
  /// - Parameter pause: how long the source asks to be left alone, where it asks.
  package mutating func failed(
    _ source: Int, _ blob: Int, _ error: any RetriableFailure, requestBegan: Duration, at now: Duration,
    pause: Duration?
  ) -> Verdict {
    if !sources[source].isMirror { originFailures[blob] = error }
    lastFailure = error
    lastFailures[blob] = error
    guard hasAlternative(to: source, for: blob) else { return .retry }
    if case .wrongRange = error.kind {
      noteWrongRange(source, blob)
      return .switchSource(nil)
    }
    if case .absent = error.kind { return .switchSource(lacks(source, blob)) }
    if let pause {
      sources[source].governor.stepDown()
      sources[source].pause(until: now + pause)
      // How often it may ask, its gate counts.
      if case .rateLimited = error.kind { return .switchSource(nil) }
    }
    guard error.kind.isTransient else { return .switchSource(drop(source, error)) }
    let failures = sources[source].failed(requestBegan: requestBegan, at: now, policy: policy)
    let tries = sources[source].isMirror ? policy.mirrorTries : policy.originTries
    return .switchSource(failures < tries ? nil : drop(source, error))
  }

  private mutating func noteWrongRange(_ source: Int, _ blob: Int) {
    sources[source].wrongRanges[blob, default: 0] += 1
    if sources[source].wrongRanges[blob, default: 0] >= policy.wrongRangesPerBlob {
      sources[source].refused.insert(blob)
    }
    if sources[source].wrongRanges.values.reduce(0, +) >= policy.wrongRanges { sources[source].isRangeless = true }
  }

  private mutating func lacks(_ source: Int, _ blob: Int) -> News? {
    sources[source].refused.insert(blob)
    if sources[source].fetched == 0, sources[source].refused.count >= policy.lackedBlobs, !isNeeded(source) {
      sources[source].isDropped = true
    }
    return sources[source].isMirror ? .incomplete(source) : nil
  }

  private mutating func drop(_ source: Int, _ error: any RetriableFailure) -> News? {
    sources[source].isDropped = true
    guard sources[source].isMirror else {
      droppedOrigins[source] = error
      return nil
    }
    return .dropped(source, .failed(error))
  }

  /// Notes that a blob came with wrong bytes, and that those who may have sent them are not asked for it again, as
  /// long as somebody else is there.
  ///
  /// - Returns: whom to name. None where all its bytes were there before this run.
  package mutating func wrongBytes(of blob: Int) -> [Int] {
    wrongBytes(of: blob, from: contributors.removeValue(forKey: blob) ?? [])
  }

  /// The same, where it is known who sent bytes of the blob.
  package mutating func wrongBytes(of blob: Int, from suspects: Set<Int>) -> [Int] {
    let blamed = exclude(suspects, from: blob)
    // Nobody else can have sent them.
    if suspects.count == 1 { for source in blamed where hasAlternative(to: source, for: blob) { drop(source) } }
    return blamed
  }

  /// Leaves those who may have sent wrong bytes of a blob alone with it, for as long as it is not known who did.
  ///
  /// - Returns: mirrors before the origin.
  @discardableResult
  package mutating func exclude(_ suspects: Set<Int>, from blob: Int) -> [Int] {
    let mirrors = suspects.filter { sources[$0].isMirror }
    let blamed = mirrors.isEmpty ? suspects : mirrors
    for source in blamed where hasAlternative(to: source, for: blob) { sources[source].refused.insert(blob) }
    return blamed.sorted()
  }

  /// Drops the sources that sent wrong bytes of a blob, and lets the other suspects serve it again.
  package mutating func dropCorrupting(_ guilty: Set<Int>, of suspects: Set<Int>, for blob: Int) {
    for source in suspects.subtracting(guilty) { sources[source].refused.remove(blob) }
    for source in guilty { drop(source) }
  }

  /// Does not ask a mirror again that lies, as long as others have what it has.
  private mutating func drop(_ source: Int) {
    if sources[source].isMirror, !isNeeded(source) { sources[source].isDropped = true }
  }

  /// Why a blob is not to be had: the origin's failure, where it has failed; nil as long as a source may have it.
  package func failure(for blob: Int) -> (any RetriableFailure)? {
    guard !sources.indices.contains(where: { allows($0, blob) }) else { return nil }
    return originFailure(for: blob) ?? lastFailures[blob] ?? lastFailure
  }

  /// The failure that ends the pull once `error` is final.
  package func finalFailure(_ error: any RetriableFailure, for blob: Int) -> any RetriableFailure {
    originFailure(for: blob) ?? error
  }

  /// What the origin said last of a blob may be less than why it was given up.
  private func originFailure(for blob: Int) -> (any RetriableFailure)? {
    let own = originFailures[blob]
    if let own, !own.kind.isTransient { return own }
    return droppedOrigins.first { sources[$0.key].covers(blob) }?.value ?? own
  }
}
