import FoundationEssentials
import ImageModel
import Testing

@testable import MachineConfiguration

@Suite("The machine's configuration")
struct ConfiguredEndpointsTests {
  /// Files by their path below a root, and what an image's places come to.
  private func endpoints(
    _ files: [String: String], _ reference: String, variables: [String: String] = [:]
  ) throws -> [PullEndpoint] {
    try within(files, variables) { (configuration: ConfiguredEndpoints, _: String) throws in
      try configuration.endpoints(for: try ImageReference(parsing: reference))
    }
  }

  private func within<Result>(
    _ files: [String: String], _ variables: [String: String] = [:],
    _ body: (ConfiguredEndpoints, String) throws -> Result
  ) throws -> Result {
    let root = FileManager.default.temporaryDirectory.appending(path: "dray-conf-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (name, text) in files {
      let file = root.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let path = root.path()
    let variables = variables.mapValues { $0.replacing("ROOT", with: path) }.merging(["HOME": path + "/home"]) { $1 }
    return try body(ConfiguredEndpoints(ConfigurationRoots(system: path + "/etc", variables: variables)), path)
  }

  /// `mirror https://host/v2/repository`: role, scheme, place, and what more there is.
  private func shown(_ endpoints: [PullEndpoint]) -> [String] {
    endpoints.map { endpoint in
      let scheme = ["\(endpoint.scheme)", "\(endpoint.registry)\(endpoint.apiPath)/\(endpoint.repository)"]
      let line =
        switch endpoint.provenance {
        case .file(let path, let line): "\(path.split(separator: "/").last ?? ""):\(line ?? 0)"
        default: "\(endpoint.provenance)"
        }
      return
        (["\(endpoint.role)"] + scheme + (endpoint.resolvesTags ? [] : ["digests"])
        + (endpoint.skipsVerification ? ["unverified"] : []) + [line]).joined(separator: " ")
    }
  }

  private let registries = """
    unqualified-search-registries = ["quay.io", "docker.io"]
    short-name-mode = "enforcing"

    [[registry]]
    prefix = "docker.io"
    location = "registry-1.docker.io"

    [[registry.mirror]]
    location = "mirror.example:5000/hub"
    insecure = true

    [[registry.mirror]]
    location = "digests.example"
    pull-from-mirror = "digest-only"

    [[registry.mirror]]
    location = "tags.example"
    pull-from-mirror = "tag-only"

    [[registry]]
    prefix = "docker.io/team"
    location = "inner.example/team-mirror"
    mirror-by-digest-only = true
    [[registry.mirror]]
    location = "m.example/x"

    [[registry]]
    prefix = "*.corp.example"
    location = "proxy.example/corp"

    [[registry]]
    location = "bad.example/forbidden"
    blocked = true

    [[registry]]
    location = "plain.example"
    insecure = true

    [aliases]
    "centos" = "quay.io/centos/centos"
    """

  @Test("registries.conf: mirrors in their order, then the place; which are asked for tags, and which are insecure")
  func mirrors() throws {
    let files = ["etc/containers/registries.conf": registries]
    #expect(
      try shown(endpoints(files, "nginx:1")) == [
        "mirror either mirror.example:5000/v2/hub/library/nginx unverified registries.conf:9",
        "mirror found digests.example/v2/library/nginx digests registries.conf:13",
        "mirror found tags.example/v2/library/nginx registries.conf:17",
        "origin found docker.io/v2/library/nginx registries.conf:6",
      ])
    let digest = "sha256:" + String(repeating: "a", count: 64)
    #expect(
      try shown(endpoints(files, "nginx@\(digest)")) == [
        "mirror either mirror.example:5000/v2/hub/library/nginx unverified registries.conf:9",
        "mirror found digests.example/v2/library/nginx digests registries.conf:13",
        "origin found docker.io/v2/library/nginx registries.conf:6",
      ])
  }

  @Test("registries.conf: the longest prefix decides, and the location takes its place")
  func prefixes() throws {
    let files = ["etc/containers/registries.conf": registries]
    #expect(
      try shown(endpoints(files, "docker.io/team/app:1")) == [
        "mirror found m.example/v2/x/app digests registries.conf:25",
        "origin found inner.example/v2/team-mirror/app registries.conf:22",
      ])
    #expect(try shown(endpoints(files, "docker.io/teamwork/app:1")).count == 4)
    #expect(
      try shown(endpoints(files, "a.b.corp.example:5000/app:1"))
        == ["origin found proxy.example/v2/corp/app registries.conf:29"])
    #expect(try shown(endpoints(files, "corp.example/app:1")) == ["origin found corp.example/v2/app reference"])
    #expect(
      try shown(endpoints(files, "plain.example/app:1"))
        == ["origin either plain.example/v2/app unverified registries.conf:36"])
    #expect(try shown(endpoints(files, "other.example/app")) == ["origin found other.example/v2/app reference"])
  }

  @Test("registries.conf: what is blocked is refused, with its place")
  func blocked() throws {
    try within(["etc/containers/registries.conf": registries]) {
      (configuration: ConfiguredEndpoints, root: String) throws in
      #expect(
        throws: ConfigurationError.blocked(
          prefix: "bad.example/forbidden", path: root + "/etc/containers/registries.conf", line: 31)
      ) { try configuration.endpoints(for: try ImageReference(parsing: "bad.example/forbidden/app:1")) }
      #expect(try configuration.endpoints(for: ImageReference(parsing: "bad.example/other:1")).count == 1)
    }
  }

  @Test("registries.conf: the user's in place of the machine's, a variable's in place of both, and what is beside it")
  func files() throws {
    let place = { (name: String) in "[[registry]]\nprefix = \"r.example\"\nlocation = \"\(name)\"\n" }
    var files = ["etc/containers/registries.conf": place("machine.example")]
    #expect(try shown(endpoints(files, "r.example/a")) == ["origin found machine.example/v2/a registries.conf:3"])
    files["home/.config/containers/registries.conf"] = place("user.example")
    #expect(try shown(endpoints(files, "r.example/a")) == ["origin found user.example/v2/a registries.conf:3"])
    files["named.conf"] = place("named.example")
    let variables = ["CONTAINERS_REGISTRIES_CONF": "ROOT/named.conf"]
    #expect(
      try shown(endpoints(files, "r.example/a", variables: variables)) == [
        "origin found named.example/v2/a named.conf:3"
      ])
    files["etc/containers/registries.conf.d/50-b.conf"] = place("b.example")
    files["etc/containers/registries.conf.d/10-a.conf"] = place("a.example")
    files["etc/containers/registries.conf.d/99-x.txt"] = place("x.example")
    #expect(
      try shown(endpoints(files, "r.example/a", variables: variables)) == ["origin found b.example/v2/a 50-b.conf:3"])
    files["home/.config/containers/registries.conf.d/00.conf"] = "\n" + place("last.example")
    #expect(try shown(endpoints(files, "r.example/a")) == ["origin found last.example/v2/a 00.conf:4"])
    #expect(throws: ConfigurationError.self) {
      try endpoints(files, "r.example/a", variables: ["CONTAINERS_REGISTRIES_CONF": "/nowhere"])
    }
  }

  @Test("Short names: aliases, then the first search registry; the tag stays; names with a registry are left alone")
  func shortNames() throws {
    let files = [
      "etc/containers/registries.conf": registries,
      "etc/containers/registries.conf.d/shortnames.conf":
        "[aliases]\nsle15 = \"registry.suse.com/suse/sle15\"\nx = \"y/z\"",
      "home/.config/containers/registries.conf.d/own.conf": "[aliases]\nx = \"\"",
    ]
    try within(files) { (configuration: ConfiguredEndpoints, root: String) throws in
      #expect(try configuration.fullNames(of: "centos:8").first?.text == "quay.io/centos/centos:8")
      #expect(
        try configuration.fullNames(of: "sle15").first?.provenance
          == .file(path: root + "/etc/containers/registries.conf.d/shortnames.conf", line: 2))
      #expect(try configuration.fullNames(of: "x").first?.text == "quay.io/x")
      #expect(try configuration.fullNames(of: "x").map(\.text) == ["quay.io/x", "docker.io/x"])
      #expect(try configuration.fullNames(of: "sle15").count == 1)
      #expect(try configuration.fullNames(of: "team/app@sha256:1").first?.text == "quay.io/team/app@sha256:1")
      #expect(
        try configuration.fullNames(of: "nginx:1").first?.provenance
          == .file(path: root + "/etc/containers/registries.conf", line: 1))
      for text in ["docker.io/nginx", "localhost/x", "r.example:5000/x", ""] {
        #expect(try configuration.fullNames(of: text).isEmpty)
      }
    }
    try within([:]) { (configuration: ConfiguredEndpoints, _: String) throws in
      #expect(try configuration.fullNames(of: "nginx").isEmpty)
    }
  }

  @Test(
    "What cannot be followed in registries.conf is named with its line",
    arguments: [
      ("unqualified-search-registries = []\n[registries.search]\nregistries = [\"docker.io\"]", 1),
      ("[[registry]]\nlocation = 5", 2),
      ("\n[[registry]]\nblocked = true", 2), ("[[registry]]\nlocation = \"a b\"", 2),
      ("[[registry]]\nlocation = \"https://r.example\"", 2),
      ("[[registry]]\nlocation = \"r.example\"\nblocked = \"no\"", 3),
      (
        "[[registry]]\nlocation = \"r.example\"\n[[registry.mirror]]\nlocation = \"m\"\npull-from-mirror = \"some\"", 5
      ),
      ("[registry]\nlocation = \"r\"", 1), ("x", 1),
    ])
  func faults(text: String, line: Int) throws {
    try within(["etc/containers/registries.conf": text]) { (configuration: ConfiguredEndpoints, _: String) throws in
      let error = #expect(throws: ConfigurationError.self) {
        try configuration.endpoints(for: try ImageReference(parsing: "r.example/a"))
      }
      switch error {
      case .malformed(_, let found, _): #expect(found?.line == line)
      case .mixedForms(_, let found): #expect(found == line)
      default: Issue.record("\(String(describing: error))")
      }
      #expect(error?.failureClass == .usage)
    }
  }

  @Test("T170: version 1 of registries.conf is read as podman reads it")
  func firstVersion() throws {
    let text = """
      [registries.search]
      registries = ['quay.io/', 'docker.io']

      [registries.insecure]
      registries = ['plain.example:5000', 'both.example']

      [registries.block]
      registries = ['bad.example', 'both.example', 'a b']
      """
    try within(["etc/containers/registries.conf": text]) { (configuration: ConfiguredEndpoints, root: String) throws in
      let path = root + "/etc/containers/registries.conf"
      #expect(try configuration.fullNames(of: "team/app:1").first?.text == "quay.io/team/app:1")
      #expect(try configuration.fullNames(of: "team/app:1").first?.provenance == .file(path: path, line: 2))
      var told: [ConfigurationError] = []
      let places = try configuration.endpoints(for: ImageReference(parsing: "plain.example:5000/a")) { told.append($0) }
      #expect(shown(places) == ["origin either plain.example:5000/v2/a unverified registries.conf:5"])
      // What is wrong with another registry is said once.
      _ = try configuration.endpoints(for: ImageReference(parsing: "plain.example:5000/b")) { told.append($0) }
      #expect(
        told == [
          .malformed(
            path: path, place: TextPlace(line: 8, column: 1), .invalidRegistry("a b"))
        ])
      for host in ["bad.example", "both.example"] {
        #expect(throws: ConfigurationError.blocked(prefix: host, path: path, line: 8)) {
          try configuration.endpoints(for: ImageReference(parsing: "\(host)/a:1"))
        }
      }
    }
  }

  @Test("T170: a fault in registries.conf ends what it concerns, and is a warning for all else")
  func scopes() throws {
    let text = """
      unqualified-search-registries = 5
      [[registry]]
        location = "http://r.example"
      [[registry]]
        prefix = "*.corp.example"
        location = "p.example"
        insecure = "yes"
      [aliases]
      app = 7
      """
    try within(["etc/containers/registries.conf": text]) { (configuration: ConfiguredEndpoints, root: String) throws in
      var places: [TextPlace?] = []
      let endpoints = try configuration.endpoints(for: ImageReference(parsing: "other.example/a")) {
        if case .malformed(_, let place, _) = $0 { places.append(place) }
      }
      #expect(shown(endpoints) == ["origin found other.example/v2/a reference"])
      #expect(
        places == [
          TextPlace(line: 1, column: 1), TextPlace(line: 3, column: 3), TextPlace(line: 7, column: 3),
          TextPlace(line: 9, column: 1),
        ])
      for name in ["r.example/a", "r.example/b/c", "x.corp.example/a", "p.example/a"] {
        #expect(throws: ConfigurationError.self, "\(name)") {
          try configuration.endpoints(for: ImageReference(parsing: name))
        }
      }
      #expect(throws: ConfigurationError.self) { try configuration.fullNames(of: "app") }
    }
    try within(["etc/containers/registries.conf": "[[registry]]\nlocation = \"a\"\nx 5"]) {
      (configuration: ConfiguredEndpoints, root: String) throws in
      let path = root + "/etc/containers/registries.conf"
      #expect(
        throws: ConfigurationError.malformed(
          path: path, place: TextPlace(line: 3, column: 3), .missingEqualSign)
      ) { try configuration.endpoints(for: ImageReference(parsing: "other.example/a")) }
    }
  }

  @Test("T178: the files are read once, whatever the number of images")
  func readOnce() throws {
    let text = "[[registry]]\nprefix = \"docker.io\"\nlocation = \"first.example\"\n"
    try within(["etc/containers/registries.conf": text]) { (configuration: ConfiguredEndpoints, root: String) throws in
      #expect(try configuration.fullNames(of: "app").isEmpty)
      let path = root + "/etc/containers/registries.conf"
      try Data(text.replacing("first", with: "second").utf8).write(to: URL(filePath: path))
      for copy in [configuration, configuration] {
        #expect(
          try copy.endpoints(for: ImageReference(parsing: "app")).map(\.registry.description) == ["first.example"])
      }
      let anew = ConfiguredEndpoints(ConfigurationRoots(system: root + "/etc", variables: [:]))
      #expect(try anew.endpoints(for: ImageReference(parsing: "app")).map(\.registry.description) == ["second.example"])
    }
  }

  @Test("T170: daemon.json is read as docker reads it: a mark, UTF-16, a name twice, nulls, any letters")
  func foreignDaemon() throws {
    let text = "{\"registry-mirrors\":[\"https://own.example\"],\"insecure-registries\":null,\"x\":1,\"x\":{}}"
    let other = "{\"Registry-Mirrors\":[\"https://no.example\"],\"REGISTRY-MIRRORS\":[\"https://own.example\"]}"
    let units = { (text: String) in text.utf16.map { $0 } }
    let forms: [[UInt8]] = [
      Array(("\u{feff}" + text).utf8), units("\u{feff}" + text).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] },
      units("\u{feff}" + text).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }, Array(other.utf8),
    ]
    for bytes in forms {
      try within(["etc/docker/daemon.json": ""]) { (configuration: ConfiguredEndpoints, root: String) throws in
        try Data(bytes).write(to: URL(filePath: root + "/etc/docker/daemon.json"))
        let found = try configuration.endpoints(for: ImageReference(parsing: "nginx:1"))
        #expect(shown(found).first == "mirror https own.example/v2/library/nginx daemon.json:1")
      }
    }
  }

  @Test(
    "T170: a fault in daemon.json ends a pull of Docker Hub with its place, and is a warning for all others",
    arguments: [
      ("{\n  \"registry-mirrors\": [\"https://m.example\"],\n}", 3, 1), ("{\n  // mirror\n}", 2, 3),
      ("{\u{201c}registry-mirrors\u{201d}: []}", 1, 2), ("[]", 1, 1), ("{\"a\":1", 1, 7),
      ("{\n \"registry-mirrors\": \"https://m.example\"}", 2, 2), ("{\n\"registry-mirrors\":\n  [\"a b\"]}", 3, 4),
    ])
  func daemonFaults(text: String, line: Int, column: Int) throws {
    try within(["etc/docker/daemon.json": text]) { (configuration: ConfiguredEndpoints, root: String) throws in
      let place = { (error: ConfigurationError?) -> TextPlace? in
        switch error {
        case .malformed(_, let place, _): place
        case .malformedJSON(_, let place, _): place
        default: nil
        }
      }
      let expected = TextPlace(line: line, column: column)
      let error = #expect(throws: ConfigurationError.self) {
        try configuration.endpoints(for: ImageReference(parsing: "nginx:1"))
      }
      #expect(place(error) == expected)
      var told: [ConfigurationError] = []
      let found = try configuration.endpoints(for: ImageReference(parsing: "r.example/a")) { told.append($0) }
      #expect(shown(found) == ["origin found r.example/v2/a reference"])
      // A mirror is looked at only where it is asked.
      #expect(told.map { place($0) } == (text.contains("a b") ? [] : [expected]))
    }
  }

  @Test("T170: insecure-registries that are no list are a warning, also for Docker Hub")
  func insecureFault() throws {
    let text = "{\"registry-mirrors\":[\"https://m.example\"],\"insecure-registries\":\"a\"}"
    try within(["etc/docker/daemon.json": text]) { (configuration: ConfiguredEndpoints, _: String) throws in
      var count = 0
      let found = try configuration.endpoints(for: ImageReference(parsing: "nginx:1")) { _ in count += 1 }
      #expect(found.count == 2)
      #expect(count == 1)
    }
  }

  @Test("daemon.json: mirrors of Docker Hub alone, and insecure registries by name and by network")
  func daemon() throws {
    let files = [
      "etc/docker/daemon.json": """
      {
        "registry-mirrors": [
          "https://mirror.example/",
          "http://plain.example:5000/hub"
        ],
        "insecure-registries": ["harbor.local:8080", "10.0.0.0/8"],
        "log-level": "warn"
      }
      """
    ]
    #expect(
      try shown(endpoints(files, "nginx:1")) == [
        "mirror https mirror.example/v2/library/nginx daemon.json:3",
        "mirror http plain.example:5000/hub/v2/library/nginx daemon.json:4",
        "origin found docker.io/v2/library/nginx reference",
      ])
    #expect(
      try shown(endpoints(files, "harbor.local:8080/a:1"))
        == ["origin either harbor.local:8080/v2/a unverified daemon.json:6"])
    #expect(
      try shown(endpoints(files, "10.1.2.3:5000/a:1")) == ["origin either 10.1.2.3:5000/v2/a unverified daemon.json:6"])
    #expect(try shown(endpoints(files, "harbor.local/a:1")) == ["origin found harbor.local/v2/a reference"])
    let rootless = ["home/.config/docker/daemon.json": "{\"registry-mirrors\":[\"https://own.example\"]}"]
    #expect(
      try shown(endpoints(rootless, "nginx:1")).first == "mirror https own.example/v2/library/nginx daemon.json:1")
    for text in ["{", "[]", "{\"registry-mirrors\":[5]}", "{\"registry-mirrors\":[\"a b\"]}"] {
      #expect(throws: ConfigurationError.self) { try endpoints(["etc/docker/daemon.json": text], "nginx:1") }
    }
    #expect(try endpoints(["etc/docker/daemon.json": "\n"], "nginx:1").count == 1)
  }

  @Test("hosts.toml: hosts in their order with what they can do, then the server")
  func hosts() throws {
    let files = [
      "etc/containerd/certs.d/docker.io/hosts.toml": """
      server = "https://registry-1.docker.io"

      [host."https://mirror.example"]
        capabilities = ["pull", "resolve"]
        ca = "mirror.crt"
        client = [["c.cert", "/abs/c.key"]]
        [host."https://mirror.example".header]
          X-Key = ["secret-canary", "b"]

      [host."http://blobs.example:5000/prefix"]
        capabilities = ["pull"]
        skip_verify = true

      [host."https://push.example"]
        capabilities = ["push"]

      [host."https://path.example/api/hub"]
        override_path = true
      """,
      "etc/containerd/certs.d/_default/hosts.toml": "[host.\"https://every.example\"]\n",
      "etc/containerd/certs.d/r.example_5000_/hosts.toml": "server = \"http://r.example:5000\"",
    ]
    try within(files) { (configuration: ConfiguredEndpoints, root: String) throws in
      let found = try configuration.endpoints(for: ImageReference(parsing: "nginx:1"))
      #expect(
        shown(found) == [
          "mirror https mirror.example/v2/library/nginx hosts.toml:3",
          "mirror http blobs.example:5000/prefix/v2/library/nginx digests unverified hosts.toml:10",
          "mirror https path.example/api/hub/library/nginx hosts.toml:17",
          "origin https docker.io/v2/library/nginx hosts.toml:1",
        ])
      let folder = root + "/etc/containerd/certs.d/docker.io"
      #expect(found[0].certificates.authorityFiles == [folder + "/mirror.crt"])
      #expect(
        found[0].certificates.client
          == ClientCertificate(certificateFile: folder + "/c.cert", keyFile: "/abs/c.key"))
      #expect(found[0].headers.map(\.value) == ["secret-canary", "b"])
      #expect(!"\(found)".contains("secret-canary"))
      #expect(found.map(\.namespace) == ["docker.io", "docker.io", "docker.io", nil])
    }
    #expect(
      try shown(endpoints(files, "other.example/a")) == [
        "mirror https every.example/v2/a hosts.toml:1",
        "origin found other.example/v2/a reference",
      ])
    #expect(try shown(endpoints(files, "r.example:5000/a")) == ["origin http r.example:5000/v2/a hosts.toml:1"])
    for text in [
      "server = 5", "[host.\"a b\"]", "[host.\"https://h\"]\nclient = 5",
      "[host.\"https://h\".header]\nX = \"a\\nb\"", "[host.\"https://h\".header]\nHost = \"x\"",
    ] {
      #expect(throws: ConfigurationError.self) {
        try endpoints(["etc/containerd/certs.d/r.example/hosts.toml": text], "r.example/a")
      }
    }
  }

  @Test("hosts.toml: what stands before the hosts is about the registry itself, whether it is named there or not")
  func hostsWithoutServer() throws {
    let text = """
      ca = "own.crt"
      client = "both.pem"
      skip_verify = true
      [header]
      X-Key = "secret-canary"
      [host."https://mirror.example"]
        capabilities = ["Pull", "Resolve"]
      """
    for server in ["", "server = \"https://r.example\"\n"] {
      try within(["etc/containerd/certs.d/r.example/hosts.toml": server + text]) {
        (configuration: ConfiguredEndpoints, root: String) throws in
        let found = try configuration.endpoints(for: ImageReference(parsing: "r.example/a:1"))
        try #require(found.count == 2)
        let folder = root + "/etc/containerd/certs.d/r.example"
        #expect(found[0].resolvesTags && found[0].certificates.authorityFiles.isEmpty && !found[0].skipsVerification)
        #expect(found[1].certificates.authorityFiles == [folder + "/own.crt"])
        #expect(found[1].certificates.client?.certificateFile == folder + "/both.pem")
        #expect(found[1].skipsVerification && found[1].role == .origin)
        #expect(found[1].headers.map(\.name) == ["X-Key"])
      }
    }
  }

  @Test("hosts.toml: the first folder that is there counts alone, the one with underscores first")
  func hostsFolder() throws {
    let folder = "etc/containerd/certs.d"
    let files = [
      "\(folder)/r.example_5000_/hosts.toml": "[host.\"https://first.example\"]",
      "\(folder)/r.example:5000/hosts.toml": "[host.\"https://second.example\"]",
      "\(folder)/_default/hosts.toml": "[host.\"https://every.example\"]", "\(folder)/bare.example/ca.crt": "x",
    ]
    #expect(try endpoints(files, "r.example:5000/a").first?.registry.host == "first.example")
    #expect(try endpoints(files, "bare.example/a").map(\.role) == [.origin])
    #expect(try endpoints(files, "other.example/a").first?.registry.host == "every.example")
  }

  @Test(
    "Certificates of Docker Hub in podman's folder, and of any registry in containerd's, where no hosts.toml is in it")
  func certificates() throws {
    let files = [
      "etc/containers/certs.d/docker.io/hub.crt": "x", "etc/containerd/certs.d/docker.io/more.crt": "x",
      "etc/containerd/certs.d/r.example:5000/ca.crt": "x", "etc/containerd/certs.d/r.example:5000/me.cert": "x",
      "etc/containerd/certs.d/toml.example/ca.crt": "x", "etc/containerd/certs.d/toml.example/hosts.toml": "",
      "etc/containerd/certs.d/_default/every.crt": "x",
    ]
    try within(files) { (_: ConfiguredEndpoints, root: String) throws in
      let roots = ConfigurationRoots(system: root + "/etc", variables: [:])
      func found(_ host: String, _ port: Int?) throws -> HostTrust {
        HostTrust(roots, host: host, port: port ?? 443)
      }
      func names(_ host: String, _ port: Int? = nil) throws -> [String] {
        try found(host, port).authorityFiles.map { String($0.dropFirst(root.count + 5)) }
      }
      #expect(
        try names("registry-1.docker.io") == [
          "containers/certs.d/docker.io/hub.crt", "containerd/certs.d/docker.io/more.crt",
        ])
      #expect(try names("r.example", 5000) == ["containerd/certs.d/r.example:5000/ca.crt"])
      #expect(try found("r.example", 5000).client?.keyFile == root + "/etc/containerd/certs.d/r.example:5000/me.key")
      for host in ["r.example", "toml.example", "other.example", "auth.docker.io"] { #expect(try names(host).isEmpty) }
    }
  }

  @Test("The first of registries.conf, hosts.toml and daemon.json that is about a registry is followed alone")
  func precedence() throws {
    var files = [
      "etc/docker/daemon.json": "{\"registry-mirrors\":[\"https://docker.example\"]}",
      "etc/containerd/certs.d/docker.io/hosts.toml": "[host.\"https://containerd.example\"]",
      "etc/containers/registries.conf":
        "[[registry]]\nlocation = \"docker.io\"\n[[registry.mirror]]\nlocation = \"podman.example\"",
    ]
    #expect(try endpoints(files, "nginx").map(\.registry.host) == ["podman.example", "docker.io"])
    files["etc/containers/registries.conf"] = "[[registry]]\nlocation = \"other.example\""
    #expect(try endpoints(files, "nginx").map(\.registry.host) == ["containerd.example", "docker.io"])
    files["etc/containerd/certs.d/docker.io/hosts.toml"] = nil
    #expect(try endpoints(files, "nginx").map(\.registry.host) == ["docker.example", "docker.io"])
    #expect(ConfiguredEndpoints(.none).endpointsOfNginx == ["docker.io"])
  }
}

extension ConfiguredEndpoints {
  fileprivate var endpointsOfNginx: [String] {
    (try? endpoints(for: ImageReference(parsing: "nginx")).map(\.registry.host)) ?? []
  }
}
