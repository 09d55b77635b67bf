/// Does something with each value, a few at the same time, and gives the results in the order of the values.
package func inParallel<Value: Sendable, Result: Sendable>(
  _ values: some Collection<Value>, width: Int, _ body: @escaping @Sendable (Value) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var results: [Int: Result] = [:]
    var rest = Array(values.enumerated())[...]
    for (index, value) in rest.prefix(width) { group.addTask { (index, try await body(value)) } }
    rest = rest.dropFirst(width)
    while let (index, result) = try await group.next() {
      results[index] = result
      if let (index, value) = rest.popFirst() { group.addTask { (index, try await body(value)) } }
    }
    return results.sorted { $0.key < $1.key }.map(\.value)
  }
}
