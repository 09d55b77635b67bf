import FoundationEssentials
import ScriptedServer
import Testing

@testable import DrayMessages
@testable import dray

struct DesktopPageTests {
  @Test("T336: at a desktop, Enter alone opens a page on loopback in the browser")
  func enter() async throws {
    try await ScriptedServer.run { server in
      let (pages, opened) = AsyncStream.makeStream(of: String.self)
      server.on("POST", "/opened") { request in
        opened.yield(String(decoding: request.body, as: UTF8.self))
        return Reply()
      }
      let folder = FileManager.default.temporaryDirectory.appending(path: "dray-desktop-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(at: folder) }
      let browser = folder.appending(path: "xdg-open").path()
      let script = """
        #!/bin/sh
        case "$1" in http://127.0.0.1:*) curl -sf "$1" | curl -sf --data-binary @- \(server.origin)/opened;; esac
        """
      try Data(script.utf8).write(to: URL(filePath: browser))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: browser)
      let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
      let world = try TestWorld(
        input: terminal.slave, terminal: terminal.slave,
        variables: [
          "DISPLAY": ":9", "PATH": folder.path() + ":/usr/local/bin:/usr/bin:/bin", "XDG_STATE_HOME": folder.path(),
        ])
      let running = Task { await world.run() }
      #expect(await terminal.expect("nginx:1.21.4): ").contains("Press Enter alone"))
      terminal.type("\n")
      for await page in pages {
        #expect(page.contains("<title>dray"))
        #expect(!page.contains("id=\"get\" aria-labelledby=\"get-title\" hidden"))
        break
      }
      running.cancel()
      _ = await running.value
      #expect(terminal.rest().contains("Opening http://127.0.0.1:"))
      // Requests would fill the person's terminal.
      #expect(world.output.text.isEmpty)
    }
  }

  @Test("T337: without a desktop, dray serve alone says what it could serve")
  func nothing() async throws {
    let world = try TestWorld()
    #expect(await world.run("serve") == .failure(.usage))
    #expect(world.errors.text.contains("there is nothing to serve"))
  }
}
