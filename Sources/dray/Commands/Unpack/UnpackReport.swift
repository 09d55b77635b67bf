import DrayMessages
import ImageLayers

/// What is told about a root that was unpacked.
struct UnpackReport {
  let path: String
  let counts: UnpackCounts
  let language: Language

  var text: String { "\(TerminalText.escaped(path))\n" }

  var json: String { JSONLine.text(UnpackRecord(path: path, counts)) }

  /// What is not as the image says.
  var warnings: [UnpackWarning] {
    var warnings: [UnpackWarning] = []
    if counts.skippedDevices > 0 { warnings.append(.skippedDevices(counts.skippedDevices)) }
    if counts.mappedOwners > 0 { warnings.append(.mappedOwners(counts.mappedOwners)) }
    if counts.droppedModes > 0 { warnings.append(.droppedModes(counts.droppedModes)) }
    if counts.skippedAttributes > 0 { warnings.append(.skippedAttributes(counts.skippedAttributes)) }
    return warnings
  }
}

/// The object of docs/json.md with which `unpack` tells what it did.
private struct UnpackRecord: Encodable {
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
