import FoundationEssentials

/// What a pull took from the network, in bytes, as it says itself (`--json`). A server does not know: it counts what stood
/// in buffers, too, when a connection ended.
struct BytesFetched: Sendable {
  private struct Record: Decodable {
    let event: String
    let bytesFetched: Int64?
  }

  /// Of each pull that came to its end, in the order of the lines.
  let each: [Int64]

  /// - Parameter lines: what pulls with `--json` printed; other lines may stand between.
  init(_ lines: some Sequence<some StringProtocol>) {
    each = lines.compactMap { line in
      guard let record = try? JSONDecoder().decode(Record.self, from: Data(line.utf8)), record.event == "finished"
      else {
        return nil
      }
      return record.bytesFetched
    }
  }

  var all: Int64 { each.reduce(0, +) }
}

extension Dray.Ended {
  /// What this pull with `--json` took; nil where it did not come to its end.
  var bytesFetched: Int64? { BytesFetched(output.split(separator: "\n")).each.last }
}
