/// Does something with each value, a few at the same time, and gives the results in the order of the values.
package func inParallel<Value: Sendable, Result: Sendable>(
  _ values: some Collection<Value>, width: Int, _ body: @escaping @Sendable (Value) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var results = [Result?](repeating: nil, count: values.count)
    var rest = values.enumerated().makeIterator()
    for _ in 0..<width {
      guard let (index, value) = rest.next() else { break }
      group.addTask { (index, try await body(value)) }
    }
    while let (index, result) = try await group.next() {
      results[index] = result
      if let (index, value) = rest.next() { group.addTask { (index, try await body(value)) } }
    }
    return results.compactMap(\.self)
  }
}
