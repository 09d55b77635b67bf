import HTTPTypes

/// A part of a sorted list, as `n` and `last` ask for it (distribution-spec, "Listing Tags").
struct ListPage: Sendable, Hashable {
  let entries: [String]
  /// The query that asks for what follows; nil at the end.
  let next: String?

  /// - Parameters:
  ///   - all: sorted by their bytes.
  ///   - count: `n`; nil for all.
  ///   - last: what the part begins behind. It need not be in the list.
  init(of all: [String], count: Int?, last: String?) {
    var rest = all[...]
    if let last { rest = rest.drop { !ServedImages.precedes(last, $0) } }
    let taken = rest.prefix(count ?? rest.count)
    entries = Array(taken)
    if let count, let end = taken.last, rest.count > taken.count { next = "n=\(count)&last=\(end)" } else { next = nil }
  }

  /// - Throws: ``DistributionRefusal`` where `n` is no number.
  init(of all: [String], _ request: ServerRequest) throws(DistributionRefusal) {
    let number = request.value(of: "n")
    let isNumber = number.map { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } } ?? true
    guard isNumber else { throw DistributionRefusal(.unsupported, .badRequest, "n is to be a number") }
    self.init(of: all, count: number.flatMap { Int($0) }, last: request.value(of: "last"))
  }

  /// - Parameter path: of the list.
  func fields(_ path: String) -> HTTPFields {
    var fields: HTTPFields = [.contentType: "application/json"]
    if let next { fields[.link] = "<\(path)?\(next)>; rel=\"next\"" }
    return fields
  }
}
