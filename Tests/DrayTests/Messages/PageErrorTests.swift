import HTTPAccess
import ImageCopy
import ImageModel
import RegistryAuth
import RegistryClient
import RegistryServer
import Testing

@testable import dray

/// What a visitor of `dray serve` reads, who gives no options of dray.
@Suite struct PageErrorTests {
  @Test("T474: who asks a server reads what the operator can allow, and no options that are not theirs to give")
  func options() throws {
    let refused = GatewayError.upstreamNotAllowed(try RegistryName(parsing: "quay.io"), allowed: [])
    #expect(
      PageErrors.words(refused, "en")
        == "this server asks no registries, not even quay.io; the operator of this server can allow it with --upstream HOST"
    )
    #expect(PageErrors.words(refused, "zh-CN").hasSuffix("；此服务的管理员可以用 --upstream 主机 允许访问"))
    let missing = ResolveError.noSuchPlatform(
      try ImageReference(parsing: "quay.io/team/app:1"), wanted: try Platform(parsing: "linux/s390x"),
      available: [try Platform(parsing: "linux/amd64")])
    let words = PageErrors.words(missing, "en")
    #expect(words.contains("linux/s390x") && !words.contains("--"), "\(words)")
    #expect(PageErrors.words(GatewayError.tooManyLookups(limit: 1, perClient: false), "en").hasSuffix("a little later"))
  }
}
