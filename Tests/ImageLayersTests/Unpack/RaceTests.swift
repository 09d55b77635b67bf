import CLibrary
import Dispatch
import ImageLayers
import Synchronization
import Testing

@Suite("Somebody changes a root while it is unpacked")
struct RaceTests {
  @Test(
    "T107: a folder that turns into a link and back", .timeLimit(.minutes(20)),
    arguments: RootFolder.Resolution.allCases)
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
      // Hard links fail where the folder of their target is away; without them an unpack may come to its end.
      let plain = LayerMember.tar([.folder("d"), .link("s", to: "d")] + members.filter { $0.header.kind == .file })
      var (finished, tries) = (0, 0)
      while swapper.rounds < 10_000 {
        // Few changes sometimes, so that there is an end, and often many.
        swapper.allow([1, 20, 400, 2_000][tries / 2 % 4])
        do {
          try scene.unpack(tars: tries % 2 == 0 ? [tar, tar] : [plain, plain])
          finished += 1
        } catch {}
        tries += 1
        // What was left where a removal met the swapper, too.
        _ = try await Shell.bytes("rm -rf '\(scene.root)' '\(scene.root).part' 2>&1 || true")
      }
      swapper.stop()
      queue.sync {}
      _ = try await Shell.bytes("rm -rf '\(scene.root)' '\(scene.root).part' 2>&1 || true")
      #expect(swapper.rounds >= 10_000)
      #expect(finished > 0 && finished < tries)
    }
  }
}

/// Turns the folder `d` of an unfinished root into a link to the outside and back.
private final class Swapper: Sendable {
  private let folder: String
  private let isStopped = Atomic(false)
  private let count = Atomic(0)
  private let allowed = Atomic(0)

  init(folder: String) { self.folder = folder }

  var rounds: Int { count.load(ordering: .relaxed) }

  /// Lets it go so many rounds from here on.
  func allow(_ rounds: Int) { allowed.store(self.rounds + rounds, ordering: .relaxed) }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  func run() {
    let (path, other) = ("\(folder)/root.part/d", "\(folder)/root.part/.d")
    while !isStopped.load(ordering: .relaxed) {
      guard rounds < allowed.load(ordering: .relaxed), rename(path, other) == 0 else {
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
