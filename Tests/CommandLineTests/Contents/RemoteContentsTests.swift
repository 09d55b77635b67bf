import Testing

extension RealPartsTests {
  @Suite("The files of images in registries", .serialized)
  struct RemoteContentsTests {
    /// Three layers: `base` has /etc/base, /etc/both and /etc/gone, `middle` /etc/middle and a link, `top` /etc/top.
    /// Every layer has entries of its folders, but for that of `loose`, which is `top` of another image.
    private static let layers = """
      mkdir -p base/etc base/usr/bin middle/etc top/etc/new loose/bin
      echo base > base/etc/base; echo old > base/etc/both; echo x > base/etc/gone; ln -s usr/bin base/bin
      echo ls > base/usr/bin/ls; echo middle > middle/etc/middle; ln -s middle middle/etc/link; touch middle/etc/.wh.gone
      echo top > top/etc/top; echo new > top/etc/both; head -c 3000000 /dev/urandom > top/etc/large; echo newls > loose/bin/ls
      for name in base middle top; do tar -C $name -cf $name.layer .; done
      tar -C loose -cf loose.layer bin/ls
      layout base.layer middle.layer top.layer
      skopeo copy --quiet --dest-tls-verify=false oci:layout:latest docker://$NAME:1
      mv layout one; layout base.layer middle.layer loose.layer
      skopeo copy --quiet --dest-tls-verify=false oci:layout:latest docker://$NAME:2
      mv layout two

      """

    private func scene(_ body: (_ dray: Dray, _ registry: RealRegistry, _ name: String) async throws -> Void)
      async throws
    {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let name = "\(registry.address)/team/files"
          _ = try await dray.rootScript(Self.layers, ["NAME": name])
          try await body(dray, registry, name)
        }
      }
    }

    /// How often each of an image's layers was asked for since the last time, the base first.
    private func asked(_ dray: Dray, _ registry: RealRegistry, layout: String) async throws -> [Int] {
      let lines = try await dray.shell(
        """
        tail -n +$(($(cat seen 2> /dev/null || echo 0) + 1)) $LOG > news; wc -l < $LOG > seen
        python3 - <<'END'
        import json, os, re
        def blob(digest): return json.load(open(os.environ["LAYOUT"] + "/blobs/sha256/" + digest[7:]))
        manifest = blob(json.load(open(os.environ["LAYOUT"] + "/index.json"))["manifests"][0]["digest"])
        news = re.findall(r'"GET /v2/[^" ]*/blobs/(sha256:[0-9a-f]{64})', open("news").read())
        for layer in manifest["layers"]: print(news.count(layer["digest"]))
        END
        """, ["LAYOUT": layout, "LOG": registry.folder.appending("registry.log").string])
      return lines.compactMap { Int($0) }
    }

    @Test(
      "cat and ls of a file ask for the layers down to the one that decides, and for no other", .timeLimit(.minutes(5)))
    func descent() async throws {
      try await scene { dray, registry, name in
        _ = try await asked(dray, registry, layout: "one")
        for (path, content, layers) in [
          ("/etc/top", "top\n", 1), ("etc/both", "new\n", 1), ("/etc/middle", "middle\n", 2),
          ("/etc/link", "middle\n", 2), ("/bin/ls", "ls\n", 3), ("/usr/bin/../bin/ls", "ls\n", 3),
        ] {
          let printed = try await dray.run(["cat", "\(name):1", path])
          #expect(printed.code == 0 && printed.output == content, "\(path): \(printed.errors)")
          let counts = try await asked(dray, registry, layout: "one")
          #expect(counts.map { $0 > 0 } == (0..<3).map { $0 >= 3 - layers }, "\(path): \(counts)")

          let listed = try await dray.run(["ls", "\(name):1", path])
          let local = try await dray.run(["ls", "one", path])
          #expect(listed.code == 0 && listed.output == local.output, "\(path): \(listed.errors)")
          let again = try await asked(dray, registry, layout: "one")
          #expect(again == (0..<3).map { $0 >= 3 - layers ? 1 : 0 }, "\(path): \(again)")
        }
        let joined = try await dray.run(["cat", "\(name):1:/etc/top"])
        #expect(joined.code == 0 && joined.output == "top\n", "\(joined.errors)")
        let large = try await dray.shell(
          "$DRAY cat $NAME:1 /etc/large | cmp - top/etc/large && echo same", ["NAME": name])
        #expect(large == ["same"])
      }
    }

    @Test("What a lower layer's link may change is not decided before that layer", .timeLimit(.minutes(5)))
    func looseEntries() async throws {
      try await scene { dray, registry, name in
        _ = try await asked(dray, registry, layout: "two")
        // The highest layer has `bin/ls` and no `bin`: the base says that this is /usr/bin/ls.
        for path in ["/usr/bin/ls", "/bin/ls"] {
          let printed = try await dray.run(["cat", "\(name):2", path])
          #expect(printed.code == 0 && printed.output == "newls\n", "\(path): \(printed.errors)")
        }
        #expect(try await asked(dray, registry, layout: "two").allSatisfy { $0 > 0 })
      }
    }

    @Test("A folder, everything and what is not there are as in an archive of the image", .timeLimit(.minutes(5)))
    func folders() async throws {
      try await scene { dray, registry, name in
        for arguments in [["/etc"], ["/"], ["/bin"], ["/", "-r"], ["/etc", "-r", "--json"]] {
          let remote = try await dray.run(["ls", "\(name):1"] + arguments)
          let local = try await dray.run(["ls", "one"] + arguments)
          #expect(remote.code == 0 && remote.output == local.output, "\(arguments): \(remote.errors)")
          #expect(!remote.output.isEmpty)
        }
        let whole = try await dray.run(["ls", "\(name):1", "-r"])
        #expect(whole.code == 0 && whole.output.contains(" /etc/top\n"), "\(whole.errors)")
        let tags = try await dray.run(["ls", name])
        #expect(tags.code == 0 && tags.output.split(separator: "\n").map { $0.prefix(1) } == ["1", "2"], "\(tags)")
        let repositories = try await dray.run(["ls", registry.address])
        #expect(repositories.code == 0 && repositories.output.contains("team/files"), "\(repositories.errors)")
        for command in [["ls", "\(name):1", "/etc/gone"], ["cat", "\(name):1", "/etc/gone"]] {
          let missing = try await dray.run(command)
          #expect(missing.code == 13 && missing.errors.contains("does not contain '/etc/gone'"), "\(missing.errors)")
        }
        let folder = try await dray.run(["cat", "\(name):1", "/etc"])
        #expect(folder.code == 2 && folder.errors.contains("is not a regular file"), "\(folder.errors)")
        let option = try await dray.run(["ls", "\(name):1", "/", "--image", "x"])
        #expect(option.code == 2 && option.errors.contains("--image is for archives"), "\(option.errors)")
        #expect(!dray.files.contains { $0.hasSuffix(".part") || $0.hasSuffix(".tar") }, "\(dray.files)")
      }
    }

    @Test("unpack and export of a reference give what they give of an archive", .timeLimit(.minutes(5)))
    func roots() async throws {
      try await scene { dray, _, name in
        let said = try await dray.rootScript(
          """
          $DRAY pull -q $NAME:1 -o one.tar > said
          $DRAY export one.tar -o a.tar > said; $DRAY export $NAME:1 -o b.tar > said; cmp a.tar b.tar
          $DRAY export $NAME:1 -o - | cmp - a.tar
          $DRAY unpack one.tar a > said; $DRAY unpack $NAME:1 b > said
          listed a > a.txt; listed b > b.txt; diff a.txt b.txt; wc -l < a.txt; cmp a/etc/large top/etc/large
          """, ["NAME": name])
        #expect((said.first.flatMap { Int($0) } ?? 0) > 10, "\(said)")
      }
    }

    @Test("A layer that is not the one of its digest leaves nothing: 20", .timeLimit(.minutes(5)))
    func wrongBytes() async throws {
      try await scene { dray, registry, name in
        let storage = registry.folder.appending("storage").string
        let said = try await dray.rootScript(
          """
          code() { "$@" > out 2> err && echo 0 || echo $?; }
          file=$(find "$STORAGE" -path '*/blobs/sha256/*' -name data -size +2M)
          printf x | dd of="$file" bs=1 seek=1500000 conv=notrunc status=none
          code $DRAY unpack $NAME:1 root; code $DRAY export $NAME:1 -o root.tar
          code $DRAY cat $NAME:1 /etc/top; wc -c < out; code $DRAY ls $NAME:1 /etc; wc -c < out
          ls -A | grep root || true
          """, ["NAME": name, "STORAGE": storage])
        #expect(said == ["20", "20", "20", "0", "20", "0"], "\(said)")
      }
    }

    @Test("A name means what a pull of it means, for each command that reads images", .timeLimit(.minutes(5)))
    func shortNames() async throws {
      try await scene { dray, registry, name in
        _ = try await dray.shell(
          """
          mkdir -p .config/containers
          printf '[aliases]\\n"myfiles" = "%s"\\n' $NAME > .config/containers/registries.conf
          printf 'unqualified-search-registries = ["%s"]\\n' ${NAME%%/*} | cat - .config/containers/registries.conf > x
          mv x .config/containers/registries.conf
          """, ["NAME": name])
        for text in ["myfiles:1", "team/files:1"] {
          for command in [
            ["inspect", text], ["digest", text], ["ls", text, "/etc/top"], ["cat", text, "/etc/top"],
            ["diff", text, "one"], ["export", text, "-o", "root.tar"],
          ] {
            let ended = try await dray.run(command)
            #expect(ended.code == 0, "\(command): \(ended.errors)")
            if command[0] == "diff" { #expect(ended.output == "the images are the same\n") }
          }
        }
        for text in ["myfiles", "team/files"] {
          let ended = try await dray.run(["tags", text])
          #expect(ended.code == 0, "\(ended.errors)")
          #expect(ended.output.split(separator: "\n").contains("1"), "\(ended.output)")
        }
      }
    }
  }
}
