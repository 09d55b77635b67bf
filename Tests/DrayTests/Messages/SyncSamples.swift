import ImageCopy
import ImageModel

@testable import DrayMessages
@testable import dray

enum SyncSamples {
  private static let entry = SyncRequest.Entry(source: Samples.reference, target: Samples.reference)

  private static func image(_ outcome: SyncedImage.Outcome) -> SyncedImage {
    SyncedImage(entry: entry, digest: Samples.digest, outcome: outcome)
  }

  private static var counts: SyncCounts {
    var counts = SyncCounts()
    (counts.copied, counts.unchanged, counts.kept, counts.planned, counts.failed) = (12, 638, 1, 12, 2)
    return counts
  }

  private static var cost: SyncCost {
    var cost = SyncCost()
    (cost.bytesToSend, cost.blobsToSend, cost.blobsToMount) = (56_800_000, 3, 2)
    return cost
  }

  private static let result = SyncResult(
    images: SyncedImages([]), counts: counts, blobsSent: 3, blobsMounted: 2, bytesSent: 56_800_000, elapsed: .seconds(7)
  )

  static let all: [MessageSample] =
    [
      .init("sync checking", SyncPhrase.checking(images: 653)),
      .init("sync checked", SyncPhrase.checked(counts, toCopy: 12)),
      .init("sync passed over", SyncPhrase.passedOver("schedule", path: "regsync.yml", line: 9)),
      .init("sync made project", SyncPhrase.madeProject("mirror", registry: Samples.reference.registry)),
      .init("sync copied", SyncPhrase.copied(image(.copied))),
      .init("sync kept", SyncPhrase.kept(Samples.reference, existing: Samples.otherDigest)),
      .init("sync failed", SyncPhrase.failed(Samples.reference, SyncOptionError.noList.phrase)),
      .init("sync would copy", SyncPhrase.wouldCopy(image(.planned(cost)), cost)),
      .init("sync finds it there", SyncPhrase.unchanged(image(.unchanged))),
      .init("sync done", SyncPhrase.done(result)),
      .init("sync planned", SyncPhrase.planned(result, cost)),
      .init("sync table", SyncPhrase.table(images: 3)),
      .init("sync label kept", SyncPhrase.keptLabel),
      .init("sync label failed", SyncPhrase.failedLabel),
      .init("sync label not tried", SyncPhrase.notTriedLabel),
      .init("sync existing", SyncPhrase.existing(Samples.otherDigest)),
      .init("prune nothing", SyncPhrase.prunesNothing),
      .init("prune failed images", SyncPhrase.spared(.init(Samples.reference, .failedImages))),
      .init("prune digest alone", SyncPhrase.spared(.init(Samples.reference, .digestAlone))),
      .init("prune source", SyncPhrase.spared(.init(Samples.reference, .isSource))),
      .init("prune unlisted", SyncPhrase.spared(.init(Samples.reference, .unlisted(SyncOptionError.noList)))),
      .init("prune would delete", SyncPhrase.wouldDelete(Samples.reference, Samples.digest)),
      .init("prune question", SyncPhrase.pruneQuestion(tags: 3)),
      .init("prune declined", SyncPhrase.pruneDeclined),
      .init("prune deleted", SyncPhrase.deletedTag(Samples.reference, Samples.digest)),
      .init("prune changed", SyncPhrase.changedTag(Samples.reference)),
      .init(
        "prune not deleted",
        SyncPhrase.notDeleted(
          Samples.reference, SyncOptionError.noList.phrase, hint: SyncOptionError.noList.hint)),
      .init("prune done", SyncPhrase.prunedTags(deleted: 2, of: 3)),
    ]
    + [
      SyncOptionError.noList, .noTarget, .target("a b/"), .severalPlatforms("harbor.example.com/team/app:1.0"),
      .shard("9/8"), .noShard, .shardsUnknown, .shardOutside(index: 9, count: 8),
      .namesInFile("regsync.yml"), .pruneUnconfirmed,
    ].enumerated().map { .init("sync option \($0.offset)", error: $0.element) }
}
