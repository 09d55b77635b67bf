import RegistryClient
import ScriptedServer
import Testing

@testable import ImageTransfer

@Suite("Registries, as they are")
struct RegistryHabitTests {
  private let image = ImageFixture(layers: [150_000, 20_000], seed: 80)

  @Test("an image comes, and the login goes nowhere else", arguments: RegistryHabit.all)
  func pull(habit: RegistryHabit) async throws {
    try await NamedServers.run(habit.hosts) { scene, servers in
      habit.serve(image, at: servers)
      if let login = habit.login {
        let parts = login.split(separator: ":", maxSplits: 1).map(String.init)
        scene.access.credentials = FixedCredential(
          FoundCredential(.password(username: parts[0], password: parts[1]), from: .commandLine), for: [habit.registry])
      }
      let outcome = try await scene.pull("\(habit.registry)/\(habit.repository):1")
      #expect(outcome.error == nil)
      #expect(scene.files.count == 1)
      if let storage = habit.storage {
        let asked = servers[storage.host].requests
        #expect(!asked.isEmpty)
        #expect(asked.allSatisfy { !$0.carriesCredentials && $0.query == storage.query })
      }
      let tokens = habit.tokenHost.map { servers[$0].requests.filter { $0.target == habit.tokenTarget } } ?? []
      #expect(tokens.count == (habit.tokenTarget == nil ? 0 : 1))
      // Where there are tokens the password goes for them only.
      let passwords = servers[habit.registry].requests.filter {
        $0.basicCredentials != nil && $0.target != habit.tokenTarget
      }
      #expect(passwords.isEmpty == (habit.tokenTarget != nil || habit.login == nil))
    }
  }
}
