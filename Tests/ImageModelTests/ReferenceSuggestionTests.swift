import ImageModel
import Testing

@Suite("Suggestions for texts that are no reference")
struct ReferenceSuggestionTests {
  @Test(
    "What was probably meant is suggested",
    arguments: [
      ("docker://nginx", "nginx"),
      ("docker://h.io/a/b:1", "h.io/a/b:1"),
      ("oci://h.io/charts/x:1", "h.io/charts/x:1"),
      (" nginx", "nginx"),
      ("nginx\n", "nginx"),
      ("\tnginx:1 \r\n", "nginx:1"),
      ("https://harbor.example.com/team/app:1", "harbor.example.com/team/app:1"),
      ("http://127.0.0.1:5000/team/app", "127.0.0.1:5000/team/app"),
      ("HTTPS://h.io/Team/App:V1", "h.io/team/app:V1"),
      ("https://h.io/a/b/", "h.io/a/b"),
      ("https://h.io/a?tab=tags", "h.io/a"),
      ("https://hub.docker.com/_/nginx", "nginx"),
      ("https://hub.docker.com/r/bitnami/redis/tags", "bitnami/redis"),
      ("hub.docker.com/_/nginx:1.21.4", "nginx:1.21.4"),
      ("hub.docker.com/r/bitnami/redis:7", "bitnami/redis:7"),
      ("hub.docker.com/library/nginx:1.21.4", "library/nginx:1.21.4"),
      ("Hub.Docker.com/bitnami/redis", "bitnami/redis"),
      ("https://quay.io/repository/prometheus/node-exporter?tab=info", "quay.io/prometheus/node-exporter"),
      ("http://127.0.0.1:5000/v2/team/app/manifests/1", "127.0.0.1:5000/team/app:1"),
      ("https://h.io/v2/team/app/manifests/1", "h.io/team/app:1"),
      ("https://hub.docker.com/layers/library/nginx/1.21.4/images/sha256-aaaa", "library/nginx:1.21.4"),
      ("https://github.com/Owner/app/pkgs/container/app", "ghcr.io/owner/app"),
      ("\u{FEFF}h.io/app:1", "h.io/app:1"), ("h.io/app:1\u{200B}", "h.io/app:1"), ("h.io/app:1\u{A0}", "h.io/app:1"),
      ("h.io/\u{202E}app", "h.io/app"), ("“h.io/app:1”", "h.io/app:1"), ("'nginx:1',", "nginx:1"),
      ("h.io/app：1", "h.io/app:1"), ("h。io／app", "h.io/app"), ("image: h.io/app:1", "h.io/app:1"),
      ("- image: \"h.io/app:1\"", "h.io/app:1"), ("FROM h.io/app:1 AS build", "h.io/app:1"),
      ("FROM --platform=linux/arm64 nginx", "nginx"), ("h.io/app:", "h.io/app"), ("h.io//app:1", "h.io/app:1"),
      ("h.io/app:1/", "h.io/app:1"), ("h.io:/app:1", "h.io/app:1"), ("h.io.:5000/app", "h.io:5000/app"),
      ("127.0.0.1:5000:app:1", "127.0.0.1:5000/app:1"), ("::1/app:1", "[::1]/app:1"),
      ("Nginx", "nginx"),
      ("h.io/Team/App:Tag", "h.io/team/app:Tag"),
    ])
  func suggests(_ text: String, _ expected: String) {
    let error = #expect(throws: ImageReferenceError.self) { try ImageReference(parsing: text) }
    #expect(error?.suggestion == expected)
    #expect(throws: Never.self) { try ImageReference(parsing: expected) }
  }

  @Test(
    "No suggestion is made up",
    arguments: [
      "", " ", "https://", "https://h.io", "https://h.io/harbor/projects/1/repositories/nginx", "ftp://h.io/a",
      "https://h.io/v2/team/app/tags/list", "h.io/", "hub.docker.com/", "https://hub.docker.com/u/someone",
      "a b",
      "nginx:a:b",
      "docker pull nginx", "://", "https://user@h.io/a", String(repeating: "x ", count: 10_000),
    ])
  func suggestsNothing(_ text: String) {
    let error = #expect(throws: ImageReferenceError.self) { try ImageReference(parsing: text) }
    #expect(error?.suggestion == nil)
  }

  @Test("T145: an address that leads to no image is told as an address, not as a bad port")
  func addresses() {
    for text in ["https://h.io/harbor/projects/3/repositories/app", "http://h.io/v2/", "https://hub.docker.com/u/me"] {
      let error = #expect(throws: ImageReferenceError.self) { try ImageReference(parsing: text) }
      #expect(error?.reason == .decorated)
    }
  }

  @Test("Something around a reference is told apart from a mistake in it")
  func reasons() {
    let pasted = #expect(throws: ImageReferenceError.self) { try ImageReference(parsing: "https://h.io/a") }
    #expect(pasted?.reason == .decorated)
    let mistake = #expect(throws: ImageReferenceError.self) { try ImageReference(parsing: "Nginx") }
    #expect(mistake?.reason == .upperCase("library/Nginx"))
  }
}
