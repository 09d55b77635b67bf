import ImageCopy
import Testing

@Suite("What open files are spent on")
struct OpenFileBudgetTests {
  @Test("T086: connections are half of what is free, one at least; threads are what is left for them")
  func budget() {
    for (limit, connections, loops) in [(24, 2, 1), (20, 1, 1), (3, 1, 1), (32, 6, 2), (64, 8, 7), (1_024, 8, 16)] {
      let budget = OpenFileBudget(limit: limit)
      #expect(budget.connections(wanted: 8) == connections, "\(limit)")
      #expect(budget.eventLoops(cores: 16) == loops, "\(limit)")
    }
    #expect(OpenFileBudget(limit: .max).connections(wanted: 256) == 256)
  }
}
