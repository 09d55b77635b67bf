import DrayMessages
import ImageCopy

extension ShownPush {
  /// How what is done is called.
  enum Words: Sendable, Hashable {
    case push, copy
    /// A copy into an archive or a layout: the path, or `-` for standard output.
    case export(to: String)

    /// Whether standard output is for the archive.
    var takesOutput: Bool { self == .export(to: "-") }

    func started(_ plan: PushPlan) -> PushPhrase {
      switch self {
      case .push: .pushing(plan)
      case .copy: .copying(plan)
      case .export(let path): .exporting(plan, to: path)
      }
    }

    func done(_ image: PushedImage) -> PushPhrase {
      switch self {
      case .push: .pushed(image)
      case .copy: .copied(image)
      case .export(let path): .exported(image, to: path)
      }
    }

    func ended(_ result: PushResult) -> PushPhrase {
      if case .export = self { .written(result) } else { .done(result) }
    }

    func record(of result: PushResult) -> PushRecord {
      switch self {
      case .push: PushRecord(result, event: "pushed")
      case .copy: PushRecord(result, event: "copied")
      case .export(let path): PushRecord(result, event: "copied", path: path)
      }
    }

    func preview(_ plan: PushPlan) -> [PushPhrase] {
      switch self {
      case .push, .copy:
        plan.images.map { .wouldPush($0) } + plan.blobs.map { .wouldSend($0) } + (plan.isDone ? [] : [.total(plan)])
      case .export(let path):
        plan.images.map { .wouldExport($0, to: path) } + plan.blobs.map { .wouldWrite($0) } + [.totalWritten(plan)]
      }
    }
  }
}

extension PushPlan {
  /// Whether all is in place: then each image is told of for itself, and there is nothing to count, since no blob was asked for.
  var isDone: Bool { blobs.isEmpty && images.allSatisfy(\.wasThere) }
}
