import DrayMessages
import ImageCopy
import ImageModel

/// What `--prune` does after a synchronization: finds the tags that the list does not name, shows them, asks, and takes them away.
struct SyncPrune {
  let context: CommandContext
  let shown: ShownSync
  let pruning: TagPruning
  let isConfirmed: Bool
  let isDryRun: Bool

  /// - Parameter isListWhole: whether it is known what all names of the list stand for.
  /// - Returns: how many tags were to be deleted, or listed, and were not.
  /// - Throws: `StreamError`; `CancellationError`.
  func run(isListWhole: Bool) async throws -> Int {
    guard isListWhole else {
      shown.warn(SyncPhrase.prunesNothing.phrase)
      return 0
    }
    let observe: @Sendable (PullWarning) -> Void = { [shown] in shown.observe(.warning(.access($0))) }
    let plan = try await pruning.plan(observe: observe)
    var failed = 0
    for spared in plan.spared {
      if case .unlisted = spared.reason { failed += 1 }
      shown.spared(spared)
    }
    guard !plan.tags.isEmpty else { return failed }
    guard !isDryRun else {
      for tag in plan.tags { shown.wouldDelete(tag) }
      return failed
    }
    guard try await confirm(plan) else {
      context.say(SyncPhrase.pruneDeclined)
      return failed
    }
    var refusing: Set<RegistryName> = []
    var deleted = 0
    try await pruning.carryOut(plan, observe: observe) { tag, outcome in
      switch outcome {
      case .deleted: deleted += 1
      case .changed: break
      case .failed: failed += 1
      }
      shown.pruned(tag, outcome, isTold: outcome.isRefusal && !refusing.insert(tag.reference.registry).inserted)
    }
    shown.say(SyncPhrase.prunedTags(deleted: deleted, of: plan.tags.count))
    return failed
  }

  private func confirm(_ plan: TagPruning.Plan) async throws -> Bool {
    guard !isConfirmed else { return true }
    for tag in plan.tags { context.say(SyncPhrase.wouldDelete(tag.reference, tag.digest)) }
    return try await Questions(context).confirms(SyncPhrase.pruneQuestion(tags: plan.tags.count).phrase)
  }
}

extension TagPruning.Outcome {
  /// Whether it is the registry that lets no tags be deleted, which is the same for all.
  fileprivate var isRefusal: Bool {
    if case .failed(let error) = self { error.failureClass == .unsupported } else { false }
  }
}

extension ShownSync {
  func warn(_ words: Phrase) { display.warn(words, isJSON: isJSON) }

  func say(_ phrase: SyncPhrase) { display.say(phrase) }

  fileprivate func spared(_ spared: TagPruning.Spared) {
    let words = SyncPhrase.spared(spared).phrase
    warn(words)
    if isJSON { write(JSONLine.text(SparedRecord(spared, words.text(context.language)))) }
  }

  fileprivate func wouldDelete(_ tag: TagPruning.Tag) {
    guard isJSON else { return write("\(SyncPhrase.wouldDelete(tag.reference, tag.digest).text(context.language))\n") }
    write(JSONLine.text(PrunedRecord(tag, outcome: nil, context.language)))
  }

  /// - Parameter isTold: whether a person knows by now why it failed.
  fileprivate func pruned(_ tag: TagPruning.Tag, _ outcome: TagPruning.Outcome, isTold: Bool) {
    if isJSON { write(JSONLine.text(PrunedRecord(tag, outcome: outcome, context.language))) }
    switch outcome {
    case .deleted: display.say(SyncPhrase.deletedTag(tag.reference, tag.digest))
    case .changed: display.say(SyncPhrase.changedTag(tag.reference))
    case .failed(let error):
      guard !isTold else { return }
      let report = FailureReport(error)
      display.say(SyncPhrase.notDeleted(tag.reference, report.summary, hint: report.hint))
    }
  }
}

/// What `dray sync --prune --json` says of a tag that the list does not name.
struct PrunedRecord: Encodable {
  let event = "pruned"
  let reference: String
  let digest: String
  let outcome: String
  // Left out where there is nothing to say.
  var `class`: String?
  var message: String?
  var hint: String?

  /// - Parameter outcome: nil for what would be deleted.
  init(_ tag: TagPruning.Tag, outcome: TagPruning.Outcome?, _ language: Language) {
    (reference, digest) = (tag.reference.qualifiedName, tag.digest.description)
    switch outcome {
    case nil: self.outcome = "planned"
    case .deleted: self.outcome = "deleted"
    case .changed: self.outcome = "changed"
    case .failed(let error):
      self.outcome = "failed"
      let report = FailureReport(error)
      `class` = report.failureClass.name
      message = report.summary.text(language)
      hint = report.hint?.text(language)
    }
  }
}

/// What it says of a repository whose tags all stay.
struct SparedRecord: Encodable {
  let event = "spared"
  let repository: String
  let message: String

  init(_ spared: TagPruning.Spared, _ message: String) {
    (repository, self.message) = (spared.repository.qualifiedRepository, message)
  }
}
