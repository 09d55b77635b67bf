import ImageArchive
import Testing

@testable import DrayMessages
@testable import dray

@Suite("Options about the form of an archive")
struct FormatSettingsTests {
  private func refusal(_ arguments: String...) async throws -> [String] {
    let world = try TestWorld()
    #expect(await Program.run(["pull", "nginx"] + arguments, in: world.context()) == .failure(.usage))
    #expect(world.requests.isEmpty)
    return world.errors.lines
  }

  @Test("They reach the engine", arguments: ArchiveFormat.allCases)
  func form(_ form: ArchiveFormat) async throws {
    let world = try TestWorld()
    #expect(await world.run("pull", "nginx", "--format", form.rawValue) == .success)
    #expect(world.requests.first?.form == form)
  }

  @Test("Annotations are keys and values; a value may be empty or have another =")
  func annotations() async throws {
    let world = try TestWorld()
    let code = await world.run("pull", "nginx", "--annotation", "a=1", "--annotations", "b=c=d", "--annotation", "e=")
    #expect(code == .success)
    #expect(world.requests.first?.annotations == ["a": "1", "b": "c=d", "e": ""])
  }

  @Test("What makes no sense is refused before anything else happens")
  func refused() async throws {
    #expect(try await refusal("--format", "tar")[0].contains("'tar' is not an archive format"))
    #expect(try await refusal("--annotation", "x")[0].contains("'x' is not KEY=VALUE"))
    #expect(try await refusal("--annotation", "=x")[0].contains("KEY=VALUE"))
    #expect(try await refusal("--annotation", "org.opencontainers.image.ref.name=x")[1].contains("--as"))
    #expect(try await refusal("--annotation", "a=b", "--format", "docker")[0].contains("index.json"))
  }

  @Test("Every phrase of their help is translated", arguments: FormatHelp.allCases)
  func translated(_ phrase: FormatHelp) {
    #expect(phrase.text(.english) != phrase.text(.simplifiedChinese))
  }
}
