import Dispatch
import Glibc
import ImageLayers
import Synchronization
import Testing

@Suite("Somebody changes a root while it is unpacked")
struct RaceTests {
  @Test(
    "T107: a folder that turns into a link and back", .timeLimit(.minutes(5)), arguments: RootFolder.Resolution.allCases
  )
  func swapper(way: RootFolder.Resolution) async throws {
    try await UnpackScene.run { scene in
      var scene = scene
      scene.resolution = way
      // Many folders, so that each file needs the way anew.
      let members = (0..<400).flatMap { number -> [LayerMember] in
        [
          .folder("d/\(number % 40)"), .file("d/\(number % 40)/witness", "mine"),
          .hardLink("d/h\(number)", to: "d/\(number % 40)/witness"),
        ]
      }
      let tar = LayerMember.tar([.folder("d"), .link("s", to: "d")] + members + members)
      let swapper = Swapper(folder: scene.folder.string)
      let queue = DispatchQueue(label: "swapper")
      queue.async { swapper.run() }
      var finished = 0
      while swapper.rounds < 10_000 {
        do {
          try scene.unpack(tars: [tar, tar])
          finished += 1
        } catch {}
        // What was left where a removal met the swapper, too.
        _ = try await Shell.bytes("rm -rf '\(scene.root)' '\(scene.root).part' 2>&1 || true")
      }
      swapper.stop()
      queue.sync {}
      _ = try await Shell.bytes("rm -rf '\(scene.root)' '\(scene.root).part' 2>&1 || true")
      #expect(swapper.rounds >= 10_000)
    }
  }
}

/// Turns the folder `d` of an unfinished root into a link to the outside and back.
private final class Swapper: Sendable {
  private let folder: String
  private let isStopped = Atomic(false)
  private let count = Atomic(0)

  init(folder: String) { self.folder = folder }

  var rounds: Int { count.load(ordering: .relaxed) }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  func run() {
    let (path, other) = ("\(folder)/root.part/d", "\(folder)/root.part/.d")
    while !isStopped.load(ordering: .relaxed) {
      guard rename(path, other) == 0 else {
        // Between two roots.
        sched_yield()
        continue
      }
      symlink("\(folder)/outside", path)
      unlink(path)
      if rename(other, path) != 0 {
        // A folder was made in its place.
        rename(other, "\(path)\(rounds)")
      }
      count.add(1, ordering: .relaxed)
    }
  }
}
