import DrayMessages
import ImageContents
import ImageLayers
import ImageModel

/// The objects of docs/json.md with which `diff` answers.
enum DifferenceRecords {
  static func text(_ difference: ImageDifference) -> String {
    var text = difference.layers.map { JSONLine.text(LayerRecord($0)) }.joined()
    for setting in difference.config { text += JSONLine.text(SettingRecord(setting)) }
    for file in difference.files { text += JSONLine.text(ChangeRecord(file)) }
    return text + JSONLine.text(SummaryRecord(difference))
  }

  private struct LayerRecord: Encodable {
    let event = "layer-difference"
    /// `both`, `first` or `second`
    let side: String
    let layer: String
    let size: Int64?

    init(_ entry: ImageDifference.LayerEntry) {
      side = entry.side.rawValue
      layer = entry.name
      size = entry.size
    }
  }

  private struct SettingRecord: Encodable {
    let event = "config-difference"
    let field: String
    // Left out where there is none.
    let key: String?
    let old: String?
    let new: String?

    init(_ setting: ConfigDifference) {
      field = setting.field.rawValue
      key = setting.key
      old = setting.old
      new = setting.new
    }
  }

  private struct ChangeRecord: Encodable {
    let event = "file-difference"
    let change: String
    let path: String
    let aspects: [String]
    // Left out where there is none.
    let old: StateRecord?
    let new: StateRecord?

    init(_ file: FileDifference) {
      change = file.change.rawValue
      path = "/" + file.path.text
      aspects = file.aspects.map(\.rawValue)
      old = file.old.map(StateRecord.init)
      new = file.new.map(StateRecord.init)
    }
  }

  private struct StateRecord: Encodable {
    let type: String
    let mode: String
    let uid: UInt32
    let gid: UInt32
    let size: Int64
    let target: String?
    let contentDigest: String?

    init(_ entry: RootEntry) {
      type = RootEntryText.kind(entry.kind).name
      mode = String(entry.mode, radix: 8)
      uid = entry.userID
      gid = entry.groupID
      size = entry.size
      target = entry.kind == .symbolicLink ? String(decoding: entry.linkTarget, as: UTF8.self) : nil
      contentDigest = entry.contentDigest?.description
    }
  }

  private struct SummaryRecord: Encodable {
    let event = "difference"
    let same: Bool
    /// Whether the shared layers were read.
    let complete: Bool

    init(_ difference: ImageDifference) {
      same = difference.isEmpty
      complete = !difference.isBaseUnknown
    }
  }
}
