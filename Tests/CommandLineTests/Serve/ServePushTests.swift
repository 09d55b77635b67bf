import ScriptedServer
import Testing

@Suite("Pushes into dray serve")
struct ServePushTests {
  private static let image = ImageFixture(layers: [70_000], seed: 455)

  @Test("T455: with --keep-tags skopeo and dray push a tag once, the same image again, and are told why no other")
  func keptTags() async throws {
    let lines = try await ServeScene.run(
      """
      serve --accept-push layout --keep-tags
      at=127.0.0.1:$PORT/team/new:1
      for _ in 1 2; do $DRAY push -q --plain-http app.tar $at > /dev/null; echo $?; done
      skopeo --insecure-policy copy -q docker-archive:app.tar oci-archive:other.tar:other:1
      skopeo --insecure-policy copy -q --dest-tls-verify=false oci-archive:other.tar docker://$at 2>&1 | grep -o "new:1 is $DIGEST"
      $DRAY push -q --plain-http other.tar $at 2>&1 > /dev/null | grep -o immutable | uniq
      curl -s -o /dev/null -w '%header{docker-content-digest}\\n' $URL/v2/team/new/manifests/1
      stop; rm -rf layout other.tar served requests
      """, image: Self.image, ["DIGEST": Self.image.manifest.digest])
    let digest = Self.image.manifest.digest
    #expect(lines == ["0", "0", "new:1 is \(digest)", "immutable", digest], "\(lines)")
  }

  @Test("T484: at its start a server tells how many images there are, with those that were pushed")
  func count() async throws {
    let lines = try await ServeScene.run(
      """
      serve --accept-push layout
      $DRAY push -q --plain-http app.tar 127.0.0.1:$PORT/team/new:1 > /dev/null
      stop; serve app.tar --accept-push layout
      grep -oE 'Serving .* image' served; stop; rm -rf layout served requests
      """, image: Self.image)
    #expect(lines == ["Serving 2 image"])
  }
}
