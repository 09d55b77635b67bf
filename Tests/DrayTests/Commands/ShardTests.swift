import DrayMessages
import ImageModel
import Testing

@testable import dray

struct ShardTests {
  private func shard(_ text: String, _ variables: [String: String] = [:]) throws -> Shard {
    try Shard(parsing: text, environment: { variables[$0] })
  }

  @Test("T221: which shard this is, by number and by the variables of job arrays")
  func places() throws {
    let read = { (text: String, variables: [String: String]) throws -> [Int] in
      let shard = try self.shard(text, variables)
      return [shard.index, shard.count]
    }
    #expect(try read("2/8", [:]) == [1, 8])
    #expect(try read("auto/8", ["JOB_COMPLETION_INDEX": "7"]) == [7, 8])
    let slurm = ["SLURM_ARRAY_TASK_ID": "12", "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_COUNT": "4"]
    #expect(try read("auto", slurm) == [2, 4])
    #expect(try read("auto", ["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "3"]) == [0, 3])
    #expect(try read("auto", ["AWS_BATCH_JOB_ARRAY_INDEX": "0", "AWS_BATCH_JOB_ARRAY_SIZE": "2"]) == [0, 2])
  }

  @Test(
    "T221: what names no shard is told, and never taken for all",
    arguments: ["", "0/8", "9/8", "8", "a/8", "1/0", "auto/x", "-1/8", "1/8/2", "auto", "auto/8"])
  func faults(_ text: String) {
    #expect(throws: SyncOptionError.self) { try shard(text) }
  }

  @Test("T221: an index outside of the array, and one without a number of shards")
  func outside() {
    #expect(throws: SyncOptionError.shardOutside(index: 9, count: 8)) {
      try shard("auto/8", ["JOB_COMPLETION_INDEX": "8"])
    }
    #expect(throws: SyncOptionError.shardsUnknown) { try shard("auto", ["JOB_COMPLETION_INDEX": "1"]) }
  }

  @Test("T221: each repository falls to exactly one shard, with all its tags, and none to nobody")
  func division() throws {
    let shards = try (1...8).map { try shard("\($0)/8") }
    var sizes = Array(repeating: 0, count: 8)
    for number in 0..<2_000 {
      let names = try ["1", "2"].map { try ImageReference(parsing: "h.example/mirror/app-\(number):\($0)") }
      let takers = names.map { name in shards.indices.filter { shards[$0].takes(name) } }
      #expect(takers[0].count == 1 && takers[0] == takers[1])
      sizes[takers[0][0]] += 1
    }
    #expect(sizes.allSatisfy { (150...350).contains($0) }, "\(sizes)")
  }
}
