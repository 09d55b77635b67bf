import DrayMessages
import ImageLayers

extension UnpackCounts {
  /// What is not as the image says.
  var warnings: [UnpackWarning] {
    [
      (skippedDevices, UnpackWarning.skippedDevices), (mappedOwners, UnpackWarning.mappedOwners),
      (droppedModes, UnpackWarning.droppedModes), (skippedAttributes, UnpackWarning.skippedAttributes),
    ].compactMap { count, warning in count > 0 ? warning(count) : nil }
  }
}

/// The object of docs/json.md with which `unpack` tells what it did.
struct UnpackRecord: Encodable {
  let event = "unpacked"
  let path: String
  let entries: Int
  let bytes: Int64
  let skippedDevices: Int
  let mappedOwners: Int
  let droppedModes: Int
  let skippedAttributes: Int

  init(path: String, _ counts: UnpackCounts) {
    self.path = path
    entries = counts.entries
    bytes = counts.bytes
    skippedDevices = counts.skippedDevices
    mappedOwners = counts.mappedOwners
    droppedModes = counts.droppedModes
    skippedAttributes = counts.skippedAttributes
  }
}
