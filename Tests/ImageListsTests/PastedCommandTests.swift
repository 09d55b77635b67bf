import ImageLists
import ImageModel
import Testing

@Suite("Images in pasted commands")
struct PastedCommandTests {
  @Test(
    "The image of a command is found",
    arguments: [
      ("docker pull nginx:1.21.4", "nginx:1.21.4"),
      ("docker pull --platform linux/arm64 h.io/a/b", "h.io/a/b"),
      ("$ sudo docker pull nginx", "nginx"),
      ("podman pull quay.io/a/b", "quay.io/a/b"),
      ("docker image pull nginx", "nginx"),
      ("nerdctl pull nginx:1.21.4", "nginx:1.21.4"),
      ("docker run nginx", "nginx"),
      ("docker run --rm -it nginx:1.21.4", "nginx:1.21.4"),
      ("docker run --rm -it alpine sh -c 'echo hello'", "alpine"),
      (
        "sudo docker run -d --name web -p 8080:80 -v /srv:/srv:ro -e A=b harbor.example.com/team/web:2 --debug",
        "harbor.example.com/team/web:2"
      ),
      ("$ podman run -p8080:80 --network=host quay.io/a/b", "quay.io/a/b"),
      (
        "nerdctl run -itd --restart always h.io/a/b@sha256:\(String(repeating: "a", count: 64))",
        "h.io/a/b@sha256:\(String(repeating: "a", count: 64))"
      ),
      ("docker container run -- nginx", "nginx"),
      (
        "docker --context far run --platform linux/arm64 --privileged --init -dit --env-file x.env h.io/A/b", "h.io/a/b"
      ),
      ("docker create nginx", "nginx"),
    ])
  func finds(_ text: String, _ expected: String) {
    #expect(PastedCommand.image(in: text) == expected)
    #expect(throws: Never.self) { try ImageReference(parsing: expected) }
  }

  @Test(
    "No image is made up",
    arguments: [
      "", " ", "nginx", "a b",
      "docker run", "docker run --rm -it",
      "docker run --name nginx",
      "npm run build", "docker ps -a", "docker network create x", "docker compose run web", "docker build -t x .",
      "docker pull -it", String(repeating: "x ", count: 10_000),
    ])
  func findsNothing(_ text: String) {
    #expect(PastedCommand.image(in: text) == nil)
  }

  @Test(
    "T442: the platform of a command is found, and that of a program in a container is not",
    arguments: [
      ("docker pull --platform linux/arm64 nginx", "linux/arm64"),
      ("podman pull --platform=linux/arm/v7 nginx", "linux/arm/v7"),
      ("docker run --rm --platform linux/s390x -it nginx sh", "linux/s390x"),
      ("FROM --platform=linux/arm64 nginx", "linux/arm64"),
      ("docker run nginx --platform linux/arm64", nil), ("FROM --platform=$BUILDPLATFORM nginx", nil),
      ("docker pull nginx", nil), ("docker pull --platform", nil), ("docker pull --platform= nginx", nil),
      ("nginx", nil),
    ] as [(String, String?)])
  func findsPlatform(_ text: String, _ expected: String?) {
    #expect(PastedCommand.platform(in: text) == expected)
  }
}
