import RegistryServer
import Testing

/// A repository may be called after any part of the API.
@Suite struct DistributionPathTests {
  @Test(arguments: [
    ("/v2", DistributionPath.root), ("/v2/", .root), ("/v2/_catalog", .catalog),
    ("/v2/nginx/manifests/1.21.4", .manifest(repository: "nginx", reference: "1.21.4")),
    ("/v2/team/blobs/app/manifests/v1", .manifest(repository: "team/blobs/app", reference: "v1")),
    ("/v2/a/manifests/blobs/sha256:00", .blob(repository: "a/manifests", digest: "sha256:00")),
    ("/v2/a/tags/list/tags/list", .tags(repository: "a/tags/list")),
    ("/v2/a/b/referrers/sha256:00", .referrers(repository: "a/b", digest: "sha256:00")),
    ("/v2/a/blobs/uploads/", .uploads(repository: "a")), ("/v2/a/blobs/uploads", .uploads(repository: "a")),
    ("/v2/a/blobs/uploads/17", .upload(repository: "a", session: "17")),
  ]) func `A path is read from its right end`(path: String, meaning: DistributionPath) {
    #expect(DistributionPath(path) == meaning)
  }

  @Test(arguments: [
    "/", "/v1/", "/v2x", "/v2/nginx", "/v2/manifests/latest", "/v2//manifests/latest", "/v2/a//b/manifests/latest",
    "/v2/a/manifests/", "/v2/a/tags", "/v2/blobs/uploads/",
  ]) func `Another path is none of the API`(path: String) {
    #expect(DistributionPath(path) == nil)
  }
}
