/// The connects of TCP in what strace wrote, in the order in which they began.
struct ConnectTrace {
  /// The address and what became of it.
  private(set) var connects: [(address: String, result: String)] = []

  /// - Parameters:
  ///   - trace: what `strace -f -yy -o` wrote: each line begins with a thread's number.
  ///   - port: where the connects went. The name system tries addresses, too, without a packet: to see which is the best.
  init(_ trace: String, port: Int) {
    // A call during which another thread is told of is written in two parts.
    var begun: [Substring: (index: Int, call: Substring)] = [:]
    var calls: [String] = []
    for line in trace.split(separator: "\n") {
      guard let space = line.firstIndex(of: " ") else { continue }
      let thread = line[..<space]
      let text = line[space...].drop { $0 == " " }
      if let cut = text.firstRange(of: " <unfinished ...>") {
        begun[thread] = (calls.count, text[..<cut.lowerBound])
        calls.append(String(text))
      } else if text.hasPrefix("<... "), let end = text.firstRange(of: " resumed>"), let first = begun[thread] {
        calls[first.index] = String(first.call + text[end.upperBound...])
        begun[thread] = nil
      } else {
        calls.append(String(text))
      }
    }
    for call in calls where call.hasPrefix("connect(") && call.contains("htons(\(port))") && call.contains("<TCP") {
      let parts = call.split(separator: "\"")
      guard parts.count > 1 else { continue }
      // A program that ends leaves calls without a result.
      let result = call.firstMatch(of: #/\) += /#).map { call[$0.range.upperBound...] } ?? ""
      connects.append((String(parts[1]), String(result)))
    }
  }
}
