@testable import DrayMessages
@testable import dray

extension MessageSamples {
  static let listings: [MessageSample] = [
    .init("list public", ListPhrase.public), .init("list private", ListPhrase.private),
    .init("list repository", ListPhrase.repositories(1)), .init("list repositories", ListPhrase.repositories(12)),
    .init("list artifact", ListPhrase.artifacts(1)), .init("list artifacts", ListPhrase.artifacts(12)),
    .init("list-without-login", warning: ListPhrase.withoutLogin("harbor.example.com").phrase),
    .init(
      "list-refused-login",
      warning: ListPhrase.refusedLogin(
        "harbor.example.com", .file(path: "/home/me/.docker/config.json", key: "harbor.example.com")
      ).phrase),
  ]
}
